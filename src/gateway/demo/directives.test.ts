import { expect, test } from "bun:test"
import { answered, called, request, said } from "../../testing/demo-requests.ts"
import { answer } from "./script.ts"

const play = (...messages: Parameters<typeof request>[0]) => answer(request(messages))

test("each directive is one answer", () => {
  const cases: [string, object[]][] = [
    ["#say All **done**.", [{ kind: "text", text: "All **done**." }]],
    ["#bash ls  -la", [{ name: "Bash", input: { command: "ls  -la" } }]],
    ["#write a.md # One  two", [{ name: "Write", input: { file_path: "a.md", content: "# One  two" } }]],
    ["#read a b.md", [{ name: "Read", input: { file_path: "a b.md" } }]],
    [`#tool Grep {"pattern":"x"}`, [{ name: "Grep", input: { pattern: "x" } }]],
    ["#tool EnterPlanMode", [{ name: "EnterPlanMode", input: {} }]],
    ["#slow 3 7", [{ kind: "slow", pieces: ["word0 ", "word1 ", "word2 "], everyMs: 7 }]],
    ["#error 529", [{ kind: "refusal", status: 529 }]],
    ["#error", [{ kind: "refusal", status: 500 }]],
    ["#cut", [{ kind: "text" }, { kind: "break" }]],
  ]
  for (const [line, parts] of cases) expect(play(said(line))).toMatchObject(parts)
})

test("directives come one per model call, in order, between other lines", () => {
  const script = said("Please:\n#bash one\nand then\n  #bash two\n#say the end")
  expect(play(script)).toMatchObject([{ input: { command: "one" } }])
  expect(play(script, ...called("Bash", "1"))).toMatchObject([{ input: { command: "two" } }])
  const end = play(script, ...called("Bash", "1"), ...called("Bash", "22"))
  expect(end).toEqual([{ kind: "text", text: "the end" }])
})

test("words and thoughts in front of a tool belong to its call, else the agent would stop before it", () => {
  const script = said("#think hm\n#say first\n#slow 2 1\n#bash ls\n#say last")
  expect(play(script).map(({ kind }) => kind)).toEqual(["thinking", "text", "slow", "tool"])
  expect(play(script, ...called("Bash", "x"))).toMatchObject([{ text: "last" }])
})

test("after the last directive the last result is told", () => {
  expect(play(said("#bash ls"), ...called("Bash", "a.md"))).toEqual([{ kind: "text", text: "done: a.md" }])
  expect(play(said("#think alone"))).toMatchObject([{ kind: "thinking" }, { kind: "text", text: "done:" }])
})

test("a denied tool does not stop the script", () => {
  const denied = called("Bash", "no", { failed: true })
  expect(play(said("#bash ls\n#say ok"), ...denied)).toEqual([{ kind: "text", text: "ok" }])
})

test("an error at the end stays when the agent tries again, one in the middle is gone through", () => {
  const again = said("Your response above was cut off mid-stream. Resume directly from where it stops.")
  const tried = [answered("half"), again]
  expect(play(said("#say x\n#error 529"), ...tried, ...tried)).toMatchObject([{ kind: "text" }, { kind: "refusal" }])
  expect(play(said("#cut\n#say back"), ...tried)).toEqual([{ kind: "text", text: "back" }])
})

test("what cannot be read is answered with how to write it", () => {
  expect(play(said("#tool Bash {bad"))).toMatchObject([{ kind: "text", text: expect.stringContaining("JSON object") }])
  expect(play(said("#tool Bash [1]"))).toMatchObject([{ text: expect.stringContaining("JSON object") }])
  expect(play(said("#error 999"))).toMatchObject([{ text: expect.stringContaining("400 to 599") }])
})

test("headings and topics are no directives", () => {
  for (const words of ["# bash ls", "#topic", "#1 bash", "## say x"])
    expect(play(said(words))[0]).toMatchObject({ kind: "text", text: expect.stringContaining("Hello!") })
})
