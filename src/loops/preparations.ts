import type { LoopId } from "../lib/ids.ts"
import type { Background } from "../platform/background.ts"
import type { Prepared } from "./prepare.ts"

/** Loops that are being prepared right now, at most once each. */
export interface Preparations {
  /** Starts, unless it runs already. */
  start(id: LoopId): void
  /** Ends it and waits until it touches nothing any more. */
  stop(id: LoopId): Promise<void>
}

export interface PreparationsNeeds {
  background: Background
  prepare(id: LoopId, signal: AbortSignal): Promise<Prepared>
  ready(id: LoopId): void
}

export function createPreparations({ background, prepare, ready }: PreparationsNeeds): Preparations {
  const running = new Map<LoopId, { abort: AbortController; ended: Promise<void> }>()

  async function run(id: LoopId, signal: AbortSignal): Promise<void> {
    const prepared = await prepare(id, signal)
    if (prepared.kind === "ready") ready(id)
  }

  return {
    start(id) {
      if (running.has(id)) return
      background.run("prepare a loop", (stop) => {
        const abort = new AbortController()
        const ended = run(id, AbortSignal.any([stop, abort.signal])).finally(() => running.delete(id))
        // Whoever waits for the end wants to know that it is over, not how: the owner of background work logs that.
        const over = ended.then(
          () => undefined,
          () => undefined,
        )
        running.set(id, { abort, ended: over })
        return ended
      })
    },
    async stop(id) {
      const one = running.get(id)
      one?.abort.abort()
      await one?.ended
    },
  }
}
