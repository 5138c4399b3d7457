/** Numbers that look random and are the same for the same seed (mulberry32). */
export interface Seeded {
  below(limit: number): number
  chance(part: number): boolean
  pick<T>(from: readonly T[]): T
}

export function seeded(seed: number): Seeded {
  let state = seed >>> 0
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    below: (limit) => Math.floor(next() * limit),
    chance: (part) => next() < part,
    pick(from) {
      const one = from[Math.floor(next() * from.length)]
      if (one === undefined) throw new Error("there is nothing to pick from")
      return one
    },
  }
}
