import { existsSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** A folder of one test's own, gone when the test ends. */
export async function tempFolder(below = tmpdir()): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(below, "loopat-test-"))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** Where thousands of small files come and go without waiting for a disk, if there is such a place. */
export const inMemory = (): string => (existsSync("/dev/shm") ? "/dev/shm" : tmpdir())
