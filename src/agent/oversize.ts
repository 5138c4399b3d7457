import type { LoopId } from "../lib/ids.ts"
import type { EventOf, Loops } from "../loops/index.ts"
import type { Disk } from "../platform/disk/disk.ts"

/** A text of a stored message that lies in a file of its own; `at` is its place in the message, as a JSON pointer. */
export type Kept = NonNullable<EventOf<"agent">["blobs"]>[number]

export interface LongText {
  at: string
  text: string
}

/** Longer texts inside a message, in characters, would make every later reading of the transcript pay. */
const longest = 256 * 1024
/** As much of it stays in the message. */
const headLength = 8 * 1024

/** Leaves only the beginning of very long texts in a message, and says what they were. */
export function cutLong<T>(value: T): { message: T; long: LongText[] } {
  const long: LongText[] = []
  return { message: cut(value, "", long) as T, long }
}

function cut(value: unknown, at: string, long: LongText[]): unknown {
  if (typeof value === "string") {
    if (value.length <= longest) return value
    long.push({ at, text: value })
    return beginningOf(value, headLength).replace(/[\ud800-\udbff]$/, "")
  }
  if (Array.isArray(value)) return value.map((one, index) => cut(one, `${at}/${index}`, long))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, cut(inner, `${at}/${escaped(key)}`, long)]),
  )
}

/** A copy of so many characters: a mere slice would keep all of the text in memory for as long as it is kept itself. */
export const beginningOf = (text: string, characters: number): string =>
  Buffer.from(text.slice(0, characters), "utf16le").toString("utf16le")

const escaped = (key: string) => key.replaceAll("~", "~0").replaceAll("/", "~1")

/** `loops/<uuid>/blobs/<sha256>`: texts that are too long for the transcript. The same text is one file. */
export interface Blobs {
  /** Durable when it resolves. */
  keep(loop: LoopId, long: readonly LongText[]): Promise<Kept[]>
  /** The file of one, if there is one of this name. */
  pathOf(loop: LoopId, name: string): Promise<string | undefined>
}

export function createBlobs(disk: Disk, loops: Pick<Loops, "serverFile">): Blobs {
  const folderOf = (loop: LoopId) => loops.serverFile(loop, "blobs")

  async function keepOne(loop: LoopId, { at, text }: LongText): Promise<Kept> {
    const content = new TextEncoder().encode(text)
    const sha256 = new Bun.CryptoHasher("sha256").update(content).digest("hex")
    const path = `${folderOf(loop)}/${sha256}`
    await disk.makeFolder(folderOf(loop))
    if (!(await disk.exists(path))) await disk.write(path, content)
    return { at, sha256, bytes: content.length }
  }

  return {
    async keep(loop, long) {
      const kept: Kept[] = []
      for (const one of long) kept.push(await keepOne(loop, one))
      return kept
    },
    async pathOf(loop, name) {
      const path = `${folderOf(loop)}/${name}`
      return /^[0-9a-f]{64}$/.test(name) && (await disk.exists(path)) ? path : undefined
    },
  }
}

/** What could not be kept has no file; its size is said all the same. */
export const notKept = (long: readonly LongText[]): Kept[] =>
  long.map(({ at, text }) => ({ at, sha256: "", bytes: Buffer.byteLength(text) }))
