import { createHash } from "node:crypto"
import { join } from "node:path"
import { z } from "zod"
import { type Clock, timestamp } from "../platform/clock.ts"
import type { Disk } from "../platform/disk/disk.ts"
import type { JsonlFile } from "../platform/disk/jsonl-file.ts"
import { createSerial } from "../platform/disk/serial.ts"

/** What somebody did. No secret ever belongs into one of these. */
export interface Deed {
  /** A user's name, or `system`; empty for somebody unknown. */
  actor: string
  via: "web" | "api" | "git" | "cli" | "system"
  login?: string
  token?: string
  ip?: string
  /** As in the table of actions: `login`, `loop.archive`, `provider.key`. */
  action: string
  object?: string
  outcome: "ok" | "refused" | "failed"
  why?: string
}

export interface Audit {
  /** Durable when it resolves: an action is answered after its line. */
  write(deed: Deed): Promise<void>
  /** Walks the chain of all months; the first line that was changed, or whose predecessor is missing. */
  verify(): Promise<{ kind: "whole"; lines: number } | { kind: "broken"; file: string; line: number }>
}

const longest = 1024
const hashOf = (line: string): string => createHash("sha256").update(line).digest("hex")
/** What the very first line names as the one before it. */
const beginning = hashOf("")

const Line = z.looseObject({ prev: z.string() })

/** `audit/<yyyy-mm>.jsonl`, append-only; each line carries the SHA-256 of the line before, across months. */
export function createAudit({ disk, home, clock }: { disk: Disk; home: string; clock: Clock }): Audit {
  const folder = join(home, "audit")
  const serial = createSerial()
  const files = new Map<string, JsonlFile<unknown>>()
  let last: string | undefined

  function open(name: string): JsonlFile<unknown> {
    const file = files.get(name) ?? disk.jsonlFile(join(folder, name), (value) => value)
    files.set(name, file)
    return file
  }

  const months = async () => (await disk.list(folder)).filter((name) => /^\d{4}-\d\d\.jsonl$/.test(name))

  async function lastHash(): Promise<string> {
    for (const name of (await months()).reverse()) {
      const file = open(name)
      const line = (await file.readBefore(await file.size(), longest)).lines.at(-1)
      if (line) return hashOf(JSON.stringify(line.value))
    }
    return beginning
  }

  return {
    write: (deed) =>
      serial("audit", async () => {
        const at = timestamp(clock)
        if (last === undefined) await disk.makeFolder(folder)
        const prev = last ?? (await lastHash())
        const line = { v: 1, at, ...fields(deed), prev }
        // Unknown until the append has succeeded: a failed one leaves the chain to be read from the file again.
        last = undefined
        await open(`${at.slice(0, 7)}.jsonl`).append(line)
        last = hashOf(JSON.stringify(line))
      }),
    async verify() {
      let prev = beginning
      let lines = 0
      for (const name of await months()) {
        const text = (await disk.readText(join(folder, name))) ?? ""
        for (const [index, line] of text.split("\n").slice(0, -1).entries()) {
          if (linkOf(line) !== prev) return { kind: "broken", file: name, line: index + 1 }
          prev = hashOf(line)
          lines++
        }
      }
      return { kind: "whole", lines }
    },
  }
}

function linkOf(line: string): string | undefined {
  try {
    return Line.safeParse(JSON.parse(line)).data?.prev
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** In a fixed order and bounded; what is undefined is not written. */
const fields = ({ actor, via, login, token, ip, action, object, outcome, why }: Deed) => ({
  actor: clip(actor),
  via,
  login,
  token,
  ip,
  action,
  object: clip(object),
  outcome,
  why: clip(why),
})

const clip = (text: string | undefined): string | undefined => text?.slice(0, longest)
