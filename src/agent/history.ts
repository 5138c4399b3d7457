import type { TurnId } from "../lib/ids.ts"
import type { EventOf, TranscriptEvent } from "../loops/index.ts"

/** What the actor of a loop knows from the transcript: who waits, what runs, what was asked and answered. */
export interface History {
  /** In order of delivery. */
  waiting: EventOf<"user-message">[]
  /** `since` is in milliseconds; `spoke`: the agent has said something in this turn, so it has heard the message. */
  turn?: { id: TurnId; since: number; by: "person" | "agent"; spoke: boolean; message?: EventOf<"user-message"> }
  /** Asks of the open turn. */
  asks: Map<string, { asked: EventOf<"asked">; answered?: EventOf<"answered"> }>
  /** Ids of agent messages that are stored already: what a later server hears again is not stored again. */
  uuids: Set<string>
  /** The last thing that happened was a failure. */
  failed: boolean
}

/** As many as a long turn may say before the sandbox is told that they are safe. */
const uuidsKept = 5_000
const uuidsBetweenTurns = 500

export const newHistory = (): History => ({ waiting: [], asks: new Map(), uuids: new Set(), failed: false })

/** Takes one event in. Used line by line as they are written, and over the tail of the file after a start. */
export function remember(history: History, event: TranscriptEvent): void {
  const react = reactions[event.kind as keyof typeof reactions] as
    ((history: History, event: never) => void) | undefined
  react?.(history, event as never)
}

/** Asks of the open turn that nobody has answered. */
export const openAsks = (history: History): string[] =>
  [...history.asks].filter(([, { answered }]) => !answered).map(([ask]) => ask)

const reactions = {
  "user-message"(history: History, event: EventOf<"user-message">): void {
    history.waiting.push(event)
    history.failed = false
  },

  "queue-changed"(history: History, event: EventOf<"queue-changed">): void {
    const at = history.waiting.findIndex(({ seq }) => seq === event.message)
    const message = history.waiting[at]
    if (!message) return
    if (event.op === "edit" && event.text !== undefined) history.waiting[at] = { ...message, text: event.text }
    if (event.op === "remove") history.waiting.splice(at, 1)
    if (event.op === "now") place(history, at, 0)
    if (event.op === "move") {
      const before = history.waiting.findIndex(({ seq }) => seq === event.before)
      place(history, at, before < 0 ? history.waiting.length - 1 : before - (before > at ? 1 : 0))
    }
  },

  "turn-started"(history: History, event: EventOf<"turn-started">): void {
    const message = history.waiting.find(({ seq }) => event.messages.includes(seq))
    history.waiting = history.waiting.filter(({ seq }) => !event.messages.includes(seq))
    history.asks.clear()
    history.failed = false
    history.turn = {
      id: event.turn as TurnId,
      since: Date.parse(event.at),
      by: event.by,
      spoke: false,
      ...(message && { message }),
    }
  },

  "turn-finished"(history: History): void {
    delete history.turn
    forgetUuids(history, uuidsBetweenTurns)
    history.asks.clear()
    history.failed = false
  },

  "turn-failed"(history: History): void {
    delete history.turn
    history.asks.clear()
    history.failed = true
  },

  agent(history: History, event: EventOf<"agent">): void {
    if (history.turn?.id === event.turn) history.turn.spoke = true
    const { uuid } = event.message
    if (typeof uuid !== "string") return
    history.uuids.add(uuid)
    forgetUuids(history, uuidsKept)
  },

  asked(history: History, event: EventOf<"asked">): void {
    history.asks.set(event.ask, { asked: event })
  },

  answered(history: History, event: EventOf<"answered">): void {
    const ask = history.asks.get(event.ask)
    if (ask) ask.answered = event
  },
}

function forgetUuids({ uuids }: History, most: number): void {
  for (const oldest of uuids) {
    if (uuids.size <= most) return
    uuids.delete(oldest)
  }
}

function place(history: History, from: number, to: number): void {
  const [message] = history.waiting.splice(from, 1)
  if (message) history.waiting.splice(to, 0, message)
}
