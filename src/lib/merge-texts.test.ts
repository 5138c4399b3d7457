import { expect, test } from "bun:test"
import { numbersFrom } from "../testing/seeded.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import { mergeTexts } from "./merge-texts.ts"

const lines = (...words: string[]) => words.map((word) => `${word}\n`).join("")

test("changes in different paragraphs come together, and those of the same line are told", () => {
  const base = lines("a", "b", "c", "d", "e")
  const cases: [mine: string, theirs: string, merged: string | undefined][] = [
    [lines("A", "b", "c", "d", "e"), lines("a", "b", "c", "d", "E"), lines("A", "b", "c", "d", "E")],
    [base, lines("a", "c", "d", "e"), lines("a", "c", "d", "e")],
    [
      lines("a", "b", "c", "d", "e", "f"),
      lines("new", "a", "b", "c", "d", "e"),
      lines("new", "a", "b", "c", "d", "e", "f"),
    ],
    [lines("a", "B", "c", "d", "e"), lines("a", "B", "c", "d", "e"), lines("a", "B", "c", "d", "e")],
    [lines("a", "B", "c", "d", "e"), lines("a", "X", "c", "d", "e"), undefined],
    [lines("a", "B", "c", "d", "e"), lines("a", "b", "C", "d", "e"), undefined],
    [lines("a", "b", "c", "d", "e", "mine"), lines("a", "b", "c", "d", "e", "theirs"), undefined],
  ]
  for (const [mine, theirs, merged] of cases) {
    const found = mergeTexts({ base, mine, theirs })
    expect(found.kind === "clean" ? found.text : undefined).toBe(merged)
  }
})

test("a conflict holds both sides between marks, each line whole", () => {
  const merged = mergeTexts({ base: "a\nb", mine: "a\nmine", theirs: "a\ntheirs" }, { mine: "you", theirs: "bob" })
  expect(merged).toEqual({ kind: "conflict", text: "a\n<<<<<<< you\nmine\n=======\ntheirs\n>>>>>>> bob\n" })
})

test("where git joins three texts without asking, so is ours the same text; and no line of anybody is lost", async () => {
  await using folder = await tempFolder()
  const random = numbersFrom(77)
  const word = () => `${"abcdefghij"[random(10)]}${random(3)}`
  const edited = (text: string[]) => {
    const copy = [...text]
    for (let count = 1 + random(2); count > 0; count--) {
      const at = random(copy.length + 1)
      const [remove, add] = [random(3), random(3)]
      copy.splice(at, remove, ...Array.from({ length: add }, () => `${word()}${random(1_000)}`))
    }
    return copy
  }
  const counts = { clean: 0, conflict: 0, differs: 0 }
  for (let round = 0; round < 150; round++) {
    const base = Array.from({ length: 4 + random(20) }, (_, index) => `${index}-${word()}`)
    const texts = { base: lines(...base), mine: lines(...edited(base)), theirs: lines(...edited(base)) }
    const ours = mergeTexts(texts)
    for (const [name, text] of Object.entries(texts)) await Bun.write(`${folder.path}/${name}`, text)
    const git = Bun.spawnSync(["git", "merge-file", "-p", "mine", "base", "theirs"], { cwd: folder.path })
    const their = git.stdout.toString()
    if (git.exitCode === 0 && ours.kind === "clean") {
      counts.clean++
      expect(ours.text).toBe(their)
    } else if (ours.kind === "conflict" && git.exitCode !== 0) counts.conflict++
    else counts.differs++
    const kept = new Set(ours.text.split("\n"))
    const added = [...texts.mine.split("\n"), ...texts.theirs.split("\n")].filter((line) => !base.includes(line))
    expect(added.filter((line) => !kept.has(line))).toEqual([])
  }
  console.log(counts)
  expect(counts.clean).toBeGreaterThan(40)
  expect(counts.conflict).toBeGreaterThan(20)
  expect(counts.differs).toBe(0)
})
