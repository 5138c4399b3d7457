import { createRecent } from "../../lib/recent.ts"
import type { DiskCalls } from "./calls.ts"

/** What was made of small files that are read again and again: made anew only when the file is another than before. */
export interface ParsedFiles {
  /**
   * What `make` makes of the whole file; undefined when there is none. The same file and the same `parse`, which says
   * what is made, give the same frozen value, and the file is not opened for it.
   */
  read<T>(path: string, parse: (given: never) => T, make: (content: Uint8Array) => T): Promise<T | undefined>
  /** The file is being replaced: what was read of it so far counts no more. */
  replaced(path: string): void
}

interface Parsed {
  stamp: string
  parse: unknown
  value: unknown
}

const mostFiles = 256
const largest = 64 * 1024

/**
 * Another inode, length or time means another content. Our own writes are told besides, since a file system may give the
 * same inode to the next file within the same tick of its clock.
 */
export function createParsedFiles(
  { stamp }: Pick<DiskCalls, "stamp">,
  readWhole: (path: string) => Promise<Uint8Array | undefined>,
): ParsedFiles {
  const known = createRecent<string, Parsed>(mostFiles)
  /** Readings under way, with whether the file was replaced meanwhile. */
  const readings = new Map<string, Set<{ stale: boolean }>>()

  async function readAnew<T>(
    path: string,
    { at, parse, make }: { at: string; parse: unknown; make(content: Uint8Array): T },
  ): Promise<T | undefined> {
    const reading = { stale: false }
    const others = readings.get(path) ?? new Set()
    readings.set(path, others.add(reading))
    try {
      const content = await readWhole(path)
      if (content === undefined) return undefined
      const value = frozen(make(content))
      if (!reading.stale && content.length <= largest) known.set(path, { stamp: at, parse, value })
      return value
    } finally {
      others.delete(reading)
      if (others.size === 0) readings.delete(path)
    }
  }

  return {
    async read<T>(path: string, parse: (given: never) => T, make: (content: Uint8Array) => T) {
      const at = await stamp(path)
      if (at === undefined) return undefined
      const before = known.get(path)
      if (before?.stamp === at && isMadeBy(before, parse)) return before.value
      return readAnew(path, { at, parse, make })
    },
    replaced(path) {
      known.delete(path)
      for (const reading of readings.get(path) ?? []) reading.stale = true
    },
  }
}

const isMadeBy = <T>(parsed: Parsed, parse: (given: never) => T): parsed is Parsed & { value: T } =>
  parsed.parse === parse

/** Many share it: whoever would change it finds out at once. */
function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value
  for (const inner of Object.values(value)) frozen(inner)
  return Object.freeze(value)
}
