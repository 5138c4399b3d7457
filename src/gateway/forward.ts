import type { Clock } from "../platform/clock.ts"
import type { Secret } from "../platform/secret.ts"
import type { Provider } from "../settings/index.ts"
import { type Lookup, type Reachable, reach, upstreamUrl } from "./address.ts"
import { answerHeaders, passOn } from "./answer.ts"
import { type Connect, type Outgoing, Unreachable, unreachable } from "./connect.ts"
import type { FailureKind } from "./contract.ts"
import { type Exchange, failureOf, noTokens } from "./exchange.ts"
import { refusal } from "./failure.ts"
import type { Demo } from "./demo/index.ts"
import { type Incoming, outgoingBody, outgoingHeaders } from "./request.ts"

export interface ForwardNeeds {
  clock: Clock
  connect: Connect
  lookup: Lookup
  /** Private or unencrypted places that an admin allowed. */
  providerHosts(): readonly string[]
  silenceMs: number
}

/** A request on its way, to whatever answers it. */
export interface Call {
  incoming: Incoming
  exchange: Exchange
  /** Ends when the agent hangs up or the gateway stops. */
  signal: AbortSignal
}

export interface Forwarding extends Call {
  target: { provider: Provider; key: Secret | undefined }
  /** Called once, when the provider has nothing more to do. */
  over(): void
}

const largestError = 64 * 1024

/** One request to a real provider. Whatever goes wrong becomes an answer the agent understands; nothing is thrown. */
export async function forward(needs: ForwardNeeds, forwarding: Forwarding): Promise<Response> {
  const { incoming, target, exchange, over } = forwarding
  const url = upstreamUrl(target.provider.baseUrl, incoming.route, incoming.search)
  const reachable = url ? await reachOrFail(needs, url) : ({ kind: "refused", why: "not-http", place: "" } as const)
  if (reachable instanceof Unreachable) return refused(forwarding, reachable)
  if (!url || reachable.kind === "refused")
    return refused(forwarding, { kind: "address", message: addressWords(reachable), early: true })
  const stop = new AbortController()
  const outgoing: Outgoing = {
    url,
    addresses: reachable.addresses,
    method: incoming.method,
    headers: outgoingHeaders(incoming.headers, target.provider.auth, target.key),
    body: outgoingBody(incoming, exchange.model),
    signal: AbortSignal.any([forwarding.signal, stop.signal]),
  }
  const upstream = await firstAnswer(needs, outgoing, stop)
  if (upstream instanceof Unreachable) {
    return refused(forwarding, stop.signal.aborted ? { ...silent, message: upstream.message } : upstream)
  }
  return handBack(needs, { exchange, upstream, stop, key: target.key, over })
}

/** The provider inside the program is asked the same way: its answers are counted and its errors remembered. */
export async function askDemo(
  demo: Demo,
  needs: ForwardNeeds,
  { incoming, exchange, signal }: Call,
): Promise<Response> {
  const stop = new AbortController()
  const { method, headers, bytes } = incoming
  const init = { method, headers, body: bytes, signal: AbortSignal.any([signal, stop.signal]) }
  const upstream = await demo.serve(new Request(`http://demo.invalid${incoming.route}`, init))
  return handBack(needs, { exchange, upstream, stop, over() {} })
}

interface Answered {
  exchange: Exchange
  upstream: Response
  stop: AbortController
  key?: Secret
  over(): void
}

async function handBack({ clock, silenceMs }: ForwardNeeds, answered: Answered): Promise<Response> {
  const { exchange, upstream, stop } = answered
  if (upstream.status >= 400) return errorAnswer(answered, clock.now())
  exchange.succeeded()
  return passOn({
    upstream,
    clock,
    silenceMs,
    abort: (why) => stop.abort(why),
    firstByte: exchange.firstByte,
    async over({ meter, how, error }) {
      if (how === "silent") exchange.failed({ kind: "silent", status: 504, detail: "" })
      if (how === "cut") exchange.failed({ kind: "network", status: 502, detail: unreachable(error).message })
      await exchange.book(upstream.status, meter.tokens())
      answered.over()
    },
  })
}

