import { expect, test } from "bun:test"
import type { Part } from "./parts.ts"
import {
  answered,
  called,
  folder,
  memory,
  reminder,
  request,
  said,
  system,
  tools,
} from "../../testing/demo-requests.ts"
import { answer } from "./script.ts"

type Messages = Parameters<typeof request>[0]
const play = (...messages: Messages) => answer(request(messages))
const brief = (parts: Part[]) => parts.map((part) => (part.kind === "tool" ? part.name : part.kind))
const text = (parts: Part[]) => parts.map((part) => ("text" in part ? part.text : "")).join("")
const tool = (parts: Part[]) => parts.find((part) => part.kind === "tool")

const listing = `total 8
drwxr-xr-x 3 loopat loopat 4096 Nov 25 14:32 .
drwxr-xr-x 9 loopat loopat 4096 Nov 25 14:32 ..
-rw-r--r-- 1 loopat loopat  182 Nov 25 14:32 hello.md
lrwxrwxrwx 1 loopat loopat    4 Nov 25 14:32 link -> /etc
drwxr-xr-x 2 loopat loopat 4096 Nov 25 14:32 my files`

test("a first message is greeted, then a file is written, the folder seen and described", () => {
  const hello = said("What can you do?")
  const first = play(hello)
  expect(brief(first)).toEqual(["text", "Write"])
  expect(text(first)).toContain("script")
  expect(text(first)).toContain("Settings → Providers")
  expect(tool(first)?.input.file_path).toBe(`${folder}/hello.md`)

  const second = play(hello, ...called("Write", "created"))
  expect(second).toMatchObject([{ kind: "tool", name: "Bash", input: { command: "ls -la" } }])

  const third = play(hello, ...called("Write", "created"), ...called("Bash", listing))
  expect(brief(third)).toEqual(["text"])
  expect(text(third)).toContain("3 entries: `hello.md`, `link`, `my files/`")
})

test("a message in Chinese is greeted in Chinese", () => {
  const first = play(said("你能做什么？"))
  expect(text(first)).toContain("演示模型")
  expect(text(first)).toContain("设置 → 模型服务")
  expect(tool(first)?.input.content).toContain("你好")
  const last = play(said("你好"), ...called("Write", "created"), ...called("Bash", listing))
  expect(text(last)).toContain("3 项")
})

test("later words that no script knows are not greeted again, a second hello is", () => {
  const before = [said("hi"), answered("hello")]
  expect(text(play(...before, said("make it blue")))).toContain("nothing my script knows")
  expect(text(play(...before, said("hello!")))).toStartWith("Hello!")
})

test("each word of the script begins with its tool", () => {
  const cases: [string, string, object][] = [
    ["write a/b.md: one: two", "Write", { file_path: `${folder}/a/b.md`, content: "one: two\n" }],
    ["写入 a.md：一", "Write", { file_path: `${folder}/a.md`, content: "一\n" }],
    ["Write /tmp/x: y", "Write", { file_path: "/tmp/x", content: "y\n" }],
    ["read notes.md", "Read", { file_path: `${folder}/notes.md` }],
    ["run date -u | cat", "Bash", { command: "date -u | cat" }],
    ["运行 ls", "Bash", { command: "ls" }],
    ["run one\ntwo", "Bash", { command: "one\ntwo" }],
    ["background", "Bash", { run_in_background: true }],
    ["remember I like tea", "Write", { file_path: `${memory}demo-vybimb.md` }],
  ]
  for (const [words, name, input] of cases) expect(play(said(words))).toMatchObject([{ kind: "tool", name, input }])
})

test("each word of the script ends with a sentence about what came of it", () => {
  const cases: [string, Messages, string][] = [
    ["write a.md: x", called("Write", "created"), "I wrote `a.md`"],
    ["read a.md", called("Read", "     1→x\n2\ty"), "```text\nx\ny\n```"],
    ["run date", called("Bash", "Monday"), "```text\nMonday\n```"],
    ["run false", called("Bash", "Exit code 1", { failed: true }), "did not succeed"],
    ["运行 date", called("Bash", ""), "（没有内容）"],
    ["background", called("Bash", "running"), "I come back"],
    ["search tea", called("Bash", "a.md:1:tea"), "a.md:1:tea"],
    ["search tea", called("Bash", "(Bash completed with no output)"), "nowhere"],
    ["remember I like tea", [...called("Write", "created"), ...called("Bash", "")], "I noted “I like tea”"],
  ]
  for (const [words, since, sentence] of cases) {
    const parts = play(said(words), ...since)
    expect(brief(parts)).toEqual(["text"])
    expect(text(parts)).toContain(sentence)
  }
})

test("a question has two options, and the answer decides what is written", () => {
  const ask = said("ask me")
  const question = play(ask)
  expect(question).toMatchObject([
    { name: "AskUserQuestion", input: { questions: [{ multiSelect: false, options: [{}, {}] }] } },
  ])
  const told = (label: string) =>
    called("AskUserQuestion", `Your questions have been answered: "Which?"="${label}". Go on.`)
  expect(tool(play(ask, ...told("A short list")))?.input.content).toContain("- Ask for a plan")
  expect(tool(play(ask, ...told("something of mine")))?.input.content).toBe("something of mine\n")
  const end = play(ask, ...told("A greeting"), ...called("Write", "created"))
  expect(text(end)).toContain("You chose **A greeting**")
})

const planMode = system("Plan mode is active. You should create your plan at /plans/p.md using the Write tool.")

