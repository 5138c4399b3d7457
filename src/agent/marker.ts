import type { LoopId } from "../lib/ids.ts"
import type { Loops } from "../loops/index.ts"

/** Whether a loop is marked as having unfinished work: what a server looks at first after it was killed. */
export interface Marker {
  /** Marks are made one after the other; one that changes nothing costs nothing. */
  set(unfinished: boolean): Promise<void>
  /** Work that is done with the mark set, which must not go meanwhile. */
  readonly claims: number
  /** Does the work with the mark set. */
  during<T>(work: () => Promise<T>): Promise<T>
}

export function createMarker(loops: Pick<Loops, "markUnfinished">, loop: LoopId): Marker {
  let marked: boolean | undefined
  let claims = 0
  let last: Promise<void> = Promise.resolve()

  function set(unfinished: boolean): Promise<void> {
    if (marked === unfinished) return last
    marked = unfinished
    last = last
      .catch(() => undefined)
      .then(() => loops.markUnfinished(loop, unfinished))
      .catch((error: unknown) => {
        marked = undefined
        throw error
      })
    return last
  }

  return {
    set,
    get claims() {
      return claims
    },
    async during(work) {
      claims++
      try {
        await set(true)
        return await work()
      } finally {
        claims--
      }
    },
  }
}
