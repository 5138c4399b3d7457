import { constants } from "node:fs"
import { link, lstat, mkdir, open, readlink, rename, rm } from "node:fs/promises"
import { nameOf, pathOf } from "../../lib/file-path.ts"
import { type Entry, limits, type RequestOf, type Welcome } from "../link/protocol.ts"
import { beneath, type Place } from "./beneath.ts"
import { entryOf, listFolder, partName } from "./folder.ts"
import { Refusal } from "./refusal.ts"

export type Roots = Welcome["roots"]

export interface Files {
  /** Calls `piece` with what it reads, at the reader's pace. */
  read(request: RequestOf<"read">, piece: (bytes: Uint8Array) => Promise<void>): Promise<void>
  /** Temp file, then rename; nothing of a write that breaks off is seen. */
  write(request: RequestOf<"write">, pieces: AsyncIterable<Uint8Array>): Promise<void>
  list(request: RequestOf<"list">): Promise<{ entries: Entry[]; more: boolean }>
  stat(request: RequestOf<"stat">): Promise<{ entry: Entry | null }>
  makeFolder(request: RequestOf<"make-folder">): Promise<void>
  move(request: RequestOf<"move">): Promise<void>
  remove(request: RequestOf<"remove">): Promise<void>
}

export function createFiles(roots: Roots): Files {
  return {
    async read({ root, path, offset, maxBytes }, piece) {
      await using place = await beneath(roots[root], path)
      // Not blocking: opening a pipe that nobody writes to would wait for ever.
      await using file = await open(place.path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
      if (!(await file.stat()).isFile()) throw new Refusal("kind", "only files can be read")
      for (let at = 0; at < maxBytes;) {
        const buffer = new Uint8Array(Math.min(limits.piece, maxBytes - at))
        const { bytesRead } = await file.read(buffer, 0, buffer.length, offset + at)
        if (bytesRead === 0) return
        await piece(buffer.subarray(0, bytesRead))
        at += bytesRead
      }
    },
    async write({ root, path, size, most = limits.fileBytes, expected }, pieces) {
      await using place = await beneath(roots[root], path)
      if (place.isRoot) throw new Refusal("kind", "a root is no file")
      const temp = `${place.folder}/${partName(crypto.randomUUID())}`
      const mode = await modeFor(place.path)
      try {
        await fill(temp, { mode, size, most: size ?? most }, pieces)
        await putInPlace(temp, place, expected)
      } finally {
        await rm(temp, { force: true })
      }
    },
    async list({ root, path, maxEntries, offset, skip }) {
      await using place = await beneath(roots[root], path)
      await using folder = await open(place.path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
      // Awaited here, so that the folder stays open meanwhile.
      return await listFolder(`/proc/self/fd/${folder.fd}`, { maxEntries, offset, skip })
    },
    async stat({ root, path }) {
      try {
        await using place = await beneath(roots[root], path)
        const entry = entryOf(place.isRoot ? "" : nameOf(path.replace(/\/+$/, "")), await lstat(place.path))
        if (entry.kind !== "link") return { entry }
        return { entry: { ...entry, target: pathOf(await readlink(place.path, { encoding: "buffer" })) } }
      } catch (error) {
        if (isMissing(error)) return { entry: null }
        throw error
      }
    },
    async makeFolder({ root, path }) {
      await using place = await beneath(roots[root], path)
      await mkdir(place.path)
    },
    async move({ root, from, to }) {
      await using source = await beneath(roots[root], from)
      await using target = await beneath(roots[root], to)
      if (source.isRoot || target.isRoot) throw new Refusal("kind", "a root cannot be moved")
      if (await exists(target.path)) throw new Refusal("exists", "the target exists")
      await rename(source.path, target.path)
    },
    async remove({ root, path }) {
      await using place = await beneath(roots[root], path)
      if (place.isRoot) throw new Refusal("kind", "a root cannot be removed")
      await rm(place.path, { recursive: true })
    },
  }
}

async function fill(
  temp: string,
  { mode, size, most }: { mode: number; size?: number | undefined; most: number },
  pieces: AsyncIterable<Uint8Array>,
): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
  await using file = await open(temp, flags, mode)
  let written = 0
  for await (const bytes of pieces) {
    written += bytes.length
    if (written > most) throw new Refusal("limit", "more arrived than was announced")
    for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at, bytes.length - at)).bytesWritten
  }
  if (size !== undefined && written !== size) throw new Refusal("broken", "less arrived than was announced")
  await file.sync()
}

/** The rename is the moment at which others see it; whoever expects nothing there replaces nothing. */
async function putInPlace(temp: string, place: Place, expected: string | undefined): Promise<void> {
  if (expected === absent) return link(temp, place.path)
  if (expected !== undefined && (await checksum(place.path)) !== expected)
    throw new Refusal("changed", "the file is another one by now")
  await rename(temp, place.path)
}

const absent = "absent"

/** SHA-256 in hex; undefined for what is no plain file of a size that is looked through. */
async function checksum(path: string | Buffer): Promise<string | undefined> {
  await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    (error) => {
      if (isMissing(error)) return undefined
      throw error
    },
  )
  if (!file) return undefined
  const stats = await file.stat()
  if (!stats.isFile() || stats.size > limits.checkedBytes) return undefined
  return new Bun.CryptoHasher("sha256").update(await file.readFile()).digest("hex")
}

/** A replaced file keeps its permissions. */
async function modeFor(path: string | Buffer): Promise<number> {
  const stats = await lstat(path).catch((error) => {
    if (isMissing(error)) return undefined
    throw error
  })
  if (!stats) return 0o644
  if (!stats.isFile()) throw new Refusal(stats.isSymbolicLink() ? "escape" : "kind", "only files can be written")
  return stats.mode & 0o777
}

const exists = (path: string | Buffer): Promise<boolean> =>
  lstat(path).then(
    () => true,
    (error) => {
      if (isMissing(error)) return false
      throw error
    },
  )

const isMissing = (error: unknown) => error instanceof Error && "code" in error && error.code === "ENOENT"
