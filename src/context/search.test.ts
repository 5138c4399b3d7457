import { describe, expect, test } from "bun:test"
import { testClock } from "../testing/clock.ts"
import { numbersFrom } from "../testing/seeded.ts"
import type { Book } from "./books.ts"
import { entriesIn } from "./entries.ts"
import { searchBooks, wordsIn } from "./search.ts"

/** Files of one commit, in memory. */
function bookOf(texts: Record<string, string>, shelf: Book["shelf"] = "notes") {
  const files = Object.keys(texts)
    .sort()
    .map((path) => ({ path, blob: path, mode: "file" as const }))
  const read: string[] = []
  const book = {
    ...{ shelf, files, trunk: "main", commit: "0" },
    at: (path: string) => files.find((file) => file.path === path),
    async text({ path }: { path: string }) {
      read.push(path)
      return texts[path]
    },
  }
  return { book: book as unknown as Book, read }
}

const clock = testClock()
const search = (texts: Record<string, string>, query: string, from?: string) =>
  searchBooks([bookOf(texts).book], { words: wordsIn(query), from, clock })

test("a question is words, and phrases between double quotes", () => {
  expect(wordsIn('Tax "old rates" EU "')).toEqual(["tax", "old rates", "eu"])
  expect(wordsIn("  ")).toEqual([])
})

test("what is found equals a scan of every name and text after each of 500 random commits", async () => {
  const random = numbersFrom(9)
  const words = ["tax", "rate", "eu", "税", "ab", "b"]
  const texts: Record<string, string> = {}
  for (let commit = 0; commit < 500; commit++) {
    const line = () => Array.from({ length: random(4) }, () => words[random(words.length)]).join(" ")
    texts[`${words[random(6)]}/${words[random(6)]}.md`] = Array.from({ length: random(6) }, line).join("\n")
    const wanted = [words[random(6)] ?? "", words[random(6)] ?? ""]
    const found = await search(texts, wanted.join(" "))
    const paths = Object.keys(texts).sort()
    expect(found.names.map(({ path }) => path)).toEqual(
      paths.filter((path) => wanted.every((word) => path.includes(word))),
    )
    const lines = paths.flatMap((path) => {
      const text = texts[path] ?? ""
      if (!wanted.every((word) => text.includes(word))) return []
      return text
        .split("\n")
        .flatMap((one, index) => (wanted.some((word) => one.includes(word)) ? [[path, index + 1]] : []))
    })
    expect(found.lines.map(({ path, line: at }) => [path, at?.number])).toEqual(lines)
  }
})

describe("a search that finds much", () => {
  const many = Object.fromEntries(
    Array.from({ length: 500 }, (_, index) => [`f${String(index).padStart(3, "0")}.md`, "needle\n"]),
  )

  test("ends after 200 lines and goes on where it ended, without leaving anything out", async () => {
    const seen: string[] = []
    let from: string | undefined
    let pages = 0
    do {
      const found = await search(many, "needle", from)
      expect(found.lines.length).toBeLessThanOrEqual(200)
      seen.push(...found.lines.map(({ path }) => path))
      from = found.next
      pages++
    } while (from !== undefined)
    expect([pages, seen]).toEqual([3, Object.keys(many).sort()])
  })

  test("ends after a second and says that there may be more", async () => {
    const slow = bookOf(many)
    const ticking = testClock()
    const text = slow.book.text
    const book = { ...slow.book, text: (file: Parameters<typeof text>[0]) => (ticking.advance(100), text(file)) }
    const found = await searchBooks([book], { words: ["needle"], clock: ticking })
    expect([found.lines.length, found.next]).toEqual([10, "notes/f010.md"])
  })
})

test("a long line is cut around what was looked for", async () => {
  const found = await search({ "a.md": `${"x".repeat(5_000)} needle ${"y".repeat(5_000)}` }, "needle")
  expect(found.lines[0]?.line?.text).toContain("needle")
  expect(found.lines[0]?.line?.text.length).toBeLessThanOrEqual(300)
})

test("vault files are found by nothing", async () => {
  const { book, read } = bookOf({ ".loopat/vaults/default/envs/NEEDLE": "needle", "a.md": "" }, "personal")
  const found = await searchBooks([book], { words: ["needle"], clock })
  expect([found.names, found.lines]).toEqual([[], []])
  expect(read).toContain("a.md")
})

test("a folder lists folders, files, what begins with a dot, and the folder of machines at the end", () => {
  const files = ["b.md", "A.md", "z/x.md", ".loopat/config.json", ".github/x", ".hidden", "c/d/e.md"].map((path) => ({
    path,
  }))
  expect(entriesIn(files, "").map(({ name }) => name)).toEqual([
    "c",
    "z",
    "A.md",
    "b.md",
    ".github",
    ".hidden",
    ".loopat",
  ])
  expect(entriesIn(files, "c")).toEqual([{ name: "d", path: "c/d", kind: "folder" }])
})
