import type { Log } from "./log.ts"

/** The owner of work that nobody awaits: it logs what fails and is drained when the program stops. */
export interface Background extends AsyncDisposable {
  run(what: string, work: (signal: AbortSignal) => Promise<unknown>): void
}

export function createBackground(log: Log): Background {
  const running = new Map<Promise<void>, { what: string; stop: AbortController }>()
  let stopped = false
  return {
    run(what, work) {
      if (stopped) return
      // One for each: whatever listens to it goes with the work, and not only with the program.
      const stop = new AbortController()
      const one: Promise<void> = attempt(what, () => work(stop.signal)).finally(() => running.delete(one))
      running.set(one, { what, stop })
    },
    async [Symbol.asyncDispose]() {
      stopped = true
      for (const { stop } of running.values()) stop.abort()
      while (running.size > 0) {
        log.info("waiting for work to end", { work: [...running.values()].map(({ what }) => what) })
        await Promise.all(running.keys())
      }
    },
  }

  async function attempt(what: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!stopped) log.error(`failed: ${what}`, { error })
    }
  }
}
