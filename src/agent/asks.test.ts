import { expect, test } from "bun:test"
import type { LoopId } from "../lib/ids.ts"
import type { LoopRecord, NewEvent, TranscriptEvent } from "../loops/index.ts"
import { askIdOf, createAsks } from "./asks.ts"
import { newHistory, remember } from "./history.ts"
import type { ToolCall } from "./live-agent.ts"

const loop = "11111111-1111-4111-8111-111111111111" as LoopId

/** Asks over a transcript that is an array. */
function scene(
  mode: "default" | "bypassPermissions",
  rules: { tool: string; pattern: string }[] = [],
  durable = async () => {},
) {
  const history = newHistory()
  const lines: NewEvent[] = []
  const told: string[] = []
  async function write(event: NewEvent): Promise<void> {
    lines.push(event)
    remember(history, { seq: lines.length, at: "2026-01-15T12:00:00.000Z", ...event } as TranscriptEvent)
    await durable()
  }
  const asks = createAsks({
    loop,
    history,
    writer: { now: write, sure: write },
    record: async () => ({ id: loop, permissionMode: mode, rules }) as unknown as LoopRecord,
    turn: () => "turn_00000000000000000001",
    opened: (ask) => told.push(`opened ${ask}`),
    closed: (ask) => told.push(`closed ${ask}`),
  })
  return { asks, lines, told, history }
}

function call(tool: string, input: Record<string, unknown>, toolUse = "toolu_1"): ToolCall & { cancel(): void } {
  const cancel = new AbortController()
  return {
    tool,
    input,
    toolUse,
    suggestions: [],
    noAlways: false,
    withdrawn: cancel.signal,
    cancel: () => cancel.abort(),
  }
}

const ask = askIdOf(loop, "toolu_1")
const questions = [{ question: "Which colour?", header: "Colour", options: [{ label: "Red" }, { label: "Blue" }] }]
const ls = { command: "ls" }

