import type { NewEvent, Transcript } from "../loops/index.ts"
import type { Clock } from "../platform/clock.ts"

/** Blocks that come close together share one write and one fsync, in milliseconds. */
const gatherMs = 50
/** A disk that refused is asked again after this time, in milliseconds. */
const retryMs = 1_000

/**
 * The agent's lines on their way into the transcript. They stay in the order in which they were given, and what the
 * agent said or did is written again and again until the disk takes it: only a person can be told to try later.
 */
export interface Writer {
  /**
   * Durable when it resolves; may wait a moment for company. One that is still being made holds up what comes after it,
   * and rejects when it cannot be made.
   */
  later(event: NewEvent | Promise<NewEvent>): Promise<void>
  /** The same at once. */
  sure(event: NewEvent): Promise<void>
  /** At once or not at all: rejects when the disk refuses. */
  now(event: NewEvent): Promise<void>
  /** Resolves when everything given so far is durable or was rejected. */
  flushed(): Promise<void>
  /** Resolves when everything given so far was offered to the disk, whether it took it or not. */
  tried(): Promise<void>
  /** The disk took nothing the last time it was asked. */
  readonly refused: boolean
  /** One last try. What the disk refuses now the sandbox still holds, for the next server. */
  stop(): Promise<void>
}

interface Entry {
  event: NewEvent | Promise<NewEvent>
  keep: boolean
  done: PromiseWithResolvers<void>
}

/** `turned`: the disk begins to refuse, with the error, or takes what it is given again. */
export function createWriter(
  transcript: Pick<Transcript, "append">,
  clock: Clock,
  turned: (refusal: unknown) => void = () => undefined,
): Writer {
  let waiting: Entry[] = []
  let writing: Promise<void> | undefined
  let stopTimer: (() => void) | undefined
  let stopped = false
  let refused = false
  const pending = new Set<Promise<void>>()

  function give(event: Entry["event"], keep: boolean): Promise<void> {
    const done = Promise.withResolvers<void>()
    waiting.push({ event, keep, done })
    pending.add(done.promise)
    const forget = () => void pending.delete(done.promise)
    // It may fail before its turn has come to be looked at.
    if (event instanceof Promise) event.catch(() => undefined)
    done.promise.then(forget, forget)
    return done.promise
  }

  function flush(): Promise<void> {
    writing ??= writeAll()
    return writing
  }

  /** One batch at a time: what must be written again must not be overtaken. */
  async function writeAll(): Promise<void> {
    stopTimer?.()
    stopTimer = undefined
    do {
      const given = waiting
      waiting = []
      const batch = given.some(({ event }) => event instanceof Promise) ? await made(given) : given
      if (!(await write(batch))) waiting = [...batch.filter(({ keep }) => keep), ...waiting]
    } while (waiting.some(({ keep }) => !keep) || (waiting.length > 0 && stopTimer === undefined && !stopped))
    // In the same moment as the last look: what is given from here on must find that nobody writes.
    writing = undefined
  }

  async function write(batch: readonly Entry[]): Promise<boolean> {
    try {
      await transcript.append(...batch.flatMap(({ event }) => (event instanceof Promise ? [] : [event])))
    } catch (error) {
      for (const { keep, done } of batch) if (!keep) done.reject(error)
      if (!stopped) stopTimer ??= clock.after(retryMs, () => void flush())
      if (!refused) turn(true, error)
      return false
    }
    if (refused) turn(false)
    for (const { done } of batch) done.resolve()
    return true
  }

  function turn(refuses: boolean, error?: unknown): void {
    refused = refuses
    turned(error)
  }

  function atOnce(event: NewEvent, keep: boolean): Promise<void> {
    const durable = give(event, keep)
    void flush()
    return durable
  }

  return {
    later(event) {
      const durable = give(event, true)
      if (!writing) stopTimer ??= clock.after(gatherMs, () => void flush())
      return durable
    },
    sure: (event) => atOnce(event, true),
    now: (event) => atOnce(event, false),
    get refused() {
      return refused
    },
    async flushed() {
      if (waiting.length > 0) void flush()
      await Promise.allSettled(pending)
    },
    async tried() {
      await writing
    },
    async stop() {
      stopped = true
      stopTimer?.()
      if (waiting.length > 0 || writing) await flush()
    },
  }
}

/** The entries that could be made; the others are told why not. */
async function made(entries: readonly Entry[]): Promise<Entry[]> {
  const ready: Entry[] = []
  for (const entry of entries) {
    try {
      ready.push({ ...entry, event: await entry.event })
    } catch (error) {
      entry.done.reject(error)
    }
  }
  return ready
}
