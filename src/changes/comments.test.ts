import { expect, test } from "bun:test"
import { parseLoopId } from "../lib/ids.ts"
import { createDisk } from "../platform/disk/disk.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import { linesAt, mostComments, type ReviewComment, reviewMessage } from "./comments.ts"
import type { FileDiff } from "./diff.ts"
import { addressOf, parseSight, sightFrom, sightText } from "./sight.ts"
import { createReviewStore } from "./store.ts"

const comment = (over: Partial<ReviewComment> = {}): ReviewComment => ({
  ...{ id: "1", path: "src/a.ts", side: "new", first: 3, last: 4, code: "x\ny", text: "Why?", at: "now" },
  ...over,
})

const file: FileDiff = {
  entry: { path: "src/a.ts", letter: "M", modeBefore: "100644", modeAfter: "100644" },
  ...{ header: [], binary: false, large: false, lines: 5 },
  hunks: [
    {
      ...{ before: { start: 3, count: 3 }, after: { start: 3, count: 3 }, title: "" },
      lines: [
        { sign: " ", bytes: "a" },
        { sign: "-", bytes: "b" },
        { sign: "+", bytes: "B \xff" },
        { sign: " ", bytes: "c" },
      ],
    },
  ],
}

test("a remark takes the lines it is about with it, of the side it is about, and only lines that are shown", () => {
  expect(linesAt(file, { side: "new", first: 3, last: 4 })).toBe("a\nB \\xff")
  expect(linesAt(file, { side: "old", first: 4, last: 4 })).toBe("b")
  expect(linesAt(file, { side: "new", first: 5, last: 6 })).toBeUndefined()
  expect(linesAt(file, { side: "new", first: 1, last: 3 })).toBeUndefined()
})

test("the agent gets one message with file, lines, code and remark, file by file; code cannot end its own fence", () => {
  const comments = [comment({ path: "z" }), comment({ first: 9, last: 9, code: "```", side: "old" }), comment()]
  expect(reviewMessage(comments, "en")).toBe(
    [
      "Please look at these review comments on the changes:",
      "**src/a.ts, lines 3–4**\n```\nx\ny\n```\nWhy?",
      "**src/a.ts, line 9 (before the change)**\n````\n```\n````\nWhy?",
      "**z, lines 3–4**\n```\nx\ny\n```\nWhy?",
    ].join("\n\n"),
  )
})

test("remarks survive a restart, at most 200 wait, and what was sent is let go", async () => {
  await using folder = await tempFolder()
  const loop = parseLoopId("7b0c3ab2-11f5-4d0c-9d63-0f2f4f1d6e21")
  if (!loop) throw new Error("need a loop")
  const store = () => createReviewStore(createDisk(), { serverFile: (_, name) => `${folder.path}/${name}` })
  expect(await store().all(loop)).toEqual([])
  for (let count = 0; count < mostComments; count++) await store().add(loop, comment({ id: String(count) }))
  expect(await store().add(loop, comment({ id: "too many" }))).toBe(false)
  expect((await store().all(loop)).length).toBe(mostComments)
  await store().remove(loop, ["0", "1"])
  expect((await store().all(loop))[0]?.id).toBe("2")
})

test("how a page is looked at leads back to the same page from every form; an address of nobody's is none", () => {
  const sight = parseSight({ compare: "work", split: "1", space: "0", file: "/~YmFk_w", whole: "1" })
  if (!sight) throw new Error("need a sight")
  expect(sight).toMatchObject({ scope: { kind: "work" }, split: true, ignoreSpace: true, file: "bad\udcff" })
  expect(sightFrom(sightText(sight))).toEqual(sight)
  expect(addressOf("x", sight)).toBe("/loops/x/changes?compare=work&split=1&space=0&file=%2F%7EYmFk_w&whole=1")
  expect(sightFrom("compare=nonsense").scope).toEqual({ kind: "start" })
  for (const query of [{ compare: "x" }, { file: "../x" }, { comment: "/etc/passwd" }, { line: "x" }])
    expect(parseSight(query)).toBeUndefined()
})
