import type { NewId } from "../lib/ids.ts"
import { type Clock, systemClock } from "../platform/clock.ts"

export interface TestClock extends Clock {
  /** Moves time, running every timer that falls due, in its order. */
  advance(ms: number): void
  /** Somebody sets the clock, forward or back: timers go on as if nothing had been. */
  jump(ms: number): void
  /** Timers that still wait: what was started and not stopped. */
  readonly timers: number
}

/** A clock that stands still until it is moved. */
export function testClock(start = Date.parse("2026-01-15T12:00:00.000Z")): TestClock {
  let now = start
  let jumped = 0
  const waiting = new Set<{ at: number; then: () => void }>()
  return {
    now: () => now + jumped,
    jump: (ms) => void (jumped += ms),
    after(ms, then) {
      const timer = { at: now + ms, then }
      waiting.add(timer)
      return () => waiting.delete(timer)
    },
    advance(ms) {
      const end = now + ms
      for (;;) {
        const next = [...waiting].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
        if (!next) break
        waiting.delete(next)
        now = next.at
        next.then()
      }
      now = end
    },
    get timers() {
      return waiting.size
    },
  }
}

/** Ids that count up: the same in every run. */
export function testIds(): NewId {
  let count = 0
  const next = (digits: number) => (++count).toString(16).padStart(digits, "0")
  return {
    uuid: () => `00000000-0000-4000-8000-${next(12)}`,
    hex: (bytes) => next(bytes * 2),
  }
}

export interface MovableClock extends Clock {
  /** Time goes on from this much later; what has fallen due meanwhile runs at once, in its order. */
  move(ms: number): void
}

/** The system's clock, for real programs, that can be moved over a night. */
export function movableClock(): MovableClock {
  let moved = 0
  const now = () => systemClock.now() + moved
  const waiting = new Set<{ at: number; run: () => void }>()
  return {
    now,
    after(ms, then) {
      const timer = {
        at: now() + ms,
        run() {
          if (waiting.delete(timer)) then()
        },
      }
      waiting.add(timer)
      const cancel = systemClock.after(ms, timer.run)
      return () => {
        waiting.delete(timer)
        cancel()
      }
    },
    move(ms) {
      moved += ms
      const due = [...waiting].filter(({ at }) => at <= now()).sort((a, b) => a.at - b.at)
      for (const { run } of due) run()
    },
  }
}
