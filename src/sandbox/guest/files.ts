import { constants, type Stats } from "node:fs"
import { lstat, mkdir, open, readdir, rename, rm } from "node:fs/promises"
import { type Entry, limits, type RequestOf } from "../link/protocol.ts"
import { beneath } from "./beneath.ts"
import { Refusal } from "./refusal.ts"

export type Roots = Record<"workdir" | "home" | "claude-state", string>

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
  let temps = 0
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
    async write({ root, path, size }, pieces) {
      await using place = await beneath(roots[root], path)
      if (place.isRoot) throw new Refusal("kind", "a root is no file")
      const temp = `${place.folder}/.loopat-${process.pid}-${++temps}.tmp`
      const mode = await modeFor(place.path)
      try {
        await fill(temp, { mode, size }, pieces)
        await rename(temp, place.path)
      } finally {
        await rm(temp, { force: true })
      }
    },
    async list({ root, path, maxEntries }) {
      await using place = await beneath(roots[root], path)
      await using folder = await open(place.path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
      // Awaited here, so that the folder stays open meanwhile.
      return await listFolder(`/proc/self/fd/${folder.fd}`, maxEntries)
    },
    async stat({ root, path }) {
      try {
        await using place = await beneath(roots[root], path)
        const name = place.isRoot ? "" : path.slice(path.replace(/\/+$/, "").lastIndexOf("/") + 1).replace(/\/+$/, "")
        return { entry: entryOf(name, await lstat(place.path)) }
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
  { mode, size }: { mode: number; size: number },
  pieces: AsyncIterable<Uint8Array>,
): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
  await using file = await open(temp, flags, mode)
  let written = 0
  for await (const bytes of pieces) {
    written += bytes.length
    if (written > size) throw new Refusal("limit", "more arrived than was announced")
    for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at, bytes.length - at)).bytesWritten
  }
  if (written !== size) throw new Refusal("broken", "less arrived than was announced")
  await file.datasync()
}

async function listFolder(folder: string, maxEntries: number): Promise<{ entries: Entry[]; more: boolean }> {
  const names = (await readdir(folder)).sort()
  const entries: Entry[] = []
  // The answer is one frame, and a name takes at most six bytes per character in JSON.
  let room = limits.frame - 1_000
  for (const name of names.slice(0, maxEntries)) {
    room -= JSON.stringify(name).length * 3 + 100
    if (room < 0) break
    const stats = await lstat(`${folder}/${name}`).catch((error) => {
      if (isMissing(error)) return undefined
      throw error
    })
    if (stats) entries.push(entryOf(name, stats))
  }
  return { entries, more: entries.length < names.length }
}

function entryOf(name: string, stats: Stats): Entry {
  return { name, kind: kindOf(stats), size: stats.size, modified: Math.max(0, Math.round(stats.mtimeMs)) }
}

function kindOf(stats: Stats): Entry["kind"] {
  if (stats.isFile()) return "file"
  if (stats.isDirectory()) return "folder"
  return stats.isSymbolicLink() ? "link" : "other"
}

/** A replaced file keeps its permissions. */
async function modeFor(path: string): Promise<number> {
  const stats = await lstat(path).catch((error) => {
    if (isMissing(error)) return undefined
    throw error
  })
  if (!stats) return 0o644
  if (!stats.isFile()) throw new Refusal(stats.isSymbolicLink() ? "escape" : "kind", "only files can be written")
  return stats.mode & 0o777
}

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    (error) => {
      if (isMissing(error)) return false
      throw error
    },
  )

const isMissing = (error: unknown) => error instanceof Error && "code" in error && error.code === "ENOENT"
