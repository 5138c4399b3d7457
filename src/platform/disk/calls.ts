import { constants } from "node:fs"
import * as fs from "node:fs/promises"

/** The few system calls everything durable is made of. A test puts a layer over them that fails on command. */
export interface DiskCalls {
  open(path: string, flags: number, mode?: number): Promise<OpenFile>
  rename(from: string, to: string): Promise<void>
  unlink(path: string): Promise<void>
  mkdir(path: string, mode: number): Promise<void>
  rm(path: string): Promise<void>
  readdir(path: string): Promise<string[]>
}

export interface OpenFile {
  write(bytes: Uint8Array): Promise<number>
  read(into: Uint8Array, position: number): Promise<number>
  size(): Promise<number>
  truncate(size: number): Promise<void>
  datasync(): Promise<void>
  sync(): Promise<void>
  close(): Promise<void>
}

/** How often the disk was asked for what, and bytes: for budgets and `/metrics`. */
export interface DiskCounts {
  opens: number
  writes: number
  syncs: number
  renames: number
  bytesRead: number
  bytesWritten: number
}

export const noDiskCalls = (): DiskCounts => ({
  opens: 0,
  writes: 0,
  syncs: 0,
  renames: 0,
  bytesRead: 0,
  bytesWritten: 0,
})

export function systemDiskCalls(counts: DiskCounts): DiskCalls {
  return {
    async open(path, flags, mode = 0o600) {
      counts.opens++
      return openFile(await fs.open(path, flags, mode), counts)
    },
    rename(from, to) {
      counts.renames++
      return fs.rename(from, to)
    },
    unlink: (path) => fs.unlink(path),
    async mkdir(path, mode) {
      await fs.mkdir(path, { recursive: true, mode })
    },
    rm: (path) => fs.rm(path, { recursive: true, force: true }),
    readdir: (path) => fs.readdir(path),
  }
}

function openFile(handle: fs.FileHandle, counts: DiskCounts): OpenFile {
  return {
    async write(bytes) {
      counts.writes++
      const { bytesWritten } = await handle.write(bytes)
      counts.bytesWritten += bytesWritten
      return bytesWritten
    },
    async read(into, position) {
      const { bytesRead } = await handle.read(into, 0, into.length, position)
      counts.bytesRead += bytesRead
      return bytesRead
    },
    size: async () => (await handle.stat()).size,
    truncate: (size) => handle.truncate(size),
    async datasync() {
      counts.syncs++
      await handle.datasync()
    },
    async sync() {
      counts.syncs++
      await handle.sync()
    },
    close: () => handle.close(),
  }
}

export const flags = {
  read: constants.O_RDONLY,
  readWrite: constants.O_RDWR | constants.O_CREAT | constants.O_APPEND,
  createNew: constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL,
  folder: constants.O_RDONLY | constants.O_DIRECTORY,
}

const codeOf = (error: unknown) => (error instanceof Error && "code" in error ? error.code : undefined)

export const isMissing = (error: unknown): boolean => codeOf(error) === "ENOENT"
export const isExisting = (error: unknown): boolean => codeOf(error) === "EEXIST"
/** No room, quota used up or a file system that takes no writes. */
export const isDiskFull = (error: unknown): boolean => ["ENOSPC", "EDQUOT", "EROFS"].includes(String(codeOf(error)))
/** The same, or a disk that is broken: what a person mends on the machine, not a bug. */
export const isDiskFailure = (error: unknown): boolean => isDiskFull(error) || codeOf(error) === "EIO"
