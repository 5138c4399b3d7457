import type { LoopId } from "../lib/ids.ts"
import type { Background } from "../platform/background.ts"
import type { Prepared } from "./prepare.ts"

/** Loops that are being prepared right now, at most once each. */
export interface Preparations {
  /** Starts; when it runs already, starts once more after that has ended, since that may have looked too early. */
  start(id: LoopId): void
  /** Ends it and waits until it touches nothing any more. */
  stop(id: LoopId): Promise<void>
}

export interface PreparationsNeeds {
  background: Background
  prepare(id: LoopId, signal: AbortSignal): Promise<Prepared>
  ready(id: LoopId): void
}

interface Running {
  abort: AbortController
  again: boolean
  /** Resolves when it is over, however it went: the owner of background work logs that. */
  over: Promise<void>
}

export function createPreparations({ background, prepare, ready }: PreparationsNeeds): Preparations {
  const running = new Map<LoopId, Running>()

  async function run(id: LoopId, signal: AbortSignal): Promise<void> {
    const prepared = await prepare(id, signal)
    if (prepared.kind === "ready") ready(id)
  }

  function start(id: LoopId): void {
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

  return {
    start,
    async stop(id) {
      const one = running.get(id)
      if (!one) return
      one.again = false
      one.abort.abort()
      await one.over
    },
  }
}
