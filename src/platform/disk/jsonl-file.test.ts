import { expect, test } from "bun:test"
import { appendFile, readFile, writeFile } from "node:fs/promises"
import { tempFolder } from "../../testing/temp-folder.ts"
import { createDisk } from "./disk.ts"

const seqOf = ({ seq }: { seq: number }) => seq
const asItIs = (value: unknown) => value as { seq: number; text?: string }

async function withLines(count: number, text = "") {
  const folder = await tempFolder()
  const path = `${folder.path}/log.jsonl`
  const disk = createDisk()
  const log = disk.jsonlFile(path, asItIs)
  if (count > 0) await log.append(...Array.from({ length: count }, (_, i) => ({ seq: i + 1, text })))
  return { folder, path, disk, log }
}

test("a log that does not exist is empty", async () => {
  const { folder, log } = await withLines(0)
  await using _ = folder
  expect(await log.readFrom(0)).toEqual({ lines: [], next: 0, atEnd: true })
  expect(await log.readBefore(1000)).toEqual({ lines: [], atStart: true })
  expect(await log.seek(1, seqOf)).toBe(0)
})

test("appends made together keep their order and share their sync", async () => {
  const { folder, log, disk } = await withLines(0)
  await using _ = folder
  await Promise.all(Array.from({ length: 100 }, (_, i) => log.append({ seq: i + 1 })))
  const { lines } = await log.readFrom(0)
  expect(lines.map((line) => line.value.seq)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1))
  expect(disk.counts.syncs).toBeLessThan(5)
})

test("reading in pieces from either end gives every line once", async () => {
  const { folder, log } = await withLines(500, "x".repeat(100))
  await using _ = folder
  const forward: number[] = []
  for (let at = 0, end = false; !end;) {
    const piece = await log.readFrom(at, 4000)
    forward.push(...piece.lines.map((line) => line.value.seq))
    at = piece.next
    end = piece.atEnd
  }
  expect(forward).toEqual(Array.from({ length: 500 }, (_, i) => i + 1))
  const back: number[] = []
  for (let at = await log.size(), start = false; !start;) {
    const piece = await log.readBefore(at, 4000)
    back.unshift(...piece.lines.map((line) => line.value.seq))
    at = piece.lines[0]?.offset ?? 0
    start = piece.atStart
  }
  expect(back).toEqual(forward)
})

test("a line longer than the piece asked for still comes whole", async () => {
  const { folder, log } = await withLines(3, "y".repeat(200_000))
  await using _ = folder
  expect((await log.readFrom(0, 100)).lines.map((line) => line.value.seq)).toEqual([1])
  expect((await log.readBefore(await log.size(), 100)).lines.map((line) => line.value.seq)).toEqual([3])
})

test("seek finds the first line that is not before the target", async () => {
  const { folder, log } = await withLines(1000, "z".repeat(50))
  await using _ = folder
  for (const wanted of [1, 2, 499, 500, 1000]) {
    const at = await log.seek(wanted, seqOf)
    expect((await log.readFrom(at, 1)).lines[0]?.value.seq).toBe(wanted)
  }
  expect(await log.seek(1001, seqOf)).toBe(await log.size())
})

test("a line is found in any file whose numbers grow, however unevenly", async () => {
  const folder = await tempFolder()
  await using _ = folder
  const log = createDisk().jsonlFile(`${folder.path}/log.jsonl`, asItIs)
  const seqs = [1, 2, 3, 900, 901, 5_000, 5_001, 5_002, 90_000]
  await log.append(...seqs.map((seq, n) => ({ seq, text: "u".repeat(n % 3 === 0 ? 30_000 : 10) })))
  for (const wanted of [0, 1, 2, 4, 899, 900, 902, 4_999, 5_002, 5_003, 90_000]) {
    const found = (await log.readFrom(await log.seek(wanted, seqOf), 1)).lines[0]?.value.seq
    expect([wanted, found]).toEqual([wanted, seqs.find((seq) => seq >= wanted)])
  }
  expect(await log.seek(90_001, seqOf)).toBe(await log.size())
})

