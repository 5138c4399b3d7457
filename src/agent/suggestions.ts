import { z } from "zod"
import type { LoopId, NewId } from "../lib/ids.ts"
import type { DrivenLoop, Loops } from "../loops/index.ts"
import { type Clock, timestamp } from "../platform/clock.ts"
import type { Disk } from "../platform/disk/disk.ts"
import type { Post } from "./runner.ts"
import type { Sent, Work } from "./work.ts"

const Suggestion = z.looseObject({
  id: z.string().regex(/^[0-9a-f]{16}$/),
  by: z.string(),
  at: z.iso.datetime(),
  text: z.string(),
  /** Where it comes from, as an address of this program. */
  about: z.string().optional(),
})
export type Suggestion = z.infer<typeof Suggestion>
const Suggestions = z.looseObject({ version: z.literal(1), suggestions: z.array(Suggestion) })

/** What somebody else would have the agent told: it waits until the driver sends it, changed or not, or drops it. */
export interface Suggesting {
  of(loop: LoopId): Promise<readonly Suggestion[]>
  /** `full`: too much waits already. `resting`: nobody drives the loop now. */
  add(loop: LoopId, suggestion: Pick<Suggestion, "by" | "text" | "about">): Promise<"kept" | "full" | "resting">
  /** As the driver's own message; without `text` as it was suggested. */
  send(loop: DrivenLoop, id: string, text?: string): Promise<Sent | { kind: "no-such-suggestion" }>
  drop(loop: DrivenLoop, id: string): Promise<void>
}

interface SuggestingNeeds {
  loops: Pick<Loops, "serverFile" | "record">
  disk: Pick<Disk, "jsonFile">
  clock: Clock
  ids: NewId
  send: Work["send"]
  peek(loop: LoopId): Post | undefined
}

type FileNeeds = Pick<SuggestingNeeds, "disk"> & { loops: Pick<Loops, "serverFile"> }

const suggestionsFile = ({ loops, disk }: FileNeeds, loop: LoopId) =>
  disk.jsonFile(loops.serverFile(loop, "suggestions.json"), (value) => Suggestions.parse(value))

export const readSuggestions = async (needs: FileNeeds, loop: LoopId): Promise<readonly Suggestion[]> =>
  (await suggestionsFile(needs, loop).read())?.suggestions ?? []

const most = 20

export function createSuggesting({ loops, disk, clock, ids, send, peek }: SuggestingNeeds): Suggesting {
  const fileOf = (loop: LoopId) => suggestionsFile({ loops, disk }, loop)

  async function change(loop: LoopId, to: (now: readonly Suggestion[]) => Suggestion[]): Promise<void> {
    const { suggestions } = await fileOf(loop).update((now) => ({
      version: 1,
      ...now,
      suggestions: to(now?.suggestions ?? []),
    }))
    const post = peek(loop)
    if (!post) return
    post.suggestions = suggestions
    post.live.changed()
  }

  const without = (loop: LoopId, id: string) => change(loop, (now) => now.filter((one) => one.id !== id))
  const all = (loop: LoopId) => readSuggestions({ loops, disk }, loop)

  return {
    of: all,
    async add(loop, suggestion) {
      const record = await loops.record(loop)
      if (record?.state.kind !== "driven") return "resting"
      let full = false
      await change(loop, (now) => {
        full = now.length >= most
        return full ? [...now] : [...now, { id: ids.hex(8), at: timestamp(clock), ...suggestion }]
      })
      return full ? "full" : "kept"
    },
    async send(loop, id, text) {
      const found = (await all(loop.record.id)).find((one) => one.id === id)
      if (!found) return { kind: "no-such-suggestion" }
      const sent = await send(loop, { text: text ?? found.text, clientId: `suggestion-${id}`, via: "web" })
      if (sent.kind === "accepted") await without(loop.record.id, id)
      return sent
    },
    drop: (loop, id) => without(loop.record.id, id),
  }
}
