import type { LoopId } from "../lib/ids.ts"
import { type Clock, timestamp } from "../platform/clock.ts"
import type { JsonlFile } from "../platform/disk/jsonl-file.ts"
import type { Transcript } from "./contract.ts"
import type { EventOf, KnownEvent, NewEvent, TranscriptEvent } from "./transcript-event.ts"

export interface TranscriptNeeds {
  clock: Clock
  file(id: LoopId): JsonlFile<TranscriptEvent>
  appended(id: LoopId, events: KnownEvent[]): void
}

/** Transcripts that were used lately; what they remember beside the file is bounded. */
export interface Transcripts {
  of(id: LoopId): Transcript
  /** Forgets what is remembered of a loop, after its folder was moved. */
  forget(id: LoopId): void
}

/** A piece of history that one read may take, in bytes. */
const piece = 64 * 1024
/** Client ids remembered per loop, and how much of the file's end is searched for them after a start. */
const rememberedClientIds = 500
const recentBytes = 256 * 1024
const rememberedLoops = 500
/** Behind the last line, wherever that is. */
const theEnd = Number.MAX_SAFE_INTEGER

export function createTranscripts(needs: TranscriptNeeds): Transcripts {
  const known = new Map<LoopId, OneTranscript>()
  return {
    of(id) {
      const one = known.get(id) ?? createTranscript(needs, id)
      known.delete(id)
      known.set(id, one)
      for (const [other, transcript] of known) {
        if (known.size <= rememberedLoops) break
        if (transcript.idle()) known.delete(other)
      }
      return one
    },
    forget: (id) => void known.delete(id),
  }
}

interface OneTranscript extends Transcript {
  /** Nothing is being written: it can be forgotten and opened again. */
  idle(): boolean
}

interface Waiting {
  events: NewEvent[]
  done(events: KnownEvent[]): void
  failed(error: unknown): void
}

/** Client id of a message → its number, for the newest messages. */
type Messages = Map<string, number>

function createTranscript({ clock, file: open, appended }: TranscriptNeeds, id: LoopId): OneTranscript {
  const file = open(id)
  let last: Promise<number> | undefined
  let recent: Promise<Messages> | undefined
  let waiting: Waiting[] = []
  let writing = false
  /** Where somebody who reads on piece by piece goes on: the place of the line after `seq`. */
  let place: { seq: number; offset: number } | undefined
  const accepting = new Map<string, Promise<EventOf<"user-message">>>()

  const lastSeq = () => (last ??= readLastSeq(file))
  const recentMessages = () => (recent ??= readRecent(file))
  /** After a failure the file is what counts. */
  function forget() {
    last = undefined
    recent = undefined
    place = undefined
  }

  function append(...events: NewEvent[]): Promise<KnownEvent[]> {
    return new Promise((done, failed) => {
      waiting.push({ events, done, failed })
      if (!writing) void writeAll()
    })
  }

  /** One batch at a time: numbers are given when the batch before is safe, so a failed write leaves no gap. */
  async function writeAll(): Promise<void> {
    writing = true
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      try {
        const at = timestamp(clock)
        let seq = await lastSeq()
        const numbered = batch.map(({ events }) => events.map((event) => ({ seq: ++seq, at, ...event }) as KnownEvent))
        const lines = numbered.flat()
        await file.append(...lines)
        last = Promise.resolve(seq)
        if (recent) for (const line of lines) remember(await recent, line)
        if (lines.length > 0) appended(id, lines)
        batch.forEach((one, index) => one.done(numbered[index] ?? []))
      } catch (error) {
        forget()
        for (const one of batch) one.failed(error)
      }
    }
    writing = false
  }

  function failAndForget(error: unknown): never {
    forget()
    throw error
  }

  async function messageOf(clientId: string): Promise<EventOf<"user-message"> | undefined> {
    const seq = (await recentMessages().catch(failAndForget)).get(clientId)
    if (seq === undefined) return undefined
    const { lines } = await file.readFrom(await file.seek(seq, seqOf), 1)
    const line = lines[0]?.value
    return line?.kind === "user-message" ? line : undefined
  }

  return {
    append,
    async accept(message) {
      const before = await (accepting.get(message.clientId) ?? messageOf(message.clientId))
      if (before) return { line: before, again: true }
      // Nothing is awaited between this look and the entry below, so a second tab cannot slip in between.
      const meanwhile = accepting.get(message.clientId)
      if (meanwhile) return { line: await meanwhile, again: true }
      const line = append({ kind: "user-message", turn: null, ...message }).then(
        ([event]) => event as EventOf<"user-message">,
      )
      accepting.set(message.clientId, line)
      try {
        return { line: await line, again: false }
      } finally {
        accepting.delete(message.clientId)
      }
    },
    lastSeq: () => lastSeq().catch(failAndForget),
    async after(seq, maxBytes = piece) {
      const offset = place?.seq === seq ? place.offset : await file.seek(seq + 1, seqOf)
      const { lines, next, atEnd } = await file.readFrom(offset, maxBytes)
      const newest = lines.at(-1)?.value.seq
      if (newest !== undefined) place = { seq: newest, offset: next }
      return { events: lines.map((line) => line.value), atEnd }
    },
    async before(seq, maxBytes = piece) {
      const end = seq === undefined ? theEnd : await file.seek(seq, seqOf)
      const { lines, atStart } = await file.readBefore(end, maxBytes)
      return { events: lines.map((line) => line.value), atStart }
    },
    idle: () => !writing && accepting.size === 0,
  }
}

const seqOf = (event: TranscriptEvent): number => event.seq

async function readLastSeq(file: JsonlFile<TranscriptEvent>): Promise<number> {
  const { lines } = await file.readBefore(theEnd, 1)
  return lines.at(-1)?.value.seq ?? 0
}

async function readRecent(file: JsonlFile<TranscriptEvent>): Promise<Messages> {
  const { lines } = await file.readBefore(theEnd, recentBytes)
  const messages: Messages = new Map()
  for (const { value } of lines) if (value.kind !== "unknown") remember(messages, value)
  return messages
}

function remember(messages: Messages, event: KnownEvent): void {
  if (event.kind !== "user-message") return
  messages.set(event.clientId, event.seq)
  const oldest = messages.keys().next().value
  if (messages.size > rememberedClientIds && oldest !== undefined) messages.delete(oldest)
}
