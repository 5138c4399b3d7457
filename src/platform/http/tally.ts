import type { Sample } from "../../lib/exposition.ts"

/** An answered request, without anything that says who asked or for what. */
export interface Answered {
  method: string
  /** The pattern of the route, not the path: `/loops/:id`. */
  route: string
  status: number
  ms: number
}

/** How many requests were answered and how long they took, by route and status. */
export interface Tally {
  count(answered: Answered): void
  requests(): Sample[]
  /** Sums of seconds. */
  seconds(): Sample[]
}

export function createTally(): Tally {
  const entries = new Map<string, { labels: Record<string, string>; count: number; ms: number }>()
  const samples = (value: (entry: { count: number; ms: number }) => number) =>
    [...entries.values()].map((entry) => ({ labels: entry.labels, value: value(entry) }))
  return {
    count({ method, route, status, ms }) {
      const labels = { method: knownMethods.has(method) ? method : "other", route, status: String(status) }
      const key = Object.values(labels).join(" ")
      const entry = entries.get(key) ?? { labels, count: 0, ms: 0 }
      entries.set(key, entry)
      entry.count++
      entry.ms += ms
    },
    requests: () => samples(({ count }) => count),
    seconds: () => samples(({ ms }) => ms / 1_000),
  }
}

/** A method is any word a client likes, and a label for each would never end. */
const knownMethods = new Set("GET HEAD POST PUT PATCH DELETE OPTIONS".split(" "))
