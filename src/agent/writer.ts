import type { KnownEvent, NewEvent, Transcript } from "../loops/index.ts"
import type { Clock } from "../platform/clock.ts"

/** Blocks that come close together share one write and one fsync, in milliseconds. */
const gatherMs = 50

/** The agent's lines on their way into the transcript. They stay in the order in which they were given. */
export interface Writer {
  /** Durable when it resolves; may wait a moment for company. One that is still being made holds up what comes after it. */
  later(event: NewEvent | Promise<NewEvent>): Promise<void>
  /** The same at once, together with what waits. */
  now(event: NewEvent): Promise<void>
  /** Resolves when everything given so far is durable. */
  flushed(): Promise<void>
}

export function createWriter(transcript: Pick<Transcript, "append">, clock: Clock): Writer {
  let waiting: (NewEvent | Promise<NewEvent>)[] = []
  /** Settles when everything given before is made. */
  let making: Promise<unknown> | undefined
  let stopTimer: (() => void) | undefined
  let last: Promise<unknown> = Promise.resolve()
  let gathered = company()

  function flush(): Promise<unknown> {
    stopTimer?.()
    stopTimer = undefined
    if (waiting.length === 0) return last
    const batch = waiting
    const done = gathered
    waiting = []
    gathered = company()
    const written = put(batch)
    last = written
    written.then(() => done.resolve(), done.reject)
    return written
  }

  function put(batch: (NewEvent | Promise<NewEvent>)[]): Promise<KnownEvent[]> {
    const made = batch.flatMap((event) => (event instanceof Promise ? [] : [event]))
    if (!making && made.length === batch.length) return transcript.append(...made)
    const ready = (making ?? Promise.resolve()).then(() => Promise.all(batch.map((event) => Promise.resolve(event))))
    const written = ready.then((events) => transcript.append(...events))
    const mine = ready.then(
      () => undefined,
      () => undefined,
    )
    making = mine
    void mine.then(() => {
      if (making === mine) making = undefined
    })
    return written
  }

  return {
    later(event) {
      waiting.push(event)
      stopTimer ??= clock.after(gatherMs, () => void flush().catch(() => undefined))
      return gathered.promise
    },
    async now(event) {
      waiting.push(event)
      await flush()
    },
    async flushed() {
      await flush()
    },
  }
}

/** Whether a batch was written; nobody has to ask. */
function company(): PromiseWithResolvers<void> {
  const batch = Promise.withResolvers<void>()
  batch.promise.catch(() => undefined)
  return batch
}
