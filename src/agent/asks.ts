import { posix } from "node:path"
import type { AskId, LoopId } from "../lib/ids.ts"
import type { EventOf, LoopRecord, NewEvent } from "../loops/index.ts"
import { sizeOf } from "./flat.ts"
import type { History } from "./history.ts"
import type { ToolCall, ToolVerdict } from "./live-agent.ts"
import { allows, isForPeople, isHarmless, offeredRule, parseRule, ruleText } from "./rules.ts"
import type { Writer } from "./writer.ts"

/** What a person decided about an ask. */
export type Answer =
  | { decision: "answer"; answers: Record<string, string> }
  | { decision: "allow"; command?: string }
  | { decision: "always"; rule?: string }
  | { decision: "deny"; note?: string; stop: boolean }

export type Answered =
  | { kind: "answered"; stop: boolean; rule?: string }
  | { kind: "no-such-ask" }
  | { kind: "already-answered"; by: string }
  | { kind: "wrong-answer" }

export interface AsksNeeds {
  loop: LoopId
  history: History
  writer: Pick<Writer, "now" | "sure">
  record(): Promise<LoopRecord | undefined>
  turn(): string | null
  /** An ask was stored and is open. */
  opened(ask: string): void
  /** An ask was answered or withdrawn by the agent; what hangs on it has been told. */
  closed(ask: string): void
}

/** Who may do what: the ladder of permissions, and the questions that people answer. */
export interface Asks {
  decide(call: ToolCall): Promise<ToolVerdict>
  answer(ask: string, answer: Answer, by: string): Promise<Answered>
  withdraw(asks: readonly string[]): Promise<void>
}

export function createAsks(needs: AsksNeeds): Asks {
  const { history, writer } = needs
  const waiting = new Map<string, (verdict: ToolVerdict) => void>()
  const deciding = new Set<string>()
  let opening = 0
  /** What was allowed while the agent was parked: it will ask again under another id. */
  const allowances = new Set<string>()

  async function decide(call: ToolCall): Promise<ToolVerdict> {
    if (opening + waiting.size >= mostOpen || history.asks.size >= mostPerTurn) return tooMany
    if (sizeOf(call.input) > longestInput) return tooLarge
    const ask = askIdOf(needs.loop, call.toolUse)
    const known = history.asks.get(ask)
    if (known?.answered) return verdictOf(known.asked, known.answered)
    const { promise, resolve } = Promise.withResolvers<ToolVerdict>()
    if (!known && (await needsNobody(call))) return { kind: "allow", input: call.input }
    // Whoever reads the line as soon as it is written may answer at once.
    waiting.set(ask, resolve)
    if (!known) await writer.sure(askedEvent(ask, call, { loop: needs.loop, turn: needs.turn() }))
    if (waiting.has(ask)) needs.opened(ask)
    call.withdrawn.addEventListener("abort", () => void withdraw([ask]).then(() => needs.closed(ask)), { once: true })
    return promise
  }

  async function needsNobody(call: ToolCall): Promise<boolean> {
    opening++
    try {
      const record = await needs.record()
      return record !== undefined && (allowances.delete(key(call.tool, call.input)) || isAllowed(call, record))
    } finally {
      opening--
    }
  }

  async function withdraw(asks: readonly string[]): Promise<void> {
    for (const ask of asks) {
      const known = history.asks.get(ask)
      if (!known || known.answered || deciding.has(ask)) continue
      await store(known.asked, { by: "loopat", decision: "withdrawn" })
    }
  }

  async function store(
    asked: EventOf<"asked">,
    answer: Pick<EventOf<"answered">, "by" | "decision" | "answers" | "rule" | "note">,
  ) {
    deciding.add(asked.ask)
    try {
      const line = { kind: "answered", turn: asked.turn, ask: asked.ask, ...answer } as const
      // A person can try again; the agent, which takes its question back, cannot.
      await (answer.decision === "withdrawn" ? writer.sure(line) : writer.now(line))
    } finally {
      deciding.delete(asked.ask)
    }
    const answered = history.asks.get(asked.ask)?.answered
    const tell = waiting.get(asked.ask)
    waiting.delete(asked.ask)
    if (answered) tell?.(verdictOf(asked, answered))
    return tell !== undefined
  }

  return {
    decide,
    withdraw,
    async answer(ask, answer, by) {
      const known = history.asks.get(ask)
      if (!known) return { kind: "no-such-ask" }
      if (known.answered) return { kind: "already-answered", by: known.answered.by }
      if (deciding.has(ask)) return { kind: "already-answered", by }
      const line = answerLine(known.asked, answer)
      if (!line) return { kind: "wrong-answer" }
      const told = await store(known.asked, { by, ...line })
      if (!told && (line.decision === "allow" || line.decision === "always"))
        allowances.add(key(known.asked.tool ?? "", known.asked.input))
      needs.closed(ask)
      return {
        kind: "answered",
        stop: answer.decision === "deny" && answer.stop,
        ...(line.rule && { rule: line.rule }),
      }
    },
  }
}

