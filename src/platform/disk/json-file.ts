import type { DiskTools } from "./disk.ts"

/** One record in one file. A change is a function of the current value; nobody writes half an object. */
export interface JsonFile<T> {
  /** Undefined when there is no file. Throws Unreadable when it does not parse; the file stays as it is. */
  read(): Promise<T | undefined>
  /** Reads, changes, writes atomically. Returning the same object writes nothing. */
  update(change: (current: T | undefined) => T | Promise<T>): Promise<T>
}

/** A file that exists and does not parse. It is never replaced: a person repairs it. */
export class Unreadable extends Error {
  override readonly name = "Unreadable"

  constructor(
    readonly path: string,
    readonly why: string,
  ) {
    super(`${path} does not parse: ${why}`)
  }
}

export function createJsonFile<T>(tools: DiskTools, path: string, parse: (value: unknown) => T): JsonFile<T> {
  const read = () => tools.parsed.read(path, parse, made)

  function made(content: Uint8Array): T {
    try {
      return parse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(content)))
    } catch (error) {
      throw new Unreadable(path, error instanceof Error ? error.message.slice(0, 600) : String(error))
    }
  }
  return {
    read,
    update: (change) =>
      tools.serial(path, async () => {
        const current = await read()
        const next = await change(current)
        if (next === current) return next
        await tools.writeWhole(path, new TextEncoder().encode(`${JSON.stringify(next, null, 2)}\n`), 0o600)
        return next
      }),
  }
}