/** Status and words of the provider, the key taken out in case it was repeated in them. */
async function errorAnswer({ exchange, upstream, key, over }: Answered, now: number): Promise<Response> {
  const body = scrubbed(await readSome(upstream, largestError), key)
  exchange.failed(failureOf(upstream, body, now))
  await exchange.book(upstream.status, noTokens)
  over()
  const headers = answerHeaders(upstream.headers)
  // The agent would go on asking for minutes with a key or a model that was refused.
  if (!mayPass(upstream.status) && !headers.has("x-should-retry")) headers.set("x-should-retry", "false")
  return new Response(body, { status: upstream.status, headers })
}

/** Statuses after which the same request may succeed a little later. */
const mayPass = (status: number): boolean => status >= 500 || [408, 409, 429].includes(status)

async function reachOrFail({ lookup, providerHosts }: ForwardNeeds, url: URL): Promise<Reachable | Unreachable> {
  try {
    return await reach(url, providerHosts(), lookup)
  } catch (error) {
    return unreachable(error)
  }
}

/** Waits for the answer's head. A connection that was never made is tried once more, at the next address. */
async function firstAnswer(
  needs: ForwardNeeds,
  outgoing: Outgoing,
  stop: AbortController,
): Promise<Response | Unreachable> {
  const stopWatch = needs.clock.after(needs.silenceMs, () => stop.abort("silent"))
  try {
    return await needs.connect(outgoing).catch((error: unknown) => {
      const first = unreachable(error, outgoing.signal)
      if (!first.early || first.kind !== "network") throw first
      const others = outgoing.addresses.slice(1)
      return needs.connect({ ...outgoing, addresses: others.length > 0 ? others : outgoing.addresses })
    })
  } catch (error) {
    return unreachable(error, outgoing.signal)
  } finally {
    stopWatch()
  }
}

interface Unanswered {
  kind: Extract<FailureKind, "network" | "tls" | "silent" | "address"> | "aborted"
  message: string
  /** Nothing of the request has left: the next try would meet the same closed door. */
  early: boolean
}

const silent = { kind: "silent", early: false } as const
const statuses = { address: 403, silent: 504, network: 502, tls: 502, aborted: 502 }

async function refused(
  { exchange, target, over }: Forwarding,
  { kind, message, early }: Unanswered,
): Promise<Response> {
  const status = statuses[kind]
  const words = scrubbed(message, target.key)
  if (kind !== "aborted") exchange.failed({ kind, status, detail: words.slice(0, 500) })
  await exchange.book(kind === "aborted" ? 0 : status, noTokens)
  over()
  const type = kind === "address" ? "permission_error" : "api_error"
  return refusal({ status, type, message: `${target.provider.name}: ${words || kind}`, again: !early })
}

function addressWords(refused: Reachable): string {
  const reasons = {
    "not-http": "its address is not an http or https address",
    credentials: "its address must not hold a name or password",
    unencrypted: "its address is not encrypted (https)",
    private: "its address leads into a private network",
  }
  if (refused.kind !== "refused") return reasons["not-http"]
  return `${reasons[refused.why]}${refused.place && `: ${refused.place}`}. An admin can allow it by saving it as a workspace provider.`
}

async function readSome(response: Response, most: number): Promise<string> {
  let text = ""
  const decoder = new TextDecoder()
  try {
    for await (const piece of response.body ?? []) {
      text += decoder.decode(piece, { stream: true })
      if (text.length >= most) break
    }
  } catch (error) {
    return text || unreachable(error).message
  }
  return text.slice(0, most)
}

function scrubbed(text: string, key: Secret | undefined): string {
  return key ? text.replaceAll(key.reveal(), "[secret]") : text
}
