import type { Log } from "./log.ts"

/** The owner of work that nobody awaits: it logs what fails and is drained when the program stops. */
export interface Background extends AsyncDisposable {
  run(what: string, work: (signal: AbortSignal) => Promise<unknown>): void
}

export function createBackground(log: Log): Background {
  const running = new Set<Promise<void>>()
  const stop = new AbortController()
  return {
    run(what, work) {
      if (stop.signal.aborted) return
      const one: Promise<void> = attempt(what, work).finally(() => running.delete(one))
      running.add(one)
    },
    async [Symbol.asyncDispose]() {
      stop.abort()
      while (running.size > 0) await Promise.all(running)
    },
  }

  async function attempt(what: string, work: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
    try {
      await work(stop.signal)
    } catch (error) {
      if (!stop.signal.aborted) log.error(`failed: ${what}`, { error })
    }
  }
}