/** Lets promises that are ready run on. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

test("at full speed only questions and plans ask", async () => {
  const { asks, lines } = scene("bypassPermissions")
  expect(await asks.decide(call("Bash", ls))).toEqual({ kind: "allow", input: ls })
  expect(lines).toEqual([])
  void asks.decide(call("AskUserQuestion", { questions }))
  await settle()
  expect(lines).toMatchObject([{ kind: "asked", ask, what: "question", questions }])
})

test("in Ask mode reading runs and everything else asks, with the whole input", async () => {
  const { asks, lines, told } = scene("default")
  expect((await asks.decide(call("Read", { file_path: "a" }))).kind).toBe("allow")
  void asks.decide(call("Bash", { command: "echo x > f" }))
  await settle()
  expect(lines).toMatchObject([
    { kind: "asked", what: "permission", tool: "Bash", input: { command: "echo x > f" }, rule: "Bash(echo x > f)" },
  ])
  expect(told).toEqual([`opened ${ask}`])
})

test("allow runs exactly what was asked, an edited command runs edited", async () => {
  const { asks, lines } = scene("default")
  const first = asks.decide(call("Bash", { command: "rm a", description: "d" }))
  await settle()
  expect(await asks.answer(ask, { decision: "allow", command: "rm a" }, "alice")).toMatchObject({ kind: "answered" })
  expect(await first).toEqual({ kind: "allow", input: { command: "rm a", description: "d" } })
  const second = asks.decide(call("Bash", { command: "rm b" }, "toolu_2"))
  await settle()
  await asks.answer(askIdOf(loop, "toolu_2"), { decision: "allow", command: "rm -i b" }, "alice")
  expect(await second).toEqual({ kind: "allow", input: { command: "rm -i b" } })
  expect(lines.at(-1)).toMatchObject({ kind: "answered", decision: "allow", answers: { command: "rm -i b" } })
})

test("a refusal carries the driver's words", async () => {
  const { asks } = scene("default")
  const verdict = asks.decide(call("Bash", ls))
  await settle()
  await asks.answer(ask, { decision: "deny", note: "use find", stop: false }, "alice")
  expect(await verdict).toEqual({ kind: "deny", words: "use find" })
  const plain = asks.decide(call("Bash", ls, "toolu_2"))
  await settle()
  const outcome = await asks.answer(askIdOf(loop, "toolu_2"), { decision: "deny", stop: true }, "alice")
  expect(outcome).toMatchObject({ kind: "answered", stop: true })
  expect(await plain).toEqual({ kind: "deny", words: "Not allowed by alice." })
})

test("a rule answers instead of a person, and not for more than it says", async () => {
  const { asks, lines } = scene("default", [{ tool: "Bash", pattern: "echo:*" }])
  expect((await asks.decide(call("Bash", { command: "echo x" }))).kind).toBe("allow")
  void asks.decide(call("Bash", { command: "echo x; rm f" }, "toolu_2"))
  await settle()
  expect(lines).toMatchObject([{ kind: "asked", tool: "Bash" }])
})

test("always says which rule it means", async () => {
  const { asks } = scene("default")
  void asks.decide(call("Bash", ls))
  await settle()
  expect(await asks.answer(ask, { decision: "always", rule: "Bash()" }, "alice")).toEqual({ kind: "wrong-answer" })
  expect(await asks.answer(ask, { decision: "always" }, "alice")).toEqual({
    kind: "answered",
    stop: false,
    rule: "Bash(ls)",
  })
})

test("a question is answered with its answers beside its input", async () => {
  const { asks } = scene("bypassPermissions")
  const verdict = asks.decide(call("AskUserQuestion", { questions }))
  await settle()
  expect(await asks.answer(ask, { decision: "allow" }, "alice")).toEqual({ kind: "wrong-answer" })
  await asks.answer(ask, { decision: "answer", answers: { "Which colour?": "Blue" } }, "alice")
  expect(await verdict).toEqual({ kind: "allow", input: { questions, answers: { "Which colour?": "Blue" } } })
})

test("of two answers one wins, and the other learns who was first", async () => {
  const { asks, lines } = scene("default")
  void asks.decide(call("Bash", ls))
  await settle()
  const both = await Promise.all([
    asks.answer(ask, { decision: "allow" }, "alice"),
    asks.answer(ask, { decision: "allow" }, "bob"),
  ])
  expect(both.map(({ kind }) => kind)).toEqual(["answered", "already-answered"])
  expect(await asks.answer(ask, { decision: "allow" }, "bob")).toEqual({ kind: "already-answered", by: "alice" })
  expect(lines.filter(({ kind }) => kind === "answered")).toHaveLength(1)
  expect(await asks.answer("ask_x", { decision: "allow" }, "bob")).toEqual({ kind: "no-such-ask" })
})

test("what the agent asks again after a restart is the same ask, and is answered the same", async () => {
  const { asks, lines, told } = scene("default")
  void asks.decide(call("Bash", ls))
  await settle()
  const again = asks.decide(call("Bash", ls))
  await settle()
  expect(lines).toHaveLength(1)
  expect(told).toEqual([`opened ${ask}`, `opened ${ask}`])
  await asks.answer(ask, { decision: "allow" }, "alice")
  expect(await again).toEqual({ kind: "allow", input: ls })
  expect(await asks.decide(call("Bash", ls))).toEqual({ kind: "allow", input: ls })
})

test("an answer that comes before the agent's own wait has begun is not lost", async () => {
  let answered = false
  const stage = scene("default", [], async () => {
    if (answered) return
    answered = true
    await stage.asks.answer(ask, { decision: "allow" }, "alice")
  })
  expect(await stage.asks.decide(call("Bash", ls))).toEqual({ kind: "allow", input: ls })
  expect(stage.told).toEqual([`closed ${ask}`])
})

test("the agent may take its question back", async () => {
  const { asks, lines, told } = scene("default")
  const asked = call("Bash", ls)
  const verdict = asks.decide(asked)
  await settle()
  asked.cancel()
  expect((await verdict).kind).toBe("deny")
  await settle()
  expect(lines.at(-1)).toMatchObject({ kind: "answered", decision: "withdrawn" })
  expect(told.at(-1)).toBe(`closed ${ask}`)
})

test("what was allowed while the agent was away is allowed once when it asks again", async () => {
  const { asks, history, lines } = scene("default")
  const asked = {
    kind: "asked",
    turn: null,
    ask,
    what: "permission",
    tool: "Bash",
    toolUse: "toolu_1",
    input: ls,
  } as const
  remember(history, { seq: 1, at: "2026-01-15T12:00:00.000Z", ...asked })
  await asks.answer(ask, { decision: "allow" }, "alice")
  expect(await asks.decide(call("Bash", ls, "toolu_9"))).toEqual({ kind: "allow", input: ls })
  void asks.decide(call("Bash", ls, "toolu_10"))
  await settle()
  expect(lines.at(-1)).toMatchObject({ kind: "asked", toolUse: "toolu_10" })
})
