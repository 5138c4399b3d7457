import { expect, test } from "bun:test"
import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { type GitFolder, gitFolder } from "../testing/git-folder.ts"
import { numbersFrom } from "../testing/seeded.ts"
import type { FileDiff, Hunk } from "./diff.ts"
import { DiffReader } from "./diff-reader.ts"
import { hunkNames, patchOf, pickLines } from "./patch.ts"

const diff = ["diff", "--raw", "--numstat", "-z", "--patch"]

async function only(folder: GitFolder, ...args: string[]): Promise<FileDiff> {
  const { out } = await folder.git([...diff, ...args])
  const reader = new DiffReader()
  const [file] = [...reader.feed(out), ...reader.end()]
  if (!file) throw new Error("need a change")
  return file
}

/** A text of few different lines, so that a hunk would fit in many wrong places. */
const randomText = (below: (n: number) => number, lines: number): string =>
  Array.from({ length: lines }, () => "abc"[below(3)]).join("\n") + (below(2) === 0 ? "\n" : "")

function edited(below: (n: number) => number, text: string): string {
  const lines = text.split("\n")
  for (let times = 0; times < 4; times++) {
    const at = below(lines.length)
    if (below(2) === 0) lines.splice(at, 1 + below(2))
    else lines.splice(at, below(2), "new")
  }
  return lines.join("\n")
}

test("any choice of changed lines can be staged, and what stays out comes out right on both sides", async () => {
  await using folder = await gitFolder()
  const file = join(folder.path, "f")
  const below = numbersFrom(11)
  for (let round = 0; round < 25; round++) {
    const before = randomText(below, 40)
    const after = edited(below, before)
    if (before === after) continue
    await writeFile(file, before)
    await folder.git(["add", "f"])
    await writeFile(file, after)
    const change = await only(folder)
    const chosen = change.hunks.map((hunk) => pickLines(hunk, () => below(2) === 0, "forward")).filter((one) => one)
    const wanted = chosen.filter((one): one is Hunk => one !== undefined)
    if (wanted.length === 0) continue
    const patch = patchOf(change, wanted, "forward")
    const applied = await folder.git(["apply", "--cached", "--whitespace=nowarn", "-"], patch)
    expect({ round, said: applied.said, code: applied.code }).toEqual({ round, said: "", code: 0 })
    const staged = (await folder.git(["show", ":f"])).out.toString()
    expect({ round, staged }).toEqual({ round, staged: expected(before, change.hunks, wanted) })
    // What was left out can be taken back from the working folder, and then both sides are the same.
    if (staged === after) continue
    const rest = await only(folder)
    const back = await folder.git(["apply", "--reverse", "--whitespace=nowarn", "-"], patchOf(rest, rest.hunks, "back"))
    expect({ round, said: back.said }).toEqual({ round, said: "" })
    expect(await readFile(file, "utf8")).toBe(staged)
  }
})

/** The old text with the wanted hunks in place of what they are about, by line numbers alone. */
function expected(before: string, all: readonly Hunk[], wanted: readonly Hunk[]): string {
  const lines = before.match(/[^\n]*\n|[^\n]+$/g) ?? []
  const pieces = [...wanted].toReversed()
  for (const hunk of pieces) {
    const original = all.find((one) => one.before.start === hunk.before.start)
    if (!original) throw new Error("need the hunk it came from")
    const start = hunk.before.count === 0 ? hunk.before.start : hunk.before.start - 1
    const now = hunk.lines.filter(({ sign }) => sign !== "-").map(({ bytes, openEnd }) => bytes + (openEnd ? "" : "\n"))
    lines.splice(start, hunk.before.count, ...now)
  }
  return lines.join("")
}

test("one hunk of several goes back alone, to its own place", async () => {
  await using folder = await gitFolder()
  const file = join(folder.path, "f")
  const block = "same\nsame\nsame\nsame\nsame\nsame\nsame\nsame\n"
  await writeFile(file, block.repeat(4))
  await folder.git(["add", "f"])
  await writeFile(file, `first\n${block.repeat(2)}second\n${block.repeat(2)}third\n`)
  const change = await only(folder)
  expect(change.hunks.length).toBe(3)
  const [, middle] = change.hunks
  if (!middle) throw new Error("need a hunk in the middle")
  await folder.git(["apply", "--reverse", "-"], patchOf(change, [middle], "back"))
  expect(await readFile(file, "utf8")).toBe(`first\n${block.repeat(4)}third\n`)
})

test("a hunk keeps its name while others come and go, and equal ones have different names", () => {
  const hunk = (text: string, start: number): Hunk => ({
    before: { start, count: 0 },
    after: { start, count: 1 },
    title: "",
    lines: [{ sign: "+", bytes: text }],
  })
  const names = hunkNames([hunk("a", 1), hunk("b", 5), hunk("a", 9)])
  expect(new Set(names).size).toBe(3)
  expect(hunkNames([hunk("b", 6), hunk("a", 10)])).toEqual([names[1] ?? "", names[0] ?? ""])
  expect(pickLines(hunk("a", 1), () => false, "forward")).toBeUndefined()
})
