import type { LoopId } from "../lib/ids.ts"
import { type Clock, timestamp } from "../platform/clock.ts"
import type { Log } from "../platform/log.ts"
import type { LoopRecord } from "../loops/index.ts"
import type { Price } from "../settings/index.ts"
import type { Failure } from "./contract.ts"
import { failureKind, resetTime, wordsOf } from "./failure.ts"
import { costOf, type Ledger } from "./ledger.ts"
import type { Tokens } from "./usage-meter.ts"

/** One model request from its arrival to its line in the ledger. */
export interface Exchange {
  readonly loop: LoopId
  readonly source: string
  readonly provider: string
  readonly model: string
  firstByte(): void
  /** Writes the line, once. A disk that takes no lines must not keep the answer from the agent: that is logged. */
  book(status: number, tokens: Tokens): Promise<void>
  failed(failure: Pick<Failure, "kind" | "status" | "detail"> & Partial<Pick<Failure, "resetsAt">>): void
  succeeded(): void
}

export interface ExchangeNeeds {
  clock: Clock
  log: Log
  ledger: Ledger
  turnOf(loop: LoopId): Promise<string | null>
  /** Undefined: the loop's requests work again. */
  remember(loop: LoopId, failure: Failure | undefined): void
}

export interface Opened {
  loop: LoopId
  record: LoopRecord
  source: string
  provider: string
  model: string
  price?: Price
  /** False for questions that cost nothing, such as the list of models. */
  counts: boolean
}

export const noTokens: Tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 }

export async function openExchange(needs: ExchangeNeeds, opened: Opened): Promise<Exchange> {
  const { clock, log, ledger } = needs
  const { loop, record, source, provider, model, price, counts } = opened
  const begun = clock.now()
  const turn = await needs.turnOf(loop)
  let first: number | undefined
  let booked = !counts
  return {
    loop,
    source,
    provider,
    model,
    firstByte() {
      first ??= clock.now()
    },
    async book(status, tokens) {
      if (booked) return
      booked = true
      const [at, ms, firstMs] = [timestamp(clock), clock.now() - begun, (first ?? clock.now()) - begun]
      const line = {
        at,
        turn,
        user: record.driver,
        source,
        provider,
        model,
        ...tokens,
        status,
        ms,
        firstMs,
        ...costOf(tokens, price),
      }
      try {
        await ledger.append(loop, line)
      } catch (error) {
        log.error("could not write the usage of a request", { loop, error })
      }
    },
    failed(failure) {
      if (counts) needs.remember(loop, { provider, model, at: clock.now(), ...failure })
    },
    succeeded() {
      if (counts) needs.remember(loop, undefined)
    },
  }
}

/** What an error answer means, from status, headers and its (scrubbed) body. */
export function failureOf(upstream: { status: number; headers: Headers }, body: string, now: number) {
  const detail = wordsOf(body)
  return {
    kind: failureKind(upstream.status, detail),
    status: upstream.status,
    detail,
    ...resetTime(upstream.headers, now),
  }
}
