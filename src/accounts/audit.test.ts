import { expect, test } from "bun:test"
import { appendFile, readdir, readFile, stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { createDisk } from "../platform/disk/disk.ts"
import { testClock } from "../testing/clock.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import { createAudit, type Deed } from "./audit.ts"

const deed: Deed = { actor: "ada", via: "web", action: "login", object: "ada", outcome: "ok", ip: "127.0.0.1" }

async function world() {
  const folder = await tempFolder()
  const clock = testClock()
  const open = () => createAudit({ disk: createDisk(), home: folder.path, clock })
  const file = (name: string) => join(folder.path, "audit", name)
  return { clock, open, file, folder, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
}

test("a deed is one line with who, what and when, and cannot forge another", async () => {
  await using w = await world()
  await w.open().write({ ...deed, object: 'x"}\n{"actor":"bob', why: "y".repeat(5_000), token: undefined })
  const text = await readFile(w.file("2026-01.jsonl"), "utf8")
  expect(text.split("\n")).toHaveLength(2)
  const line = JSON.parse(text)
  expect(line).toMatchObject({ v: 1, at: "2026-01-15T12:00:00.000Z", actor: "ada", object: 'x"}\n{"actor":"bob' })
  expect(line.why).toHaveLength(1024)
  expect("token" in line).toBe(false)
  expect((await stat(w.file("2026-01.jsonl"))).mode & 0o777).toBe(0o600)
})

test("the chain goes on over a restart, many at once and the turn of a month", async () => {
  await using w = await world()
  const first = w.open()
  await Promise.all(Array.from({ length: 50 }, (_, i) => first.write({ ...deed, why: String(i) })))
  await w.open().write(deed)
  w.clock.advance(31 * 24 * 3_600_000)
  const later = w.open()
  await later.write(deed)
  await later.write(deed)
  expect(await readdir(w.file(""))).toEqual(["2026-01.jsonl", "2026-02.jsonl"])
  expect(await later.verify()).toEqual({ kind: "whole", lines: 53 })
})

test("a changed byte, a removed line and a removed month are found", async () => {
  await using w = await world()
  const audit = w.open()
  expect(await audit.verify()).toEqual({ kind: "whole", lines: 0 })
  for (let i = 0; i < 4; i++) await audit.write({ ...deed, why: `try ${i}` })
  w.clock.advance(31 * 24 * 3_600_000)
  await audit.write(deed)
  const good = await readFile(w.file("2026-01.jsonl"), "utf8")
  const spoil = async (text: string) => {
    await writeFile(w.file("2026-01.jsonl"), text)
    return audit.verify()
  }
  expect(await spoil(good.replace("try 1", "try 9"))).toEqual({ kind: "broken", file: "2026-01.jsonl", line: 3 })
  expect(await spoil(good.split("\n").toSpliced(1, 1).join("\n"))).toMatchObject({ kind: "broken", line: 2 })
  expect(await spoil(good.replace("try 3", "try 9"))).toEqual({ kind: "broken", file: "2026-02.jsonl", line: 1 })
  expect(await spoil(good.replace('{"v"', '{"w'))).toMatchObject({ kind: "broken", line: 1 })
  expect(await spoil("")).toEqual({ kind: "broken", file: "2026-02.jsonl", line: 1 })
  expect(await spoil(good)).toEqual({ kind: "whole", lines: 5 })
})

test("a line torn by a crash is cut, and the chain stays whole", async () => {
  await using w = await world()
  await w.open().write(deed)
  await appendFile(w.file("2026-01.jsonl"), '{"v":1,"at":"2026')
  const after = w.open()
  await after.write(deed)
  expect(await after.verify()).toEqual({ kind: "whole", lines: 2 })
})
