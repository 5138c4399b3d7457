import { createRecent } from "../../lib/recent.ts"
import type { Clock } from "../../platform/clock.ts"
import { type Destination, destinationText } from "./rules.ts"

/** One place that programs of a loop were not let through to. */
export interface RefusedPlace extends Destination {
  /** As the guest found it; empty when it could not. */
  program: string
  times: number
  why: "name" | "address"
}

/** What is told at once: the first places, and how many more there were. */
export interface RefusedPlaces {
  places: RefusedPlace[]
  more: number
}

export interface Refusals extends Disposable {
  note(place: Omit<RefusedPlace, "times">): void
}

const placesTold = 20
const placesKnown = 500
const againMs = 10 * 60_000
/** Between what is told: whoever asks for new places all the time fills no transcript. */
const pauses = [2_000, 10_000, 60_000, 600_000]
const quietMs = 3_600_000

/** Collects what was refused and tells of it now and then: a place once in ten minutes, however often it is asked for. */
export function createRefusals(clock: Clock, tell: (refused: RefusedPlaces) => void): Refusals {
  const toldAt = createRecent<string, number>(placesKnown)
  const collected = new Map<string, RefusedPlace>()
  let beyond = 0
  let told: number[] = []
  let cancel: (() => void) | undefined

  function tellNow(): void {
    cancel = undefined
    const now = clock.now()
    told.push(now)
    for (const key of collected.keys()) toldAt.set(key, now)
    const places = [...collected.values()]
    const more = places.length - placesTold + beyond
    collected.clear()
    beyond = 0
    tell({ places: places.slice(0, placesTold), more: Math.max(0, more) })
  }

  return {
    note(place) {
      const key = destinationText(place)
      const known = collected.get(key)
      if (known) return void known.times++
      const now = clock.now()
      if (now - (toldAt.get(key) ?? Number.NEGATIVE_INFINITY) < againMs) return
      if (collected.size < placesKnown) collected.set(key, { ...place, times: 1 })
      else beyond++
      told = told.filter((at) => now - at < quietMs)
      const pause = pauses[Math.min(told.length, pauses.length - 1)] ?? againMs
      cancel ??= clock.after(pause, tellNow)
    },
    [Symbol.dispose]: () => cancel?.(),
  }
}
