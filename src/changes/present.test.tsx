import { expect, test } from "bun:test"
import { FileDiff } from "../../views/components/file-diff.tsx"
import type { FileDiffView } from "../../views/props/changes.ts"
import { htmlStream } from "../platform/http/html.ts"
import { PiecesHere } from "../../views/components/pieces-here.tsx"
import { readHtml } from "../testing/html.ts"
import { xss } from "../testing/xss.ts"
import type { FileDiff as ReadFile, HunkLine } from "./diff.ts"
import { fileView } from "./present.ts"
import { type Sight, sightFrom } from "./sight.ts"

const bytes = (text: string) => Buffer.from(text).toString("latin1")

function file(lines: string[], over: Partial<ReadFile["entry"]> = {}): ReadFile {
  const read = lines.map((line): HunkLine => ({ sign: line[0] as HunkLine["sign"], bytes: bytes(line.slice(1)) }))
  const count = (sign: string) => read.filter((line) => line.sign !== sign).length
  return {
    entry: { path: "a.ts", letter: "M", modeBefore: "100644", modeAfter: "100644", added: 1, removed: 1, ...over },
    header: ["diff --git a/a.ts b/a.ts"],
    hunks: [
      { before: { start: 7, count: count("+") }, after: { start: 7, count: count("-") }, title: "", lines: read },
    ],
    ...{ binary: false, large: false, lines: lines.length },
  }
}

const shown = (read: ReadFile, sight: Sight = sightFrom("compare=work")): FileDiffView =>
  fileView(read, { loop: "x", sight, drives: true })

const rendered = (view: FileDiffView, split = false) =>
  String(
    <FileDiff file={view} about={{ loop: "x", sight: "", split, mayWrite: true }} reader={{ locale: "en", now: 0 }} />,
  )

test("a diff is coloured, numbered on both sides, and marks the words that differ", () => {
  const view = shown(file([" function f() {", "-  return one(1)", "+  return two(1)", " }"]))
  const [hunk] = view.hunks
  expect(hunk?.rows.map(({ before, after }) => [before, after])).toEqual([
    [7, 7],
    [8, undefined],
    [undefined, 8],
    [9, 9],
  ])
  expect(hunk?.rows[0]?.runs[0]).toEqual({ text: "function", kind: "hljs-keyword" })
  const marked = hunk?.rows.map(({ runs }) =>
    runs
      .filter((run) => run.marked)
      .map(({ text }) => text)
      .join(""),
  )
  expect(marked).toEqual(["", "one", "two", ""])
  const html = readHtml(rendered(view))
  expect(html.all(".diff-word").map(({ text }) => text)).toEqual(["one", "two"])
})

test("side by side shows what went beside what came, and nothing twice", () => {
  const view = shown(file(["-a", "-b", "+A", " same", "+new"]))
  const html = readHtml(rendered(view, true))
  expect(html.all("tr").map(({ text }) => text.replaceAll(/\s+/g, " ").trim())).toEqual([
    "−a+A",
    "−b",
    "same same",
    "+new",
  ])
})

test("parts can be staged only where they are exact: not against the start, and not without whitespace", () => {
  const deeds = (sight: string) => shown(file(["+a"]), sightFrom(sight)).deeds
  expect(deeds("compare=work")).toEqual(["stage", "discard"])
  expect(deeds("compare=index")).toEqual(["unstage"])
  expect(deeds("")).toEqual([])
  expect(deeds("compare=work&space=0")).toEqual([])
})

test("lines are chosen in one part, and what is chosen there is said to be of that part alone", () => {
  const read = file(["-a", "+b"])
  const [other = "", name = ""] = [shown(read).hunks[0]?.pickUrl, shown(read).hunks[0]?.name]
  expect(other).toContain(`pick=${name}`)
  const html = readHtml(rendered(shown(read, { ...sightFrom("compare=work"), pick: name }), true))
  expect(html.one("input[name=picking]").attributes["value"]).toBe(name)
  expect(html.all("input[name=line]").map(({ attributes }) => attributes["value"])).toEqual(["0", "1"])
})

test("what an agent wrote into files and names is text on the page, never markup", () => {
  for (const text of xss) {
    const line = text.replaceAll("\n", " ")
    const view = shown(file([`-${line}`, `+${line} more`], { path: line, from: line }))
    const html = rendered(view)
    expect({ text, found: /<(script|img|iframe|svg|form action="https|base|meta)/i.test(html) }).toEqual({
      text,
      found: false,
    })
  }
})

test("a page that is sent as it is made begins before its pieces and ends after them; who leaves ends the work", async () => {
  const steps: string[] = []
  const open = Promise.withResolvers<void>()
  async function* pieces() {
    try {
      steps.push("begun")
      yield <p>one</p>
      await open.promise
      yield <p>two</p>
    } finally {
      steps.push("ended")
    }
  }
  const document = (
    <main>
      <PiecesHere />
    </main>
  )
  const response = htmlStream(document, pieces())
  const reader = response.body?.getReader()
  const read = async () => new TextDecoder().decode((await reader?.read())?.value)
  expect(await read()).toBe("<!doctype html><main>")
  expect(await read()).toBe("<p>one</p>")
  open.resolve()
  expect(await new Response(htmlStream(document, pieces()).body).text()).toBe(
    "<!doctype html><main><p>one</p><p>two</p></main>",
  )
  await reader?.cancel()
  expect(steps.filter((step) => step === "ended").length).toBe(2)
})
