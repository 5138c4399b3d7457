import { dirname, join } from "node:path"
import {
  type DiskCalls,
  type DiskCounts,
  flags,
  type OpenFile,
  isExisting,
  isMissing,
  noDiskCalls,
  systemDiskCalls,
} from "./calls.ts"
import { createJsonFile, type JsonFile } from "./json-file.ts"
import { createParsedFiles, type ParsedFiles } from "./parsed-files.ts"
import { createJsonlFile, type JsonlFile, type JsonlOptions } from "./jsonl-file.ts"
import { createSerial, type Serial } from "./serial.ts"

/** The only writer of files. Paths are absolute; folders are 0700 and files 0600 unless said otherwise. */
export interface Disk {
  /** The whole file, or undefined when there is none. */
  read(path: string): Promise<Uint8Array | undefined>
  readText(path: string): Promise<string | undefined>
  /**
   * What `parse` makes of the whole file, or undefined when there is none. A file that is as it was is not opened
   * again: the same `parse` then gives the same frozen value.
   */
  readParsed<T>(path: string, parse: (content: Uint8Array) => T): Promise<T | undefined>
  /** Temp, fsync, rename, fsync of the folder; one writer per path at a time. */
  write(path: string, content: string | Uint8Array, mode?: number): Promise<void>
  /** The same of what comes piece by piece; where that breaks off, the file stays as it was. */
  writePieces(path: string, pieces: AsyncIterable<Uint8Array>, mode?: number): Promise<void>
  /** A copy of a file as it is now, in pieces, as durable as a write. False when there is none to copy. */
  copy(from: string, to: string, mode?: number): Promise<boolean>
  /** Names in a folder, sorted; a missing folder is empty. */
  list(path: string): Promise<string[]>
  exists(path: string): Promise<boolean>
  makeFolder(path: string, mode?: number): Promise<void>
  /** Renames within one file system and makes it durable. */
  move(from: string, to: string): Promise<void>
  /** A file or a whole folder; missing is fine. */
  remove(path: string): Promise<void>
  /** Removes what killed programs left half-written directly in a folder. What is being written right now stays. */
  clearTemps(path: string): Promise<void>
  /** Changes owner and mode of one path; for folders that a sandbox will use. */
  own(path: string, owner: { uid: number; gid: number }, mode: number): Promise<void>
  jsonFile<T>(path: string, parse: (value: unknown) => T): JsonFile<T>
  jsonlFile<T>(path: string, parse: (value: unknown) => T, options?: JsonlOptions): JsonlFile<T>
  readonly counts: Readonly<DiskCounts>
}

/** What the file kinds below are made of. */
export interface DiskTools {
  calls: DiskCalls
  serial: Serial
  writeWhole(path: string, content: Uint8Array, mode: number): Promise<void>
  syncFolder(path: string): Promise<void>
  parsed: ParsedFiles
}

