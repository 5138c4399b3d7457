import { z } from "zod"
import type { LoopId } from "../lib/ids.ts"
import type { Disk } from "../platform/disk/disk.ts"
import type { JsonlFile } from "../platform/disk/jsonl-file.ts"
import type { Price } from "../settings/index.ts"
import type { Usage } from "./contract.ts"
import type { Tokens } from "./usage-meter.ts"

/** One line of `usage.jsonl`, format description B3: one model request. */
const LedgerLine = z.looseObject({
  at: z.string(),
  turn: z.string().nullable(),
  user: z.string(),
  source: z.string(),
  provider: z.string(),
  model: z.string(),
  input: z.number(),
  output: z.number(),
  cacheRead: z.number(),
  cacheWrite5m: z.number(),
  cacheWrite1h: z.number(),
  /** HTTP status; 0 when there was no answer. */
  status: z.number(),
  /** From the request's arrival to its end, and to the first byte of the answer. */
  ms: z.number(),
  firstMs: z.number(),
  cost: z.number().optional(),
  currency: z.string().optional(),
})
export type LedgerLine = z.infer<typeof LedgerLine>

export interface Ledger {
  /** Durable when it resolves. */
  append(loop: LoopId, line: LedgerLine): Promise<void>
  ofTurn(loop: LoopId, turn: string): Promise<Usage>
  ofLoop(loop: LoopId): Promise<Usage>
}

const nothing: Usage = { requests: 0, input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }
const piece = 64 * 1024

export function createLedger(disk: Disk, pathOf: (loop: LoopId) => string): Ledger {
  const files = new Map<LoopId, JsonlFile<LedgerLine>>()
  /** Sums of whole files up to a place, so that a long loop is read once. */
  const sums = new Map<LoopId, { upTo: number; usage: Usage }>()
  /** Loops whose file may have lines behind that place. */
  const grown = new Set<LoopId>()

  function fileOf(loop: LoopId): JsonlFile<LedgerLine> {
    const file = files.get(loop) ?? disk.jsonlFile(pathOf(loop), (value) => LedgerLine.parse(value))
    files.set(loop, file)
    return file
  }

  return {
    async append(loop, line) {
      try {
        await fileOf(loop).append(line)
      } finally {
        grown.add(loop)
      }
    },
    async ofTurn(loop, turn) {
      const file = fileOf(loop)
      let usage = nothing
      // A turn's lines stand together at the end: the first piece without one ends the search.
      for (let end = await file.size(), own = 1; end > 0 && own > 0;) {
        const { lines } = await file.readBefore(end, piece)
        const mine = lines.filter(({ value }) => value.turn === turn)
        usage = mine.reduce((sum, { value }) => add(sum, value), usage)
        own = mine.length
        end = lines[0]?.offset ?? 0
      }
      return usage
    },
    async ofLoop(loop) {
      const known = sums.get(loop)
      if (known && !grown.has(loop)) return known.usage
      grown.delete(loop)
      const file = fileOf(loop)
      let { upTo, usage } = known ?? { upTo: 0, usage: nothing }
      for (let atEnd = false; !atEnd;) {
        const read = await file.readFrom(upTo, piece)
        usage = read.lines.reduce((sum, { value }) => add(sum, value), usage)
        upTo = read.next
        atEnd = read.atEnd || read.lines.length === 0
      }
      sums.set(loop, { upTo, usage })
      return usage
    },
  }
}

/** What the tokens cost, where a price is known. */
export function costOf(tokens: Tokens, price: Price | undefined): { cost?: number; currency?: string } {
  if (!price) return {}
  const { input, output, cacheRead = input, cacheWrite5m = input, cacheWrite1h = cacheWrite5m, currency } = price
  const perMillion =
    tokens.input * input +
    tokens.output * output +
    tokens.cacheRead * cacheRead +
    tokens.cacheWrite5m * cacheWrite5m +
    tokens.cacheWrite1h * cacheWrite1h
  return { cost: Number((perMillion / 1_000_000).toFixed(9)), currency }
}

/** Money of different currencies is not added: the first one seen stays. */
function add(sum: Usage, line: LedgerLine): Usage {
  const same =
    line.cost !== undefined && line.currency !== undefined && (sum.cost?.currency ?? line.currency) === line.currency
  const cost = same ? { amount: (sum.cost?.amount ?? 0) + (line.cost ?? 0), currency: line.currency ?? "" } : sum.cost
  return {
    requests: sum.requests + 1,
    input: sum.input + line.input,
    output: sum.output + line.output,
    cacheRead: sum.cacheRead + line.cacheRead,
    cacheWrite: sum.cacheWrite + line.cacheWrite5m + line.cacheWrite1h,
    ...(cost && { cost }),
  }
}
