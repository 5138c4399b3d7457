import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { parseTranscriptEvent, type TranscriptEvent } from "../../loops/index.ts"

/** What the server has said that it accepted, as the person who sent it remembers it. */
export interface BookedMessage {
  clientId: string
  /** Stands in the text, and is in no other message. */
  mark: string
  /** What it may say: more than one when a change of it was lost on the way. */
  texts: string[]
  /** A line that its turn writes into a file, so that a turn done twice is seen. */
  effect: boolean
}

export interface BookedLoop {
  name: string
  id: string
  messages: BookedMessage[]
  /** What its title may be; undefined: never renamed. */
  titles?: string[]
  archived: boolean
  /** Asks whose answer was accepted. */
  answered: Set<string>
}

/** A loop's transcript as it lies on disk: its whole lines. */
export async function readTranscript(home: string, loop: string): Promise<TranscriptEvent[]> {
  const text = await readFile(join(home, "loops", loop, "messages.jsonl"), "utf8")
  const whole = text.slice(0, text.lastIndexOf("\n") + 1)
  return whole
    .split("\n")
    .slice(0, -1)
    .map((line) => parseTranscriptEvent(JSON.parse(line)))
}

/** What still has to happen in a loop before it rests. */
export interface Rest {
  waiting: number[]
  openTurn: string | undefined
  openAsks: string[]
  /** Its last turn failed. */
  failed: boolean
}

export function restOf(events: readonly TranscriptEvent[]): Rest {
  const rest: Rest = { waiting: [], openTurn: undefined, openAsks: [], failed: false }
  for (const event of events) {
    if (event.kind === "user-message") rest.waiting.push(event.seq)
    if (event.kind === "queue-changed" && event.op === "remove")
      rest.waiting = rest.waiting.filter((seq) => seq !== event.message)
    if (event.kind === "turn-started") {
      rest.waiting = rest.waiting.filter((seq) => !event.messages.includes(seq))
      rest.openTurn = event.turn ?? undefined
      rest.failed = false
    }
    if (event.kind === "asked") rest.openAsks.push(event.ask)
    if (event.kind === "answered") rest.openAsks = rest.openAsks.filter((ask) => ask !== event.ask)
    if (event.kind === "turn-finished" || event.kind === "turn-failed") {
      rest.openTurn = undefined
      rest.openAsks = []
      rest.failed = event.kind === "turn-failed"
    }
  }
  return rest
}