export function createDisk(
  over: (calls: DiskCalls) => DiskCalls = (calls) => calls,
  counts: DiskCounts = noDiskCalls(),
): Disk {
  const calls = over(systemDiskCalls(counts))
  const serial = createSerial()
  const underWay = new Set<string>()

  const openThere = (path: string): Promise<OpenFile | undefined> =>
    calls.open(path, flags.read).catch((error) => {
      if (isMissing(error)) return undefined
      throw error
    })

  async function readWhole(path: string): Promise<Uint8Array | undefined> {
    const file = await openThere(path)
    if (!file) return undefined
    try {
      const content = new Uint8Array(await file.size())
      let at = 0
      for (let n = 1; n > 0 && at < content.length; at += n) n = await file.read(content.subarray(at), at)
      return content.subarray(0, at)
    } finally {
      await file.close()
    }
  }

  const writeWhole = (path: string, content: Uint8Array, mode: number): Promise<void> =>
    replace(path, mode, (file) => writeAll(file, content))

  async function copyWhole(from: string, to: string, mode: number): Promise<boolean> {
    const source = await openThere(from)
    if (!source) return false
    const piece = new Uint8Array(1 << 20)
    try {
      await replace(to, mode, async (file) => {
        let at = 0
        for (let n = 1; n > 0; at += n) {
          n = await source.read(piece, at)
          await writeAll(file, piece.subarray(0, n))
        }
      })
    } finally {
      await source.close()
    }
    return true
  }

  async function replace(path: string, mode: number, fill: (file: OpenFile) => Promise<void>): Promise<void> {
    // One name per file, since a file has one writer: what a killed program left behind goes with the next write.
    const temp = `${path}.tmp`
    underWay.add(temp)
    try {
      const file = await openTemp(temp, mode)
      try {
        await fill(file)
        await file.sync()
      } finally {
        await file.close()
      }
      parsed.replaced(path)
      await calls.rename(temp, path)
      parsed.replaced(path)
    } catch (error) {
      await calls.unlink(temp).catch(() => undefined)
      throw error
    } finally {
      underWay.delete(temp)
    }
    await syncFolder(dirname(path))
  }

  /** A killed program leaves its temp file behind: only rubbish is there. */
  async function openTemp(temp: string, mode: number) {
    try {
      return await calls.open(temp, flags.createNew, mode)
    } catch (error) {
      if (!isExisting(error)) throw error
      await calls.unlink(temp)
      return calls.open(temp, flags.createNew, mode)
    }
  }

  async function syncFolder(path: string): Promise<void> {
    const folder = await calls.open(path, flags.folder)
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  }

  const parsed = createParsedFiles(calls, readWhole)
  const tools: DiskTools = { calls, serial, writeWhole, syncFolder, parsed }
  const disk: Disk = {
    counts,
    read: readWhole,
    readParsed: (path, parse) => parsed.read(path, parse, parse),
    async readText(path) {
      const content = await readWhole(path)
      return content && new TextDecoder().decode(content)
    },
    write: (path, content, mode = 0o600) => serial(path, () => writeWhole(path, bytes(content), mode)),
    writePieces: (path, pieces, mode = 0o600) =>
      serial(path, () =>
        replace(path, mode, async (file) => {
          for await (const piece of pieces) await writeAll(file, piece)
        }),
      ),
    copy: (from, to, mode = 0o600) => serial(to, () => copyWhole(from, to, mode)),
    async list(path) {
      try {
        return (await calls.readdir(path)).sort()
      } catch (error) {
        if (isMissing(error)) return []
        throw error
      }
    },
    exists: (path) =>
      Bun.file(path)
        .stat()
        .then(() => true, missingIsFalse),
    makeFolder: (path, mode = 0o700) => calls.mkdir(path, mode),
    async move(from, to) {
      await calls.rename(from, to)
      await syncFolder(dirname(to))
    },
    remove: (path) => calls.rm(path),
    async clearTemps(path) {
      const found = (await disk.list(path)).filter((name) => tempName.test(name)).map((name) => join(path, name))
      for (const temp of found) if (!underWay.has(temp)) await calls.unlink(temp)
    },
    async own(path, { uid, gid }, mode) {
      const { chown, chmod } = await import("node:fs/promises")
      await chown(path, uid, gid)
      await chmod(path, mode)
    },
    jsonFile: (path, parse) => createJsonFile(tools, path, parse),
    jsonlFile: (path, parse, options) => createJsonlFile(tools, path, { parse, ...options }),
  }
  return disk
}

async function writeAll(file: OpenFile, content: Uint8Array): Promise<void> {
  for (let at = 0; at < content.length;) at += await file.write(content.subarray(at))
}

const tempName = /\.tmp$/

const bytes = (content: string | Uint8Array) =>
  typeof content === "string" ? new TextEncoder().encode(content) : content

const missingIsFalse = (error: unknown): false => {
  if (isMissing(error)) return false
  throw error
}
