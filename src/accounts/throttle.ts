import type { Clock } from "../platform/clock.ts"

const windowMs = 15 * 60 * 1000
const longestDelayMs = 900 * 1000

/** Counts tries per key. A try is counted before it is checked, so that many at once are no way around the limit. */
export interface Throttle {
  /** Milliseconds until the next try may be made; 0 when it may be made now. */
  wait(key: string): number
  count(key: string): void
  /** Takes one counted try back: it was right, or it was never checked. */
  forgive(key: string): void
  /** Forgets a key. */
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
export function createSlowingThrottle({ clock, limit, size }: ThrottleNeeds): Throttle {
  const tries = createRecent<{ count: number; last: number }>(size)
  const current = (key: string) => {
    const entry = tries.get(key)
    return entry && clock.now() - entry.last <= windowMs ? entry : { count: 0, last: 0 }
  }
  return {
    wait(key) {
      const { count, last } = current(key)
      if (count < limit) return 0
      const delay = Math.min(longestDelayMs, 1000 * 2 ** Math.min(20, count - limit + 1))
      return Math.max(0, last + delay - clock.now())
    },
    count: (key) => tries.set(key, { count: current(key).count + 1, last: clock.now() }),
    forgive(key) {
      const { count, last } = current(key)
      if (count > 0) tries.set(key, { count: count - 1, last })
    },
    clear: (key) => tries.delete(key),
  }
}

/** At most `limit` tries in any quarter of an hour. */
export function createWindowThrottle({ clock, limit, size }: ThrottleNeeds): Throttle {
  const tries = createRecent<number[]>(size)
  const current = (key: string) => (tries.get(key) ?? []).filter((at) => clock.now() - at < windowMs)
  return {
    wait(key) {
      const times = current(key)
      const oldest = times.at(-limit)
      return oldest === undefined ? 0 : oldest + windowMs - clock.now()
    },
    count: (key) => tries.set(key, [...current(key), clock.now()].slice(-limit)),
    forgive: (key) => tries.set(key, current(key).slice(0, -1)),
    clear: (key) => tries.delete(key),
  }
}

/** A map that forgets its least recently used entries. */
function createRecent<T>(size = 10_000) {
  const entries = new Map<string, T>()
  return {
    get(key: string): T | undefined {
      const value = entries.get(key)
      if (value === undefined) return undefined
      entries.delete(key)
      entries.set(key, value)
      return value
    },
    set(key: string, value: T): void {
      entries.delete(key)
      entries.set(key, value)
      for (const oldest of entries.keys()) {
        if (entries.size <= size) break
        entries.delete(oldest)
      }
    },
    delete: (key: string): void => void entries.delete(key),
  }
}