test("a plan is thought about, written down, shown, and carried out when it is approved", () => {
  const told: Messages = [said("plan")]
  expect(brief(play(...told))).toEqual(["thinking", "EnterPlanMode"])
  told.push(...called("EnterPlanMode", "entered"), planMode)
  expect(tool(play(...told))?.input).toMatchObject({ file_path: "/plans/p.md" })
  told.push(...called("Write", "created"))
  const shown = tool(play(...told))
  expect(shown?.name).toBe("ExitPlanMode")
  expect(String(shown?.input.plan).trim().split("\n")).toHaveLength(3)
  told.push(...called("ExitPlanMode", "approved"), system("## Exited Plan Mode"))
  expect(tool(play(...told))?.input.file_path).toBe(`${folder}/notes-from-the-plan.md`)
  told.push(...called("Write", "created!"))
  expect(tool(play(...told))?.name).toBe("Bash")
  told.push(...called("Bash", "the line"))
  expect(text(play(...told))).toContain("the line")
})

test("a plan that is not approved changes nothing", () => {
  const refused = called("ExitPlanMode", "keep planning", { failed: true })
  const parts = play(said("plan"), planMode, ...called("Write", "created"), ...refused)
  expect(brief(parts)).toEqual(["text"])
  expect(text(parts)).toContain("not approved")
})

test("where plan mode is on already, it is not entered again", () => {
  expect(brief(play(said("plan"), planMode))).toEqual(["thinking", "Write"])
})

test("a search uses the agent's own search where it has one, and quotes the word for the shell where not", () => {
  const withGrep = { tools: [...tools, "Grep"].map((name) => ({ name })) }
  expect(answer(request([said("search a.b(c")], withGrep))).toMatchObject([
    { name: "Grep", input: { pattern: "a\\.b\\(c", path: "/loopat/context/knowledge" } },
  ])
  const more = request([said("search x"), ...called("Grep", "No matches found")], withGrep)
  expect(tool(answer(more))?.input.path).toBe(folder)
  const command = tool(play(said("search it's; rm -rf /")))?.input.command
  expect(command).toContain(`-e 'it'\\''s; rm -rf /' --`)
})

test("the index of memories gets a line once", () => {
  const index = tool(play(said("remember 我喜欢喝茶"), ...called("Write", "created")))?.input.command
  expect(index).toContain("- [我喜欢喝茶](demo-")
  expect(index).toMatch(/^grep -qsxF .* \|\| printf '%s\\n' .* >> '.*MEMORY\.md'$/)
})

test("a tool that is refused ends the script with what was said against it", () => {
  const parts = play(said("hello"), ...called("Write", "Not allowed by alice.", { failed: true }))
  expect(brief(parts)).toEqual(["text"])
  expect(text(parts)).toContain("Not allowed by alice.")
})

test("a file that has to be read before it is written over is read, and written again", () => {
  const input = { file_path: `${folder}/hello.md` }
  const unread = called("Write", "File has not been read yet. Read it first before writing to it.", {
    failed: true,
    input,
  })
  expect(play(said("hello"), ...unread)).toMatchObject([{ name: "Read", input }])
  const again = play(said("hello"), ...unread, ...called("Read", "old"))
  expect(again).toMatchObject([{ kind: "tool", name: "Write", input }])
  const after = play(said("hello"), ...unread, ...called("Read", "old"), ...called("Write", "updated"))
  expect(tool(after)?.name).toBe("Bash")
})

test("a write that is refused again and again is given up", () => {
  const unread = called("Write", "File has not been read yet.", { failed: true, input: { file_path: "/x" } })
  const tries = Array.from({ length: 4 }, () => [...unread, ...called("Read", "old")]).flat()
  expect(brief(play(said("write /x: y"), ...tries.slice(0, -2)))).toEqual(["text"])
})

test("a tool that is not offered is not called", () => {
  const parts = answer(request([said("run date")], { tools: [{ name: "Read" }] }))
  expect(text(parts)).toContain("needs the tool Bash")
  expect(brief(answer(request([said("hello")], { tools: [], system: undefined })))).toEqual(["text", "text"])
})

test("a long answer has about two thousand words and every kind of block, in both languages", () => {
  const long = { english: text(play(said("long"))), chinese: text(play(said("长文"))) }
  expect(long.english.split(/\s+/).length).toBeGreaterThan(1_800)
  expect(long.chinese.match(/\p{Script=Han}/gu)?.length).toBeGreaterThan(2_500)
  const blocks = [
    /^# /m,
    /^### /m,
    /^```ts$/m,
    /^```bash$/m,
    /^\| /m,
    /^- \[x\] /m,
    /^> /m,
    /^\d\. /m,
    /^---$/m,
    /~~.+~~/,
  ]
  for (const markdown of Object.values(long)) for (const block of blocks) expect(markdown).toMatch(block)
})

test("errors, a broken stream and thirty slow seconds come on demand", () => {
  expect(play(said("fail 529"))).toEqual([{ kind: "refusal", status: 529 }])
  expect(text(play(said("fail 200")))).toContain("400 to 599")
  expect(brief(play(said("cut")))).toEqual(["text", "break"])
  const slow = play(said("slow")).find((part) => part.kind === "slow")
  expect(slow && slow.pieces.length * slow.everyMs).toBe(30_000)
})

test("the end of a background command is told", () => {
  const news = reminder("<task-notification><summary>It is done</summary></task-notification>")
  expect(text(play(said("background"), ...called("Bash", "begun"), answered("begun"), said(news)))).toContain(
    "It is done",
  )
})

test("the same conversation always gets the same answer", () => {
  const conversation: Messages = [said("hello"), ...called("Write", "created")]
  expect(play(...conversation)).toEqual(play(...conversation))
})
