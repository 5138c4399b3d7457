import { expect, test } from "bun:test"
import { renderMarkdown } from "../lib/markdown.ts"
import type { LoopId } from "../lib/ids.ts"
import type { NewEvent, TranscriptEvent } from "../loops/index.ts"
import { newFold, piecesOf } from "./fold.ts"
import { itemsOf, type Reading } from "./present.ts"
import { toolBody } from "./tool-body.ts"

const loop = "11111111-1111-4111-8111-111111111111" as LoopId
const turn = "turn_00000000000000000001"
const driver: Reading = { loop, locale: "en", drives: true, markdown: renderMarkdown }
const reader: Reading = { loop, locale: "zh", drives: false, markdown: renderMarkdown }

function items(reading: Reading, ...lines: NewEvent[]) {
  const events = lines.map(
    (line, index) => ({ seq: index + 1, at: "2026-01-15T12:00:00.000Z", ...line }) as TranscriptEvent,
  )
  return itemsOf(piecesOf(newFold(), events), reading)
}

const asked = (more: object): NewEvent =>
  ({ kind: "asked", turn, ask: "ask_1", what: "permission", ...more }) as NewEvent
const answered = (more: object): NewEvent =>
  ({ kind: "answered", turn, ask: "ask_1", by: "alice", decision: "allow", ...more }) as NewEvent
const failed = (more: object): NewEvent =>
  ({ kind: "turn-failed", turn, reason: "other", sentence: "It failed.", ...more }) as NewEvent

test("a failure says what happened in the reader's words and offers the button to the driver only", () => {
  expect(items(driver, failed({ reason: "agent-ended", action: "continue", detail: "code 1" }))).toMatchObject([
    { kind: "failure", detail: "code 1", action: { kind: "continue", loop } },
  ])
  const [seen] = items(reader, failed({ reason: "agent-ended", action: "continue" }))
  expect(seen).not.toHaveProperty("action")
  expect(seen).toMatchObject({ sentence: expect.stringContaining("智能体") })
  expect(items(driver, failed({}))).toMatchObject([{ sentence: "It failed." }])
  expect(items(driver, failed({ reason: "toString" }))).toMatchObject([{ sentence: "It failed." }])
  expect(items(driver, failed({ action: "image" }))).toMatchObject([{ action: { kind: "retry" } }])
  const [before, last] = items(driver, failed({ action: "retry" }), failed({ action: "retry" }))
  expect(before).not.toHaveProperty("action")
  expect(last).toMatchObject({ action: { kind: "retry" } })
})

test("what the gateway heard is said with the provider's name, in either language", () => {
  const refused = { kind: "key-refused", provider: "Acme", model: "m", status: 401, at: 0, detail: "no" }
  for (const reading of [driver, reader])
    expect(items(reading, failed({ refused }))).toMatchObject([{ sentence: expect.stringContaining("Acme") }])
  expect(items(driver, failed({ refused: { kind: "from the future" } }))).toMatchObject([{ sentence: "It failed." }])
})

test("a permission card shows the whole call; only a command can be edited", () => {
  const bash = asked({ tool: "Bash", input: { command: "rm x" }, reason: "outside", rule: "Bash(rm x)" })
  expect(items(driver, bash)).toMatchObject([
    {
      kind: "permission",
      mayAnswer: true,
      editable: true,
      rule: "Bash(rm x)",
      reason: "outside",
      body: { kind: "command", command: "rm x" },
    },
  ])
  const write = asked({ tool: "Write", input: { file_path: `/loopat/loop/${loop}/workdir/a.txt`, content: "x\ny\n" } })
  expect(items(reader, write)).toMatchObject([
    { mayAnswer: false, editable: false, body: { kind: "write", path: "a.txt", lines: 2 } },
  ])
  expect(items(driver, write)[0]).not.toHaveProperty("rule")
})

test("a question card shows every question with its choices, and leaves out what is none", () => {
  const questions = [
    {
      question: "Which?",
      header: "H",
      multiSelect: true,
      options: [{ label: "A", description: "first" }, { label: "B" }],
    },
    { question: "Open?" },
    "nonsense",
  ]
  expect(items(driver, asked({ what: "question", questions }))).toMatchObject([
    {
      kind: "question",
      questions: [
        { question: "Which?", multi: true, options: [{ label: "A", description: "first" }, { label: "B" }] },
        { question: "Open?", header: "", multi: false, options: [] },
      ],
    },
  ])
})

test("a plan is shown as Markdown", () => {
  const [card] = items(driver, asked({ what: "plan", input: { plan: "# First\n- do it" } }))
  expect(card?.kind === "plan" && String(card.plan)).toContain("<li>do it</li>")
})

