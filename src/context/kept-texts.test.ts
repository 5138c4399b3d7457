import { expect, test } from "bun:test"
import { systemIds } from "../platform/clock.ts"
import { createDisk } from "../platform/disk/disk.ts"
import { testClock } from "../testing/clock.ts"
import { person } from "../testing/loops.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import { createKeptTexts } from "./kept-texts.ts"

const [alice, bob] = [person("alice").name, person("bob").name]
const text = (path: string, words = "x") => ({ shelf: "notes" as const, path, base: "absent", text: words })

async function world() {
  const folder = await tempFolder()
  const clock = testClock()
  const open = () => createKeptTexts({ disk: createDisk(), home: folder.path, clock, ids: systemIds })
  return { kept: open(), open, clock, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
}

test("held texts outlive the server, the newest first, each for its author alone", async () => {
  await using here = await world()
  const first = await here.kept.hold(alice, text("a.md", "first"))
  here.clock.advance(1_000)
  await here.kept.hold(alice, text("b.md", "second"))
  const again = here.open()
  expect((await again.held(alice)).map(({ path }) => path)).toEqual(["b.md", "a.md"])
  expect(await again.held(bob)).toEqual([])
  expect(await again.heldOne(bob, first?.id ?? "")).toBeUndefined()
  await again.release(bob, first?.id ?? "")
  expect((await again.heldOne(alice, first?.id ?? ""))?.text).toBe("first")
  await again.release(alice, first?.id ?? "")
  expect(await again.held(alice)).toHaveLength(1)
})

test("an id that is none leads nowhere", async () => {
  await using here = await world()
  for (const id of ["", "..", "../drafts/alice/x", "0123456789ABCDEF", "0".repeat(64)]) {
    expect(await here.kept.heldOne(alice, id)).toBeUndefined()
    await here.kept.release(alice, id)
  }
})

test("a document has one draft of each person, and of one person there are at most two hundred", async () => {
  await using here = await world()
  await here.kept.keepDraft(alice, text("a.md", "half"))
  await here.kept.keepDraft(alice, text("a.md", "whole"))
  await here.kept.keepDraft(bob, text("a.md", "another"))
  expect((await here.kept.drafts(alice)).map(({ text: words }) => words)).toEqual(["whole"])
  expect((await here.kept.draft(bob, { shelf: "notes", path: "a.md" }))?.text).toBe("another")
  expect(await here.kept.draft(alice, { shelf: "knowledge", path: "a.md" })).toBeUndefined()
  for (let count = 1; count < 200; count++) await here.kept.keepDraft(alice, text(`${count}.md`))
  expect(await here.kept.keepDraft(alice, text("more.md"))).toBe(false)
  // One that is there already is kept up to date.
  expect(await here.kept.keepDraft(alice, text("a.md", "newer"))).toBe(true)
  await here.kept.dropDraft(alice, { shelf: "notes", path: "7.md" })
  expect(await here.kept.keepDraft(alice, text("more.md"))).toBe(true)
}, 30_000)
