import { dirname } from "node:path"
import { flags, isMissing, type OpenFile } from "./calls.ts"
import type { DiskTools } from "./disk.ts"

/** A line with its place: `offset` is its first byte, `end` the byte after its newline. */
export interface Line<T> {
  offset: number
  end: number
  value: T
}

/** An append-only log, one JSON object per line. Readers see whole lines only; a torn last one is cut when it is next written. */
export interface JsonlFile<T> {
  /** Durable when it resolves. Calls made while one is under way share one write and one fdatasync, in order. */
  append(...values: T[]): Promise<void>
  /** Whole lines from `offset` on, up to about `maxBytes` (at least one line). `next` is where to go on. */
  readFrom(offset: number, maxBytes?: number): Promise<{ lines: Line<T>[]; next: number; atEnd: boolean }>
  /** Whole lines that end at or before `offset`, the last ones first read, returned in file order. */
  readBefore(offset: number, maxBytes?: number): Promise<{ lines: Line<T>[]; atStart: boolean }>
  /**
   * Offset of the first line whose number is at least `wanted`; the lines must be ordered by it. Where the numbers grow
   * about evenly a few pieces of 4 KiB are read, however long the file is.
   */
  seek(wanted: number, numberOf: (value: T) => number): Promise<number>
  /** Bytes up to the last whole line. */
  size(): Promise<number>
}

export interface JsonlOptions {
  /** Whoever makes the file makes its name in the folder durable too. */
  nameIsSafe?: boolean
}

const chunk = 64 * 1024
/** What is read to find one line, and at first to find where a line begins. */
const seekPiece = 4 * 1024
const firstLook = 1024
const longestLine = 64 << 20
const newline = 10

export function createJsonlFile<T>(
  tools: DiskTools,
  path: string,
  { parse, nameIsSafe = false }: { parse: (value: unknown) => T } & JsonlOptions,
): JsonlFile<T> {
  let waiting: { text: string; done: () => void; failed: (error: unknown) => void }[] = []
  let repaired = false
  /** Where the last acknowledged line ends, while something that was refused may stand behind it. */
  let trusted: number | undefined

  async function flush(): Promise<void> {
    const batch = waiting
    waiting = []
    if (batch.length === 0) return
    try {
      const file = await tools.calls.open(path, flags.readWrite)
      try {
        if (!repaired) await cutTornLine(file, trusted)
        repaired = true
        trusted = await file.size()
        await appendOrUndo(file, new TextEncoder().encode(batch.map((one) => one.text).join("")))
        if (trusted === 0 && !nameIsSafe) await tools.syncFolder(dirname(path))
        trusted = undefined
      } finally {
        await file.close()
      }
    } catch (error) {
      // What the file holds after a failed call is unknown: look again before the next write.
      repaired = false
      for (const one of batch) one.failed(error)
      return
    }
    for (const one of batch) one.done()
  }

  async function withFile<R>(read: (file: OpenFile, size: number) => Promise<R>, none: R): Promise<R> {
    const file = await tools.calls.open(path, flags.read).catch((error) => {
      if (isMissing(error)) return undefined
      throw error
    })
    if (!file) return none
    try {
      return await read(file, Math.min(await file.size(), trusted ?? Number.POSITIVE_INFINITY))
    } finally {
      await file.close()
    }
  }

  return {
    append(...values) {
      const text = values.map((value) => `${JSON.stringify(value)}\n`).join("")
      return new Promise<void>((done, failed) => {
        waiting.push({ text, done, failed })
        void tools.serial(path, flush)
      })
    },
    readFrom: (offset, maxBytes = chunk) =>
      withFile(
        async (file, size) => {
          const piece = await wholeLines(file, { offset, size }, maxBytes)
          return {
            lines: split(piece, offset, parse),
            next: offset + piece.length,
            atEnd: offset + piece.length >= (await lastEnd(file, size)),
          }
        },
        { lines: [], next: offset, atEnd: true },
      ),
    readBefore: (offset, maxBytes = chunk) =>
      withFile(
        async (file, size) => {
          const end = Math.min(offset, await lastEnd(file, size))
          const { start, piece } = await linesBefore(file, end, maxBytes)
          return { lines: split(piece, start, parse), atStart: start === 0 }
        },
        { lines: [], atStart: true },
      ),
    seek: (wanted, numberOf) =>
      withFile(async (file, size) => {
        const numbered = (piece: Buffer, start: number): Place[] =>
          split(piece, start, parse).map((line) => ({ at: line.offset, end: line.end, number: numberOf(line.value) }))
        return seekNumber(file, await lastEnd(file, size), { wanted, numbered })
      }, 0),
    size: () => withFile((file, size) => lastEnd(file, size), 0),
  }
}

/** What a full disk cut short is taken back. Where even that fails, nobody reads it and the next write cuts it. */
async function appendOrUndo(file: OpenFile, content: Uint8Array): Promise<void> {
  const before = await file.size()
  try {
    for (let at = 0; at < content.length;) at += await file.write(content.subarray(at))
    await file.datasync()
  } catch (error) {
    await file.truncate(before).catch(() => undefined)
    throw error
  }
}