test("an answered ask says who decided what", () => {
  const question = asked({ what: "question", questions: [{ question: "Which?" }] })
  expect(items(driver, question, answered({ decision: "answer", answers: { "Which?": "A" } }))).toMatchObject([
    { kind: "answered", what: "question", by: "alice", decision: "answer", lines: [{ label: "Which?", text: "A" }] },
  ])
  const bash = asked({ tool: "Bash", input: { command: "rm x" } })
  const lines = (more: object) => {
    const [item] = items(driver, bash, answered(more))
    return item?.kind === "answered" ? item.lines : undefined
  }
  expect(lines({})).toEqual([{ label: "Bash", text: "rm x" }])
  expect(lines({ answers: { command: "rm y" } })).toEqual([{ label: "Bash", text: "rm y" }])
  expect(lines({ decision: "always", rule: "Bash(rm:*)" })).toEqual([
    { label: "Bash", text: "rm x" },
    { text: "Bash(rm:*)" },
  ])
  expect(lines({ decision: "deny", note: "no!" })).toEqual([{ label: "Bash", text: "rm x" }, { text: "no!" }])
  expect(items(driver, bash, answered({ decision: "of another kind" }))).toMatchObject([{ decision: "withdrawn" }])
})

test("tokens of a turn count what was read from the cache too", () => {
  const usage = { input: 10, output: 5, cacheRead: 100, cacheWrite: 1, ms: 1_500 }
  expect(items(driver, { kind: "turn-finished", turn, outcome: "done", usage })).toMatchObject([
    { kind: "turn-end", ms: 1_500, tokens: { input: 111, output: 5 } },
  ])
})

test("money is shown where a price is known", () => {
  const usage = { input: 1, output: 1, cacheRead: 0, cacheWrite: 0, ms: 1 }
  const cost = (given: unknown) => {
    const [item] = items(driver, {
      kind: "turn-finished",
      turn,
      outcome: "done",
      usage: { ...usage, cost: given },
    } as NewEvent)
    return item?.kind === "turn-end" ? item.cost : "?"
  }
  expect(cost({ amount: 0.0123, currency: "USD" })).toBe("$0.0123")
  expect(cost({ amount: 12, currency: "EUR" })).toBe("€12.00")
  expect(cost({ amount: 0, currency: "USD" })).toBeUndefined()
  expect(cost(undefined)).toBeUndefined()
})

test("each tool has a form of its own, unknown ones show what they were given", () => {
  const body = (tool: string, input: Record<string, unknown>, result?: string) =>
    toolBody({ tool, input, result }, loop)
  expect(body("Bash", { command: "ls", description: "list", run_in_background: true })).toEqual({
    kind: "command",
    command: "ls",
    description: "list",
    background: true,
  })
  expect(body("Edit", { file_path: "/tmp/a", old_string: "a\nb", new_string: "a\nc" })).toMatchObject({
    kind: "edit",
    path: "/tmp/a",
    added: 1,
    removed: 1,
  })
  expect(body("Read", { file_path: "/a", offset: 10, limit: 5 })).toEqual({ kind: "read", path: "/a", range: "10–14" })
  expect(body("Read", { file_path: "/a" }, "text")).toEqual({ kind: "read", path: "/a", result: "text" })
  expect(body("Grep", { pattern: "x" }, "Found 3 files\na\nb\nc")).toMatchObject({ kind: "search", matches: 3 })
  expect(body("Glob", { pattern: "*" }, "No files found")).toMatchObject({ matches: 0 })
  expect(body("Glob", { pattern: "*", path: "/x" }, "a\nb\n")).toMatchObject({ path: "/x", matches: 2 })
  expect(
    body("TodoWrite", { todos: [{ content: "a", status: "completed" }, { content: "b", status: "in_progress" }, 3] }),
  ).toEqual({
    kind: "todos",
    todos: [
      { text: "a", state: "done" },
      { text: "b", state: "in-progress" },
      { text: "", state: "pending" },
    ],
  })
  expect(body("Agent", { description: "look", prompt: "go" }, "**found**")).toMatchObject({
    kind: "agent",
    description: "look",
  })
  expect(body("mcp__x__y", { a: 1 }, "ok")).toEqual({ kind: "other", input: '{\n  "a": 1\n}', result: "ok" })
  for (const tool of ["Never", "constructor", "toString"]) expect(body(tool, {})).toEqual({ kind: "other", input: "" })
})

test("a tool's input of the wrong shape is shown without fail", () => {
  for (const tool of ["Bash", "Edit", "Write", "Read", "Grep", "Glob", "TodoWrite", "Agent", "constructor", "toString"])
    for (const input of [{}, { command: 7, file_path: null, todos: "x", content: [] }])
      expect(() => toolBody({ tool, input, result: "r" }, loop)).not.toThrow()
})