test("finding a line and reading the end cost the same in a long file as in a short one", async () => {
  const read: number[] = []
  for (const count of [100, 40_000]) {
    const { folder, log, disk } = await withLines(count, "w".repeat(200))
    await using _ = folder
    const before = disk.counts.bytesRead
    await log.seek(Math.floor(count / 3), seqOf)
    await log.readBefore(Number.MAX_SAFE_INTEGER, 4_000)
    read.push(disk.counts.bytesRead - before)
  }
  const [short = 0, long = 0] = read
  expect(short).toBeGreaterThan(4_000)
  expect(long).toBeLessThan(short + 48 * 1024)
})

test("a torn last line is invisible to readers and cut at the next append", async () => {
  const { folder, path, disk } = await withLines(2)
  await using _ = folder
  await appendFile(path, '{"seq":3,"te')
  const log = disk.jsonlFile(path, asItIs)
  expect((await log.readFrom(0)).lines.map((line) => line.value.seq)).toEqual([1, 2])
  await log.append({ seq: 3 })
  expect((await readFile(path, "utf8")).split("\n").map((l) => l && asItIs(JSON.parse(l)).seq)).toEqual([1, 2, 3, ""])
})

test("a failed write is told, taken back, and the next one lands on a clean line", async () => {
  await using folder = await tempFolder()
  let fail = false
  const disk = createDisk((calls) => ({
    ...calls,
    async open(path, flags, mode) {
      const file = await calls.open(path, flags, mode)
      return {
        ...file,
        async datasync() {
          if (fail) throw Object.assign(new Error("no space"), { code: "ENOSPC" })
          await file.datasync()
        },
      }
    },
  }))
  const log = disk.jsonlFile(`${folder.path}/log.jsonl`, asItIs)
  await log.append({ seq: 1 })
  fail = true
  await expect(log.append({ seq: 2 })).rejects.toThrow("no space")
  fail = false
  await log.append({ seq: 2, text: "again" })
  expect((await log.readFrom(0)).lines.map((line) => line.value)).toEqual([{ seq: 1 }, { seq: 2, text: "again" }])
})

test("wherever a kill cuts a line, the whole lines are kept, the rest goes, and the next one follows", async () => {
  const { folder, path, disk } = await withLines(2)
  await using _ = folder
  const whole = await readFile(path)
  const next = Buffer.from(`${JSON.stringify({ seq: 3, text: "漢字 ".repeat(4) })}\n`)
  for (let cut = 0; cut <= next.length; cut++) {
    await writeFile(path, Buffer.concat([whole, next.subarray(0, cut)]))
    const again = disk.jsonlFile(path, asItIs)
    const kept = cut === next.length ? [1, 2, 3] : [1, 2]
    expect((await again.readFrom(0)).lines.map((line) => line.value.seq)).toEqual(kept)
    expect((await again.readBefore(1 << 20)).lines.map((line) => line.value.seq)).toEqual(kept)
    await again.append({ seq: kept.length + 1 })
    const seqs = (await again.readFrom(0)).lines.map((line) => line.value.seq)
    expect([cut, seqs]).toEqual([cut, [...kept, kept.length + 1]])
  }
})

test("a line that was refused is read by nobody, even when the broken disk does not let it be taken back", async () => {
  await using folder = await tempFolder()
  let broken = false
  const disk = createDisk((calls) => ({
    ...calls,
    async open(path, flags, mode) {
      const file = await calls.open(path, flags, mode)
      const fail = () => Promise.reject(Object.assign(new Error("io"), { code: "EIO" }))
      return {
        ...file,
        datasync: () => (broken ? fail() : file.datasync()),
        truncate: (size) => (broken ? fail() : file.truncate(size)),
      }
    },
  }))
  const log = disk.jsonlFile(`${folder.path}/log.jsonl`, asItIs)
  await log.append({ seq: 1 })
  broken = true
  await expect(log.append({ seq: 2, text: "refused" })).rejects.toThrow("io")
  const seen = async () => (await log.readFrom(0)).lines.map((line) => line.value)
  expect(await seen()).toEqual([{ seq: 1 }])
  broken = false
  await log.append({ seq: 2, text: "again" })
  expect(await seen()).toEqual([{ seq: 1 }, { seq: 2, text: "again" }])
})

test("the name of a new log is made durable with its first line", async () => {
  const { folder, log, disk } = await withLines(0)
  await using _ = folder
  await log.append({ seq: 1 })
  expect(disk.counts.syncs).toBe(2)
  await log.append({ seq: 2 })
  expect(disk.counts.syncs).toBe(3)
})
