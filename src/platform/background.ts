import type { Log } from "./log.ts"

/** The owner of work that nobody awaits: it logs what fails and is drained when the program stops. */
export interface Background extends AsyncDisposable {
  run(what: string, work: (signal: AbortSignal) => Promise<unknown>): void
}

export function createBackground(log: Log): Background {
  const running = new Map<Promise<void>, string>()
  const stop = new AbortController()
  return {
    run(what, work) {
      if (stop.signal.aborted) return
      const one: Promise<void> = attempt(what, work).finally(() => running.delete(one))
      running.set(one, what)
    },
    async [Symbol.asyncDispose]() {
      stop.abort()
      while (running.size > 0) {
        log.info("waiting for work to end", { work: [...running.values()] })
        await Promise.all(running.keys())
      }
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
