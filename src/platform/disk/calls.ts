import * as fs from "node:fs"
import { constants } from "node:fs"
import * as files from "node:fs/promises"

/** The few system calls everything durable is made of. A test puts a layer over them that fails on command. */
export interface DiskCalls {
  open(path: string, flags: number, mode?: number): Promise<OpenFile>
  rename(from: string, to: string): Promise<void>
  unlink(path: string): Promise<void>
  mkdir(path: string, mode: number): Promise<void>
  rm(path: string): Promise<void>
  readdir(path: string): Promise<string[]>
  /** Differs between two contents of a file; undefined when there is no file. */
  stamp(path: string): Promise<string | undefined>
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
      return openFile(await call((done) => fs.open(path, flags, mode, done)), counts)
    },
    rename(from, to) {
      counts.renames++
      return files.rename(from, to)
    },
    unlink: (path) => files.unlink(path),
    async mkdir(path, mode) {
      await files.mkdir(path, { recursive: true, mode })
    },
    rm: (path) => files.rm(path, { recursive: true, force: true }),
    readdir: (path) => files.readdir(path),
    // The kernel knows this of a file in use; a way to another thread would cost ten times as much as the answer.
    async stamp(path) {
      const found = fs.statSync(path, { bigint: true, throwIfNoEntry: false })
      return found && `${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`
    },
  }
}

/**
 * What waits for the disk runs on the runtime's threads. The length of an open file and its end are known to the kernel
 * without the disk, and a way to another thread and back costs more than all the rest of a small file.
 */
function openFile(fd: number, counts: DiskCounts): OpenFile {
  return {
    async write(bytes) {
      counts.writes++
      const written = await call((done) => fs.write(fd, bytes, done))
      counts.bytesWritten += written
      return written
    },
    async read(into, position) {
      const read = await call((done) => fs.read(fd, into, 0, into.length, position, done))
      counts.bytesRead += read
      return read
    },
    size: async () => fs.fstatSync(fd).size,
    async truncate(size) {
      await call((done) => fs.ftruncate(fd, size, done))
    },
    async datasync() {
      counts.syncs++
      await call((done) => fs.fdatasync(fd, done))
    },
    async sync() {
      counts.syncs++
      await call((done) => fs.fsync(fd, done))
    },
    close: async () => fs.closeSync(fd),
  }
}

/** One call of node's older form, which works on plain file numbers, as a promise of its number, if it has one. */
function call(start: (done: (error: Error | null, result?: number) => void) => void): Promise<number> {
  return new Promise((resolve, reject) => start((error, result = 0) => (error ? reject(error) : resolve(result))))
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
