import type { TurnId } from "../lib/ids.ts"
import type { EventOf, TranscriptEvent } from "../loops/index.ts"
import { isAnswer } from "./blocks.ts"

/** What the actor of a loop knows from the transcript: who waits, what runs, what was asked and answered. */
export interface History {
  /** In order of delivery. */
  waiting: EventOf<"user-message">[]
  turn?: OpenTurn
  /** Asks of the open turn. */
  asks: Map<string, { asked: EventOf<"asked">; answered?: EventOf<"answered"> }>
  /** Ids of agent messages that are stored already: what a later server hears again is not stored again. */
  uuids: Set<string>
  /** The last thing that happened was a failure. */
  failed: boolean
  /** The message of the turn that failed before the model saw it: it can be sent again as it is. */
  unheard?: Unheard
  /** A turn whose message waits again: the agent must not know of its first try. */
  undone?: TurnId
}

export interface OpenTurn {
  id: TurnId
  /** Milliseconds. */
  since: number
  by: "person" | "agent"
  /** The agent has said something in this turn, so it has heard the message. */
  spoke: boolean
  /** The model has said something in it. */
  answered: boolean
  message?: EventOf<"user-message">
  /** Numbers of the lines about commands that went with it. */
  commands: readonly number[]
}

interface Unheard {
  turn: TurnId
  message: EventOf<"user-message">
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
    delete history.unheard
  },

  "queue-changed"(history: History, event: EventOf<"queue-changed">): void {
    const at = history.waiting.findIndex(({ seq }) => seq === event.message)
    const message = history.waiting[at]
    if (!message) return waitAgain(history, event)
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
    delete history.unheard
    delete history.undone
    history.turn = {
      id: event.turn as TurnId,
      since: Date.parse(event.at),
      by: event.by,
      spoke: false,
      answered: false,
      commands: event.commands ?? [],
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
    const { turn } = history
    if (turn?.message && !turn.answered) history.unheard = { turn: turn.id, message: turn.message }
    delete history.turn
    history.asks.clear()
    history.failed = true
  },

  agent(history: History, event: EventOf<"agent">): void {
    if (history.turn?.id === event.turn) {
      history.turn.spoke = true
      history.turn.answered ||= isAnswer(event.message)
    }
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

/** A message that the model never saw is tried again: it waits, first of all, as if its turn had not been. */
function waitAgain(history: History, { op, message }: EventOf<"queue-changed">): void {
  const { unheard } = history
  if (op !== "now" || unheard?.message.seq !== message) return
  history.waiting.unshift(unheard.message)
  history.undone = unheard.turn
  history.failed = false
  delete history.unheard
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
