import type { NewId } from "../lib/ids.ts"

/** Time and timers, passed in so that tests move them by hand. Times are milliseconds since the epoch. */
export interface Clock {
  now(): number
  /** Runs `then` once after `ms`; the returned function cancels it. */
  after(ms: number, then: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, then) {
    const timer = setTimeout(then, ms)
    return () => clearTimeout(timer)
  },
}

/** What work comes to, or undefined when it takes longer than `ms`; it goes on all the same. */
export async function within<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>()
  const cancel = clock.after(ms, () => late.resolve(undefined))
  try {
    return await Promise.race([work, late.promise])
  } finally {
    cancel()
  }
}

/** The moment in RFC 3339, UTC, milliseconds: the form all our files use. */
export const timestamp = (clock: Clock): string => new Date(clock.now()).toISOString()

export const systemIds: NewId = {
  uuid: () => crypto.randomUUID(),
  hex: (count) => Buffer.from(crypto.getRandomValues(new Uint8Array(count))).toString("hex"),
}