/** Cuts half a line, and whole ones behind `trusted`, which were refused when their write failed. */
async function cutTornLine(file: OpenFile, trusted: number | undefined): Promise<void> {
  const size = await file.size()
  const end = Math.min(trusted ?? size, await lastEnd(file, size))
  if (end === size) return
  await file.truncate(end)
  await file.datasync()
}

interface Place {
  at: number
  end: number
  number: number
}

interface Seek {
  wanted: number
  numbered(piece: Buffer, start: number): Place[]
}

/** Between two known lines the next look is where the wanted one would be if all lines were equally long. */
async function seekNumber(file: OpenFile, size: number, { wanted, numbered }: Seek): Promise<number> {
  const linesAt = async (start: number) => numbered(await wholeLines(file, { offset: start, size }, seekPiece), start)
  let low = { at: 0, number: 0 }
  const newest = numbered((await linesBefore(file, size, 1)).piece, 0).at(-1)
  if (!newest || newest.number < wanted) return size
  let high = { at: size, number: newest.number + 1 }
  for (let looks = 1; low.at < high.at; looks++) {
    const share = looks % 3 === 0 ? 0.5 : (wanted - low.number) / Math.max(1, high.number - low.number)
    const guess = low.at + Math.floor((high.at - low.at) * Math.min(1, Math.max(0, share))) - seekPiece / 2
    const start = await lineStartAt(file, Math.min(high.at - 1, Math.max(low.at, guess)), low.at)
    const places = await linesAt(start)
    const found = places.findIndex(({ number }) => number >= wanted)
    const [first, last] = [places[0], places.at(-1)]
    if (found > 0) return places[found]?.at ?? start
    if (found === 0 && first) high = { at: start, number: first.number }
    else if (last) low = { at: last.end, number: last.number }
    else return start
  }
  return low.at
}

/** The byte after the last newline. */
async function lastEnd(file: OpenFile, size: number): Promise<number> {
  for (let end = size, look = firstLook; end > 0; look = Math.min(chunk, look * 8)) {
    const start = Math.max(0, end - look)
    const at = (await readExactly(file, start, end - start)).lastIndexOf(newline)
    if (at >= 0) return start + at + 1
    end = start
  }
  return 0
}

/** Start of the line that holds byte `at`, not before `floor`. */
async function lineStartAt(file: OpenFile, at: number, floor: number): Promise<number> {
  for (let end = at, look = firstLook; end > floor; look = Math.min(chunk, look * 8)) {
    const start = Math.max(floor, end - look)
    const found = (await readExactly(file, start, end - start)).lastIndexOf(newline)
    if (found >= 0) return start + found + 1
    end = start
  }
  return floor
}

/** Whole lines that begin at most about `maxBytes` before `end`, but at least one. */
async function linesBefore(file: OpenFile, end: number, maxBytes: number): Promise<{ start: number; piece: Buffer }> {
  const wanted = Math.max(0, end - maxBytes)
  const piece = await readExactly(file, wanted, end - wanted)
  if (wanted === 0) return { start: 0, piece }
  const first = piece.indexOf(newline)
  if (first >= 0 && wanted + first + 1 < end) return { start: wanted + first + 1, piece: piece.subarray(first + 1) }
  const start = await lineStartAt(file, Math.max(0, end - 1), 0)
  return { start, piece: await readExactly(file, start, end - start) }
}

/** Bytes of the whole lines from `offset` on, in a file of `size` bytes, that fit `maxBytes`; always the first one, however long. */
async function wholeLines(
  file: OpenFile,
  { offset, size }: { offset: number; size: number },
  maxBytes: number,
): Promise<Buffer> {
  for (let want = Math.max(maxBytes, 1024); ; want *= 4) {
    const piece = await readExactly(file, offset, Math.min(want, size - offset))
    const inside = piece.lastIndexOf(newline, Math.max(0, maxBytes - 1))
    if (inside >= 0) return piece.subarray(0, inside + 1)
    const first = piece.indexOf(newline)
    if (first >= 0) return piece.subarray(0, first + 1)
    if (offset + piece.length >= size) return piece.subarray(0, 0)
    if (want > longestLine) throw new Error("a line is longer than 64 MiB")
  }
}

async function readExactly(file: OpenFile, position: number, length: number): Promise<Buffer> {
  const into = Buffer.alloc(Math.max(0, length))
  let at = 0
  while (at < into.length) {
    const n = await file.read(into.subarray(at), position + at)
    if (n === 0) break
    at += n
  }
  return into.subarray(0, at)
}

function split<T>(piece: Buffer, offset: number, parse: (value: unknown) => T): Line<T>[] {
  const lines: Line<T>[] = []
  for (let at = 0; at < piece.length;) {
    const end = piece.indexOf(newline, at) + 1
    const text = piece.toString("utf8", at, end - 1)
    lines.push({ offset: offset + at, end: offset + end, value: parse(JSON.parse(text)) })
    at = end
  }
  return lines
}
