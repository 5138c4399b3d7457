import type { Transcript, TranscriptEvent } from "../loops/index.ts"

/** Where a conversation stood before one of its turns: after which of the agent's messages. */
export type Place = { kind: "at"; uuid: string } | { kind: "beginning" }

const piece = 256 * 1024

/** Looks back from the end of the transcript; reads no further than to the message that is wanted. */
export async function placeBefore(transcript: Pick<Transcript, "before">, turn: string): Promise<Place> {
  let passed = false
  for (let before: number | undefined, atStart = false; !atStart;) {
    const page = await transcript.before(before, piece)
    for (const event of page.events.toReversed()) {
      if (event.kind === "turn-started" && event.turn === turn) passed = true
      if (!passed) continue
      if (event.kind === "session" && event.why !== "resumed") return { kind: "beginning" }
      const uuid = chained(event)
      if (uuid !== undefined) return { kind: "at", uuid }
    }
    before = page.events[0]?.seq
    atStart = page.atStart || before === undefined
  }
  return { kind: "beginning" }
}

/** The id of a message that the agent itself keeps in its conversation. */
function chained(event: TranscriptEvent): string | undefined {
  if (event.kind !== "agent") return undefined
  const { type, uuid, parent_tool_use_id: parent } = event.message
  if ((type !== "assistant" && type !== "user") || typeof parent === "string") return undefined
  return typeof uuid === "string" ? uuid : undefined
}
