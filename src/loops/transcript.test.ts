import { expect, test } from "bun:test"
import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises"
import type { LoopId } from "../lib/ids.ts"
import { createDisk } from "../platform/disk/disk.ts"
import type { DiskCalls } from "../platform/disk/calls.ts"
import { testClock } from "../testing/clock.ts"
import { userName } from "../testing/loops.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import { createLoopStore, loopIdOfRequest } from "./store.ts"
import { createTranscripts } from "./transcript.ts"
import type { KnownEvent, NewEvent } from "./transcript-event.ts"

const id: LoopId = loopIdOfRequest(userName("alice"), "x")
const note = (text: string): NewEvent => ({ kind: "notice", turn: null, code: "test", text, level: "info" })
const message = (clientId: string, text = "hello") => ({
  by: "alice",
  via: "web" as const,
  clientId,
  text,
  attachments: [],
})

async function world(over?: (calls: DiskCalls) => DiskCalls) {
  const folder = await tempFolder()
  await mkdir(`${folder.path}/loops/${id}`, { recursive: true })
  const disk = createDisk(over)
  const store = createLoopStore({ disk, home: folder.path, run: "test" })
  const appended: KnownEvent[][] = []
  const open = () =>
    createTranscripts({
      clock: testClock(),
      file: store.transcript,
      appended: (_, events) => void appended.push(events),
    })
  return {
    path: `${folder.path}/loops/${id}/messages.jsonl`,
    disk,
    appended,
    /** As after a restart: nothing is remembered but the file. */
    open,
    transcript: open().of(id),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

const seqs = (events: readonly { seq: number }[]) => events.map((event) => event.seq)

test("lines are numbered from one without a gap, also when many write at once and after a restart", async () => {
  await using here = await world()
  await Promise.all(Array.from({ length: 200 }, (_, i) => here.transcript.append(note(`${i}`))))
  const later = here.open().of(id)
  expect(await later.lastSeq()).toBe(200)
  expect(seqs(await later.append(note("a"), note("b")))).toEqual([201, 202])
  const all = await later.after(0, 1 << 20)
  expect(seqs(all.events)).toEqual(Array.from({ length: 202 }, (_, i) => i + 1))
  expect(all.atEnd).toBe(true)
})

test("what is announced is durable, in order and once", async () => {
  await using here = await world()
  await Promise.all(Array.from({ length: 20 }, (_, i) => here.transcript.append(note(`${i}`))))
  expect(seqs(here.appended.flat())).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
  const lines = (await readFile(here.path, "utf8")).trimEnd().split("\n")
  expect(lines.length).toBe(20)
})

test("accepting a message costs one fsync and one append, in a new loop and in a long transcript alike", async () => {
  await using here = await world()
  // Every loop has its first line from its creation on.
  await here.transcript.append(note("created"))
  const cost = async (clientId: string) => {
    const { syncs, writes } = here.disk.counts
    const { line } = await here.transcript.accept(message(clientId))
    const bytes = Buffer.byteLength(JSON.stringify(line)) - Buffer.byteLength(line.text)
    expect(bytes).toBeLessThan(600)
    return { syncs: here.disk.counts.syncs - syncs, writes: here.disk.counts.writes - writes }
  }
  expect(await cost("first")).toEqual({ syncs: 1, writes: 1 })
  await here.transcript.append(...Array.from({ length: 5_000 }, (_, i) => note(`line ${i}`)))
  expect(await cost("second")).toEqual({ syncs: 1, writes: 1 })
})

test("the same client id is accepted once: from two tabs, again later, and after a restart", async () => {
  await using here = await world()
  const [one, two] = await Promise.all([here.transcript.accept(message("c")), here.transcript.accept(message("c"))])
  expect([one.again, two.again]).toEqual([false, true])
  expect(two.line).toEqual(one.line)
  expect(await here.transcript.accept(message("c", "other text"))).toEqual({ line: one.line, again: true })
  expect(await here.open().of(id).accept(message("c"))).toEqual({ line: one.line, again: true })
  expect((await here.transcript.after(0)).events.length).toBe(1)
})

test("a torn last line is not shown, is cut at the next append, and its number is given again", async () => {
  await using here = await world()
  await here.transcript.append(note("whole"))
  await appendFile(here.path, '{"seq":2,"at":"2026-01-')
  const later = here.open().of(id)
  expect(seqs((await later.after(0)).events)).toEqual([1])
  expect(seqs(await later.append(note("next")))).toEqual([2])
  expect(seqs((await here.open().of(id).after(0)).events)).toEqual([1, 2])
})

test("a cut at any byte keeps every whole line and leaves no gap", async () => {
  await using here = await world()
  await here.transcript.append(note("one"), note("zwei 修复"), note("three"))
  const whole = await readFile(here.path)
  for (let length = 0; length <= whole.length; length++) {
    await writeFile(here.path, whole.subarray(0, length))
    const kept = whole.subarray(0, length).toString("latin1").split("\n").length - 1
    const transcript = here.open().of(id)
    expect(seqs(await transcript.append(note("after")))).toEqual([kept + 1])
    expect(seqs((await transcript.after(0)).events)).toEqual(Array.from({ length: kept + 1 }, (_, i) => i + 1))
  }
}, 60_000)

test("a full disk refuses the message, announces nothing, and the next one takes its number", async () => {
  let full = false
  await using here = await world((calls) => ({
    ...calls,
    async open(path, flags, mode) {
      const file = await calls.open(path, flags, mode)
      return {
        ...file,
        async datasync() {
          if (full) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" })
          await file.datasync()
        },
      }
    },
  }))
  await here.transcript.accept(message("a"))
  full = true
  expect(String(await here.transcript.accept(message("b")).catch((error) => error))).toContain("no space left")
  expect(here.appended.length).toBe(1)
  full = false
  const { line, again } = await here.transcript.accept(message("b"))
  expect([line.seq, again]).toEqual([2, false])
})

test("history is read in pieces from either end, every line once", async () => {
  await using here = await world()
  await here.transcript.append(...Array.from({ length: 1_000 }, (_, i) => note(`line ${i} ${"x".repeat(100)}`)))
  const forward: number[] = []
  for (let at = 0, end = false; !end;) {
    const piece = await here.transcript.after(at, 10_000)
    forward.push(...seqs(piece.events))
    at = forward.at(-1) ?? 0
    end = piece.atEnd
  }
  expect(forward).toEqual(Array.from({ length: 1_000 }, (_, i) => i + 1))
  const back: number[] = []
  for (let before: number | undefined, start = false; !start;) {
    const piece = await here.transcript.before(before, 10_000)
    back.unshift(...seqs(piece.events))
    before = back[0]
    start = piece.atStart
  }
  expect(back).toEqual(forward)
})

test("the end of a transcript of 200,000 lines is read in the same few pieces as that of a short one", async () => {
  let bytes = 0
  await using here = await world((calls) => ({
    ...calls,
    async open(path, flags, mode) {
      const file = await calls.open(path, flags, mode)
      return {
        ...file,
        async read(into, position) {
          const count = await file.read(into, position)
          bytes += count
          return count
        },
      }
    },
  }))
  const line = (seq: number) => `${JSON.stringify({ seq, at: "2026-01-01T00:00:00.000Z", ...note(`line ${seq}`) })}\n`
  await writeFile(here.path, Array.from({ length: 200_000 }, (_, i) => line(i + 1)).join(""))
  const transcript = here.open().of(id)
  const page = await transcript.before(undefined, 64 * 1024)
  expect(page.events.at(-1)?.seq).toBe(200_000)
  expect(bytes).toBeLessThanOrEqual(3 * 64 * 1024)
  bytes = 0
  expect(await transcript.lastSeq()).toBe(200_000)
  expect(bytes).toBeLessThanOrEqual(3 * 64 * 1024)
  const middle = await transcript.after(100_000, 1_000)
  expect(middle.events[0]?.seq).toBe(100_001)
}, 60_000)

test("a line of a kind that nobody knows is passed on and keeps its place", async () => {
  await using here = await world()
  await here.transcript.append(note("one"))
  const strange = { seq: 2, at: "2026-01-01T00:00:00.000Z", turn: null, kind: "from-the-future", x: [1] }
  await appendFile(here.path, `${JSON.stringify(strange)}\n`)
  const later = here.open().of(id)
  expect(seqs(await later.append(note("three")))).toEqual([3])
  expect((await later.after(1)).events[0]).toMatchObject({ kind: "unknown", seq: 2, original: strange })
})