/** Asks that wait for people at once, asks of one turn, and characters of what is asked about. */
const mostOpen = 50
const mostPerTurn = 1_000
const longestInput = 4 << 20

const tooMany: ToolVerdict = { kind: "deny", words: "Too many questions are open. Wait until some are answered." }
const tooLarge: ToolVerdict = {
  kind: "deny",
  words: "This is too large to be shown to a person. Do it in smaller parts.",
}

/** The same call of the agent is the same ask, also for a later server. */
export function askIdOf(loop: LoopId, toolUse: string): AskId {
  const hash = new Bun.CryptoHasher("sha256").update(`${loop} ${toolUse}`).digest("hex")
  return `ask_${hash.slice(0, 20)}` as AskId
}

export const workdirOf = (loop: LoopId): string => posix.join("/loopat/loop", loop, "workdir")

function isAllowed(call: ToolCall, record: LoopRecord): boolean {
  if (isForPeople(call.tool)) return false
  if (isHarmless(call.tool) || record.permissionMode === "bypassPermissions") return true
  return record.rules.some((rule) => allows(rule, call, workdirOf(record.id)))
}

function askedEvent(ask: string, call: ToolCall, at: { loop: LoopId; turn: string | null }): NewEvent {
  const { tool, toolUse, input } = call
  const event = { kind: "asked", turn: at.turn, ask, tool, toolUse, input } as const
  if (tool === "AskUserQuestion") return { ...event, what: "question", questions: questionsOf(input) }
  if (tool === "ExitPlanMode") return { ...event, what: "plan" }
  const rule = offeredRule(call, workdirOf(at.loop))
  return {
    ...event,
    what: "permission",
    ...(call.reason && { reason: call.reason }),
    ...(rule && { rule: ruleText(rule) }),
  }
}

const questionsOf = (input: Record<string, unknown>): unknown[] =>
  Array.isArray(input.questions) ? input.questions : []

const key = (tool: string, input: unknown) => `${tool} ${JSON.stringify(input)}`

type AnswerLine = Pick<EventOf<"answered">, "decision" | "answers" | "rule" | "note">

/** What is stored of an answer; undefined when it does not fit the ask. */
function answerLine(asked: EventOf<"asked">, answer: Answer): AnswerLine | undefined {
  const line = answerLines[answer.decision] as (asked: EventOf<"asked">, answer: Answer) => AnswerLine | undefined
  return line(asked, answer)
}

type LineOf<D extends Answer["decision"]> = (
  asked: EventOf<"asked">,
  answer: Extract<Answer, { decision: D }>,
) => AnswerLine | undefined

const answerLines: { [D in Answer["decision"]]: LineOf<D> } = {
  answer({ what }, { answers }) {
    return what === "question" && Object.keys(answers).length > 0 ? { decision: "answer", answers } : undefined
  },
  allow(asked, { command }) {
    if (asked.what === "question") return undefined
    const edited = asked.tool === "Bash" && command !== undefined && command !== inputOf(asked).command
    return edited ? { decision: "allow", answers: { command } } : { decision: "allow" }
  },
  always(asked, { rule = asked.rule }) {
    const parsed = rule === undefined ? undefined : parseRule(rule)
    const offered = asked.what === "permission" && asked.rule !== undefined
    return offered && parsed ? { decision: "always", rule: ruleText(parsed) } : undefined
  },
  deny({ what }, { note, stop }) {
    if (what === "question" && !stop) return undefined
    return { decision: "deny", ...(note && { note }), ...(stop && { answers: { stop: true } }) }
  },
}

const inputOf = (asked: EventOf<"asked">): Record<string, unknown> =>
  typeof asked.input === "object" && asked.input !== null ? { ...asked.input } : {}

/** What the agent is told. An allow echoes the input back. */
function verdictOf(asked: EventOf<"asked">, answered: EventOf<"answered">): ToolVerdict {
  const input = inputOf(asked)
  switch (answered.decision) {
    case "answer":
      return { kind: "allow", input: { ...input, answers: answered.answers ?? {} } }
    case "allow":
      return { kind: "allow", input: { ...input, ...answered.answers } }
    case "always":
      return { kind: "allow", input }
    case "withdrawn":
      return { kind: "deny", words: "Nobody answered: the question was withdrawn." }
    default:
      return { kind: "deny", words: answered.note ?? `Not allowed by ${answered.by}.` }
  }
}
