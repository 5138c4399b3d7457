import type { Clock } from "../platform/clock.ts"
import type { Secret } from "../platform/secret.ts"
import type { Provider } from "../settings/index.ts"
import { type Lookup, reach, upstreamUrl } from "./address.ts"
import { type Connect, unreachable } from "./connect.ts"
import type { Failure } from "./contract.ts"
import { failureOf } from "./exchange.ts"
import { outgoingHeaders } from "./request.ts"

export type TestOutcome = { kind: "answered"; ms: number } | { kind: "failed"; failure: Failure }

export interface TestNeeds {
  clock: Clock
  connect: Connect
  lookup: Lookup
  providerHosts(): readonly string[]
}

const patienceMs = 20_000

/** One request for one token, with the stored key to the stored address. */
export async function testProvider(
  needs: TestNeeds,
  provider: Provider,
  key: Secret | undefined,
): Promise<TestOutcome> {
  const { clock } = needs
  const model = provider.models.find(({ enabled }) => enabled)?.id ?? ""
  const failed = (failure: Pick<Failure, "kind" | "status" | "detail">): TestOutcome => ({
    kind: "failed",
    failure: { provider: provider.name, model, at: clock.now(), ...failure },
  })
  const begun = clock.now()
  const stop = new AbortController()
  const stopWatch = clock.after(patienceMs, () => stop.abort())
  try {
    const url = upstreamUrl(provider.baseUrl, "/v1/messages")
    const reachable = url && (await reach(url, needs.providerHosts(), needs.lookup))
    if (!url || reachable?.kind !== "reachable") return failed({ kind: "address", status: 0, detail: "" })
    const headers = outgoingHeaders(new Headers(asked), provider.auth, key)
    const body = new TextEncoder().encode(
      JSON.stringify({ model, max_tokens: 1, messages: [{ role: "user", content: "Hi" }] }),
    )
    const { addresses } = reachable
    const answer = await needs.connect({ url, addresses, method: "POST", headers, body, signal: stop.signal })
    const text = await answer.text()
    if (answer.ok) return { kind: "answered", ms: clock.now() - begun }
    const scrubbed = key ? text.replaceAll(key.reveal(), "[secret]") : text
    return failed(failureOf(answer, scrubbed.slice(0, 64 * 1024), clock.now()))
  } catch (error) {
    const { kind, message } = unreachable(error, stop.signal)
    return failed({ kind: kind === "tls" ? "tls" : "network", status: 0, detail: message.slice(0, 500) })
  } finally {
    stopWatch()
  }
}

const asked = { "content-type": "application/json", accept: "application/json", "anthropic-version": "2023-06-01" }
