/** Homes full of loops, made from numbers: the same bytes everywhere. */
import { mkdir, open, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { loopIdOfRequest } from "../../loops/store.ts"
import { parseUserName } from "../../lib/ids.ts"

export type LoopIdText = string

const day = 86_400_000
const epoch = Date.parse("2026-01-05T08:00:00.000Z")
const words = "build the page read a file write tests why does it fail and what about names of things in here".split(
  " ",
)

/** A small generator (mulberry32): the same numbers for the same seed. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

export function sentence(next: () => number, count: number): string {
  return Array.from({ length: count }, () => words[Math.floor(next() * words.length)]).join(" ")
}

function loopId(index: number): LoopIdText {
  const user = parseUserName("ada")
  if (!user) throw new Error("ada is a name")
  return loopIdOfRequest(user, `bench-${index}`)
}

export interface SeedLoop {
  /** Lines of its transcript; eight make a turn. One that has not ended is work that the server would take up. */
  events?: number
  /** `broken` takes messages and holds them: nothing but the server works. */
  state?: "broken" | "driven" | "archived"
  /** Pads each agent line to about this many bytes. */
  lineBytes?: number
}

/** Writes one loop of `ada` below the home; returns its id. */
export async function seedLoop(home: string, index: number, loop: SeedLoop = {}): Promise<LoopIdText> {
  const id = loopId(index)
  const folder = join(home, "loops", id)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeFile(join(folder, "meta.json"), `${JSON.stringify(record(id, index, loop.state ?? "broken"), null, 2)}\n`)
  await writeTranscript(join(folder, "messages.jsonl"), index, loop)
  return id
}

export async function seedLoops(home: string, count: number, loop: SeedLoop = {}): Promise<LoopIdText[]> {
  const ids: LoopIdText[] = []
  for (let index = 0; index < count; index += 64) {
    const some = Array.from({ length: Math.min(64, count - index) }, (_, n) => seedLoop(home, index + n, loop))
    ids.push(...(await Promise.all(some)))
  }
  return ids
}

const at = (ms: number) => new Date(ms).toISOString()

function record(id: string, index: number, state: NonNullable<SeedLoop["state"]>): object {
  const created = at(epoch + (index % 300) * day * 0.9 + index * 1_000)
  const broken = { kind: "broken", reason: "repo-gone", sentence: "gone", at: created }
  const archived = { kind: "archived", at: created, by: "ada", was: "driven", before: { kind: "driven" } }
  return {
    version: 1,
    id,
    kind: "work",
    title: `Loop ${index}: ${sentence(numbers(index + 1), 5)}`,
    titleBy: "person",
    createdAt: created,
    createdBy: "ada",
    driver: "ada",
    drivers: [{ user: "ada", from: created }],
    state: { broken, archived, driven: { kind: "driven" } }[state],
    visibility: "workspace",
    profiles: [],
    vault: "default",
    network: "open",
    flags: { crossLoop: false, nested: false },
    permissionMode: "bypassPermissions",
    rules: [],
    thinking: "auto",
    warnings: [],
  }
}

/** Turns of a message, a few agent blocks with a tool call, and an end. */
function* transcriptLines(seed: number, { events = 9, lineBytes = 300 }: SeedLoop): Generator<string> {
  const next = numbers(seed + 7)
  const base = epoch + (seed % 300) * day * 0.9
  const line = (seq: number, fields: object) => JSON.stringify({ seq, at: at(base + seq * 1_000), ...fields })
  const inTurn = 8
  for (let seq = 1; seq <= events; seq++) {
    const place = (seq - 2) % inTurn
    const turn = `turn_${String(Math.floor((seq - 2) / inTurn)).padStart(20, "0")}`
    if (seq === 1) yield line(seq, { turn: null, kind: "loop-created", version: 1, by: "ada" })
    else if (place === 0)
      yield line(seq, {
        turn: null,
        kind: "user-message",
        by: "ada",
        via: "web",
        clientId: `seed-${seq}`,
        text: sentence(next, 12),
        attachments: [],
      })
    else if (place === 1)
      yield line(seq, { turn, kind: "turn-started", messages: [seq - 1], by: "person", model: "m", provider: "p" })
    else if (place === inTurn - 1)
      yield line(seq, {
        turn,
        kind: "turn-finished",
        outcome: "done",
        usage: { input: 1, output: 1, cacheRead: 0, cacheWrite: 0, ms: 900 },
      })
    else
      yield line(seq, {
        turn,
        kind: "agent",
        message: agentMessage(seq, place, sentence(next, Math.ceil(lineBytes / 6))),
      })
  }
}

function agentMessage(seq: number, place: number, text: string): object {
  const call = `toolu_${seq - (place % 2)}`
  const parent = { parent_tool_use_id: null, session_id: "s" }
  if (place === 3) {
    const content = [
      { type: "tool_use", id: `toolu_${seq}`, name: "Bash", input: { command: `echo ${seq}`, description: "run it" } },
    ]
    return { type: "assistant", ...parent, message: { id: `msg_${seq}`, role: "assistant", content } }
  }
  if (place === 4) {
    const content = [{ type: "tool_result", tool_use_id: `toolu_${seq - 1}`, content: text }]
    return { type: "user", ...parent, message: { role: "user", content } }
  }
  const content = [{ type: "text", text: `**${call}** ${text}` }]
  return { type: "assistant", ...parent, message: { id: `msg_${seq}`, role: "assistant", content } }
}

async function writeTranscript(path: string, seed: number, loop: SeedLoop): Promise<void> {
  const file = await open(path, "w", 0o600)
  try {
    let pieces: string[] = []
    for (const line of transcriptLines(seed, loop)) {
      pieces.push(line, "\n")
      if (pieces.length < 8_000) continue
      await file.write(pieces.join(""))
      pieces = []
    }
    await file.write(pieces.join(""))
  } finally {
    await file.close()
  }
}
