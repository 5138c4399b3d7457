import type { Clock } from "../platform/clock.ts"

/** Ends a connection on which nothing has happened for too long. */
export interface Quiet {
  /** From now on, so many milliseconds may pass without anything. */
  within(ms: number): void
  stirred(): void
  /** Stops watching and leaves the connection open; false when it had ended. */
  stop(): boolean
  /** Ends it; the first reason counts. */
  end(how?: "over" | "cut" | "quiet"): void
  /** Why it ended, or `open`. */
  readonly how: "open" | "over" | "cut" | "quiet"
}

export function createQuiet(clock: Clock, close: () => void): Quiet {
  let how: Quiet["how"] = "open"
  let last = clock.now()
  let most = 0
  let cancel: (() => void) | undefined

  function end(why: "over" | "cut" | "quiet" = "over"): void {
    if (how !== "open") return
    how = why
    cancel?.()
    close()
  }

  /** One timer for many pieces: it looks when the last one came. */
  function watch(): void {
    cancel?.()
    cancel = clock.after(Math.max(1, last + most - clock.now()), () => {
      if (clock.now() - last >= most) end("quiet")
      else watch()
    })
  }

  return {
    end,
    within(ms) {
      if (how !== "open") return
      most = ms
      last = clock.now()
      watch()
    },
    stop() {
      if (how !== "open") return false
      how = "over"
      cancel?.()
      return true
    },
    stirred() {
      last = clock.now()
    },
    get how() {
      return how
    },
  }
}
