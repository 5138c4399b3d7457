import { join } from "node:path"
import { z } from "zod"
import type { Disk } from "../platform/disk/disk.ts"
import { Unreadable } from "../platform/disk/json-file.ts"
import type { Log } from "../platform/log.ts"
import type { ToolsFailure } from "./contract.ts"

const Failure = z.object({
  at: z.number(),
  fault: z.object({
    code: z.enum(["unreadable", "no-installer", "no-network", "not-installed", "timeout", "no-space", "other"]),
    detail: z.string(),
  }),
  tool: z.string().optional(),
  lines: z.array(z.string()),
  tier: z.literal("team"),
})

const Remembered = z.object({
  version: z.literal(1),
  /** When a loop was last started with an image, in milliseconds since the epoch, by its tag. */
  used: z.record(z.string(), z.number()),
  /** What came of the last try, by the tag that it should have made. */
  failed: z.record(z.string(), Failure),
})

type Remembered = z.infer<typeof Remembered>

/** What outlives a server: when images with tools were used, and which could not be made. It may be lost. */
export interface ToolsMemory {
  read(): Promise<Remembered>
  used(tag: string, at: number): Promise<void>
  failed(tag: string, failure: ToolsFailure | undefined): Promise<void>
  /** Images that are gone. */
  forget(tags: readonly string[]): Promise<void>
}

const nothing: Remembered = { version: 1, used: {}, failed: {} }
/** Each change of a configuration that does not work leaves one. */
const mostFailures = 100
/** Often enough for what counts days. */
const usedAgainMs = 3_600_000

export function createToolsMemory(disk: Disk, runtimeFolder: string, log: Log): ToolsMemory {
  const path = join(runtimeFolder, "tools.json")
  const file = disk.jsonFile(path, (value) => Remembered.parse(value))

  async function read(): Promise<Remembered> {
    try {
      return (await file.read()) ?? nothing
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
      log.warn("what was known of images with tools cannot be read and is forgotten", { why: error.why })
      await disk.remove(path)
      return nothing
    }
  }

  async function change(how: (now: Remembered) => Remembered): Promise<void> {
    await read()
    await disk.makeFolder(runtimeFolder)
    await file.update((now = nothing) => how(now))
  }

  const without = <T>(all: Record<string, T>, tags: readonly string[]) =>
    Object.fromEntries(Object.entries(all).filter(([tag]) => !tags.includes(tag)))

  return {
    read,
    used: (tag, at) =>
      change((now) => {
        const last = now.used[tag]
        const isFresh = last !== undefined && Math.abs(at - last) < usedAgainMs
        return isFresh ? now : { ...now, used: { ...now.used, [tag]: at } }
      }),
    failed: (tag, failure) =>
      change((now) => {
        const rest = without(now.failed, [tag])
        if (!failure) return { ...now, failed: rest }
        const newest = Object.entries(rest)
          .sort(([, a], [, b]) => b.at - a.at)
          .slice(0, mostFailures - 1)
        const failed = { ...Object.fromEntries(newest), [tag]: { ...failure, lines: [...failure.lines] } }
        return { ...now, failed }
      }),
    forget: (tags) => change((now) => ({ ...now, used: without(now.used, tags), failed: without(now.failed, tags) })),
  }
}

/** As it was read back: without fields that are there and undefined. */
export function failureOf({ tool, ...failure }: Remembered["failed"][string]): ToolsFailure {
  return { ...failure, ...(tool !== undefined && { tool }) }
}
