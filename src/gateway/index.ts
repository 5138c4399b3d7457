import type { LoopId, NewId } from "../lib/ids.ts"
import type { Clock } from "../platform/clock.ts"
import type { Disk } from "../platform/disk/disk.ts"
import type { Events } from "../platform/events.ts"
import type { Log } from "../platform/log.ts"
import type { LoopNews, Loops } from "../loops/index.ts"
import type { Settings } from "../settings/index.ts"
import type { Vault } from "../vault/index.ts"
import type { Lookup } from "./address.ts"
import { demoModel, demoName, demoPrice, mappedModel, priceOf } from "./candidates.ts"
import { createChoose, type Target, toPick } from "./choose.ts"
import { type Connect, createConnect, hostLookup } from "./connect.ts"

export { hostLookup }
import type { Failure, Gateway, GatewayNews } from "./contract.ts"
import { createDemo } from "./demo/index.ts"
import { type ExchangeNeeds, openExchange } from "./exchange.ts"
import { refusal } from "./failure.ts"
import { askDemo, forward } from "./forward.ts"
import { createLedger } from "./ledger.ts"
import { receive } from "./request.ts"
import { createSlots } from "../platform/slots.ts"
import { createTurns } from "./turns.ts"

export type * from "./contract.ts"
export { createProviderPages, nextModel, type ProviderDeed, type ProviderPageNeeds } from "./pages.ts"
export { failureSentence } from "./words.ts"

export interface GatewayNeeds {
  settings: Settings
  vault: Vault
  loops: Pick<Loops, "record" | "transcript" | "serverFile">
  events: Pick<Events<LoopNews>, "on"> & Pick<Events<GatewayNews>, "announce">
  disk: Disk
  clock: Clock
  ids: NewId
  log: Log
  /** Text of certificates to trust besides the usual ones. */
  ca?: string
  connect?: Connect
  lookup?: Lookup
  limits?: GatewayLimits
}

export interface GatewayLimits {
  /** Requests at once per provider and person. */
  atOnce: number
  /** Requests of one loop whose bodies are in memory; the others wait unread. */
  bodies: number
  /** Milliseconds without a byte from the provider. */
  silenceMs: number
}

const usualLimits: GatewayLimits = { atOnce: 8, bodies: 12, silenceMs: 10 * 60_000 }

export function createGateway(needs: GatewayNeeds): Gateway {
  const { settings, loops, events, clock, limits = usualLimits } = needs
  const log = needs.log.area("gateway")
  const choose = createChoose(settings, needs.vault)
  const ledger = createLedger(needs.disk, (loop) => loops.serverFile(loop, "usage.jsonl"))
  const turns = createTurns(loops)
  const slots = createSlots(limits.atOnce)
  const bodies = createSlots(limits.bodies)
  const demo = createDemo({ clock, ids: needs.ids })
  const failures = new Map<LoopId, Failure>()
  const stop = new AbortController()
  const unfollow = events.on("transcript.appended", ({ loop, events: lines }) => turns.follow(loop, lines))
  const forwardNeeds = {
    clock,
    connect: needs.connect ?? createConnect({ ca: needs.ca }),
    lookup: needs.lookup ?? hostLookup,
    providerHosts: () => settings.workspace().providerHosts,
    silenceMs: limits.silenceMs,
  }
  const exchangeNeeds: ExchangeNeeds = { clock, log, ledger, turnOf: turns.current, remember }

  function remember(loop: LoopId, failure: Failure | undefined): void {
    if (!failure) return void failures.delete(loop)
    failures.set(loop, failure)
    log.warn("a model request failed", { loop, provider: failure.provider, kind: failure.kind, status: failure.status })
    events.announce("gateway.refused", { loop, failure })
  }

  async function serve(loop: LoopId, request: Request): Promise<Response> {
    const done = await bodies.take(loop, request.signal)
    if (!done) return givenUp()
    try {
      return await answer(loop, request)
    } finally {
      done()
    }
  }

  async function answer(loop: LoopId, request: Request): Promise<Response> {
    const received = await receive(request)
    if (received.kind === "refused") return refusal(received)
    const record = await loops.record(loop)
    if (!record) return refusal({ status: 404, type: "not_found_error", message: "There is no such loop any more." })
    const { incoming } = received
    const counts = incoming.route === "/v1/messages"
    const target = await choose(record)
    if (target.kind === "none") return noProvider(loop, target, counts)
    const signal = AbortSignal.any([request.signal, stop.signal])
    if (counts) events.announce("gateway.asked", { loop })
    if (target.kind === "demo") {
      const opened = {
        loop,
        record,
        source: "builtin",
        provider: demoName,
        model: demoModel.model,
        price: demoPrice,
        counts,
      }
      return askDemo(demo, forwardNeeds, { incoming, exchange: await openExchange(exchangeNeeds, opened), signal })
    }
    const { provider } = target
    const model = mappedModel(incoming.body?.["model"], provider, target.model)
    const price = priceOf(provider, model, settings.presets)
    const opened = { loop, record, source: provider.source, provider: provider.name, model, price, counts }
    const exchange = await openExchange(exchangeNeeds, opened)
    const release = await slots.take(`${provider.source}/${provider.name}/${record.driver}`, signal)
    if (!release) return givenUp()
    try {
      return await forward(forwardNeeds, { incoming, target, exchange, signal, over: release })
    } catch (error) {
      release()
      throw error
    }
  }

  function noProvider(loop: LoopId, { vault, missing }: Extract<Target, { kind: "none" }>, counts: boolean): Response {
    const detail = missing ? `${missing.provider}: ${missing.variable} is missing in vault ${vault}` : ""
    const about = {
      provider: missing?.provider ?? "",
      ...(missing && { missing: { variable: missing.variable, vault } }),
    }
    if (counts) remember(loop, { kind: "no-provider", ...about, model: "", status: 403, at: clock.now(), detail })
    return refusal({
      status: 403,
      type: "permission_error",
      message: `No model provider can be used. ${detail}`.trim(),
    })
  }

  return {
    serve,
    async pick(loop) {
      const record = await loops.record(loop)
      if (!record) throw new Error(`there is no loop ${loop}`)
      return toPick(await choose(record), settings)
    },
    usageOfTurn: ledger.ofTurn,
    usageOfLoop: ledger.ofLoop,
    lastFailure: (loop) => failures.get(loop),
    async [Symbol.asyncDispose]() {
      unfollow()
      stop.abort()
    },
  }
}

const givenUp = () => refusal({ status: 502, type: "api_error", message: "The request was given up." })
