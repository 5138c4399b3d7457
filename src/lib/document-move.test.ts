import { describe, expect, test } from "bun:test"
import { keyOf, linksIn, resolveLink } from "./document-links.ts"
import { followMove, relativePath } from "./document-move.ts"
import { numbersFrom } from "../testing/seeded.ts"

const names = (paths: readonly string[]) => ({
  named: (key: string) => paths.filter((path) => keyOf(path) === key).sort(),
})

/** Moves one file among others and gives the text of a document afterwards. */
function moved(text: string, { at, files, from, to }: { at: string; files: string[]; from: string; to: string }) {
  const after = files.map((path) => (path === from ? to : path))
  const own = at === from ? to : at
  const where = { from: at, to: own, before: names(files), after: names(after) }
  return followMove(text, { ...where, moved: (path) => (path === from ? to : undefined) })
}

describe("when a document gets another name", () => {
  test("links to it follow, and everything else stays as it was written", () => {
    const files = ["a.md", "old.md", "tax/b.md"]
    const cases: [text: string, after: string][] = [
      ["see [[old]] and [[a]]", "see [[new]] and [[a]]"],
      ["[[old|words]] [[old#Part|w]] ![[old]]", "[[new|words]] [[new#Part|w]] ![[new]]"],
      ["[[old.md]]", "[[new.md]]"],
      ["| [[old\\|w]] |", "| [[new\\|w]] |"],
      ["[w](old.md#part) [w](<old.md>)", "[w](new.md#part) [w](new.md)"],
      ["`[[old]]` [[missing]]", "`[[old]]` [[missing]]"],
    ]
    for (const [text, after] of cases)
      expect(moved(text, { at: "a.md", files, from: "old.md", to: "new.md" })).toBe(after)
  })

  test("and another folder, a link by its name alone needs no change", () => {
    const files = ["a.md", "old.md"]
    expect(moved("[[old]] [w](old.md)", { at: "a.md", files, from: "old.md", to: "x/old.md" })).toBe(
      "[[old]] [w](x/old.md)",
    )
  })

  test("a name that another file has too is written with its folder", () => {
    const files = ["a.md", "old.md", "y/new.md"]
    expect(moved("[[old]]", { at: "a.md", files, from: "old.md", to: "x/new.md" })).toBe("[[x/new]]")
  })

  test("its own links by path lead where they led", () => {
    const files = ["tax/a.md", "tax/b.md", "img/p.png"]
    expect(
      moved("[b](b.md) ![](../img/p.png) [[#Here]] [[b]]", {
        at: "tax/a.md",
        files,
        from: "tax/a.md",
        to: "deep/er/a.md",
      }),
    ).toBe("[b](../../tax/b.md) ![](../../img/p.png) [[#Here]] [[b]]")
  })
})

test("every link that led to a file leads to the same file, whatever is moved", () => {
  const random = numbersFrom(5)
  const folders = ["", "x/", "y/", "x/z/"]
  const stems = ["one", "two", "Three (3)", "税"]
  for (let round = 0; round < 400; round++) {
    const all = folders.flatMap((folder) => stems.map((stem) => `${folder}${stem}.md`))
    const files = all.filter(() => random(3) > 0)
    const from = files[random(files.length)] ?? "x"
    const to = `${folders[random(4)]}${["four", "one", "two"][random(3)]}.md`
    if (files.includes(to)) continue
    const at = files[random(files.length)] ?? "x"
    const target = files[random(files.length)] ?? "x"
    const wiki = random(2) === 0 ? target.replace(/\.md$/, "") : (target.split("/").at(-1) ?? "").replace(".md", "")
    const path = relativePath(at.split("/").slice(0, -1).join("/"), target)
    const text = `[[${wiki}]] and [w](<${path}>)`
    const led = linksIn(text).map((link) => resolveLink(link, at, names(files)))
    const own = at === from ? to : at
    const after = names(files.map((one) => (one === from ? to : one)))
    const now = linksIn(moved(text, { at, files, from, to })).map((link) => resolveLink(link, own, after))
    led.forEach((before, index) => {
      if (before.kind !== "found") return
      const wanted = before.path === from ? to : before.path
      expect({ text, from, to, at, now: now[index] }).toEqual({
        text,
        from,
        to,
        at,
        now: { kind: "found", path: wanted },
      })
    })
  }
})
