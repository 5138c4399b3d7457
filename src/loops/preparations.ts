import type { LoopId } from "../lib/ids.ts"
import type { Background } from "../platform/background.ts"
import type { Clock } from "../platform/clock.ts"
import type { Log } from "../platform/log.ts"
import type { Prepared } from "./prepare.ts"

/** Loops that are being prepared right now, at most once each. */
export interface Preparations extends Disposable {
  /** Starts; when it runs already, starts once more after that has ended, since that may have looked too early. */
  start(id: LoopId): void
  /** Ends it and waits until it touches nothing any more. */
  stop(id: LoopId): Promise<void>
}

export interface PreparationsNeeds {
  background: Background
  clock: Clock
  log: Log
  prepare(id: LoopId, signal: AbortSignal): Promise<Prepared>
  ready(id: LoopId): void
}

interface Running {
  abort: AbortController
  again: boolean
  /** Resolves when it is over, however it went: the owner of background work logs that. */
  over: Promise<void>
}

/** After a failure that could not be recorded, which is a disk that takes no writes. */
const pauseMs = 10_000

export function createPreparations({ background, clock, log, prepare, ready }: PreparationsNeeds): Preparations {
  const running = new Map<LoopId, Running>()
  const pauses = new Map<LoopId, () => void>()

  async function run(id: LoopId, signal: AbortSignal): Promise<void> {
    try {
      const prepared = await prepare(id, signal)
      if (prepared.kind === "ready") ready(id)
    } catch (error) {
      log.error("a loop could not be prepared, and not even that could be written down", { loop: id, error })
      if (!signal.aborted)
        pauses.set(
          id,
          clock.after(pauseMs, () => start(id)),
        )
    }
  }

  function start(id: LoopId): void {
    endPause(id)
    const before = running.get(id)
    if (before) before.again = true
    else background.run("prepare a loop", (stop) => begin(id, stop))
  }

  async function begin(id: LoopId, stop: AbortSignal): Promise<void> {
    const over = Promise.withResolvers<void>()
    const one: Running = { abort: new AbortController(), again: false, over: over.promise }
    running.set(id, one)
    try {
      await run(id, AbortSignal.any([stop, one.abort.signal]))
    } finally {
      running.delete(id)
      over.resolve()
      if (one.again) start(id)
    }
  }

  function endPause(id: LoopId): void {
    pauses.get(id)?.()
    pauses.delete(id)
  }

  return {
    start,
    [Symbol.dispose]() {
      for (const id of [...pauses.keys()]) endPause(id)
    },
    async stop(id) {
      endPause(id)
      const one = running.get(id)
      if (!one) return
      one.again = false
      one.abort.abort()
      await one.over
    },
  }
}
