import { createRecent } from "../lib/recent.ts"
import { createRooms } from "../lib/rooms.ts"
import type { Clock } from "../platform/clock.ts"

const windowMs = 15 * 60 * 1000
const longestDelayMs = 900 * 1000
const manyKeys = 10_000

/** Counts wrong tries per key. A try that is being checked takes room, so that many at once are no way around the limit. */
export interface Throttle {
  /** Milliseconds until the next try may be made; 0 when it may be made now. */
  wait(key: string): number
  /** Takes room for one try; false when others at this moment fill it. Every `true` is followed by one `leave`. */
  enter(key: string): boolean
  leave(key: string): void
  /** A try was wrong. */
  count(key: string): void
  /** Forgets the wrong tries of a key. */
  clear(key: string): void
}

export interface ThrottleNeeds {
  clock: Clock
  /** Tries that are free. */
  limit: number
  /** Keys remembered; the least recently used is forgotten first. */
  size?: number
}

/** After `limit` wrong tries the next one must wait 2, 4, 8 … 900 s; a quarter of an hour of quiet forgets them. */
export function createSlowingThrottle({ clock, limit, size = manyKeys }: ThrottleNeeds): Throttle {
  const tries = createRecent<string, { count: number; last: number }>(size)
  const current = (key: string) => {
    const entry = tries.get(key)
    // A clock that was set back must not keep anybody out until it is that late again.
    return entry && Math.abs(clock.now() - entry.last) <= windowMs ? entry : { count: 0, last: 0 }
  }
  return {
    ...createRooms((key) => Math.max(1, limit - current(key).count)),
    wait(key) {
      const { count, last } = current(key)
      if (count < limit) return 0
      const delay = Math.min(longestDelayMs, 1000 * 2 ** Math.min(20, count - limit + 1))
      return Math.max(0, last + delay - clock.now())
    },
    count: (key) => tries.set(key, { count: current(key).count + 1, last: clock.now() }),
    clear: (key) => tries.delete(key),
  }
}

/** At most `limit` wrong tries in any quarter of an hour. */
export function createWindowThrottle({ clock, limit, size = manyKeys }: ThrottleNeeds): Throttle {
  const tries = createRecent<string, number[]>(size)
  const current = (key: string) => (tries.get(key) ?? []).filter((at) => Math.abs(clock.now() - at) < windowMs)
  return {
    ...createRooms((key) => limit - current(key).length),
    wait(key) {
      const oldest = current(key).at(-limit)
      return oldest === undefined ? 0 : oldest + windowMs - clock.now()
    },
    count: (key) => tries.set(key, [...current(key), clock.now()].slice(-limit)),
    clear: (key) => tries.delete(key),
  }
}
