/** How far one agent's output is durable, in bytes: up to there its sandbox may forget it. */
export interface Places {
  /** Something that ends before this byte was heard and is being taken in. */
  heard(upTo: number): void
  /** A result that ends before this byte: nothing from it on may be forgotten before `ended` is called with it. */
  result(upTo: number): Result
  ended(result: Result): void
  /** So much was heard since the sandbox was last told that it should be told again. */
  readonly isDue: boolean
  /** What may be forgotten as soon as everything that was heard until now is durable. */
  safe(): number
}

/** A result of the agent, with where it begins. */
export interface Result {
  from: number
}

/** Output that a long turn may pile up in the sandbox before it is told what is safe. */
const unsafeBytes = 4 << 20

export function createPlaces(): Places {
  const open = new Set<Result>()
  let last = 0
  let told = 0

  return {
    heard: (upTo) => void (last = upTo),
    result(upTo) {
      const result = { from: last }
      open.add(result)
      last = upTo
      return result
    },
    ended: (result) => void open.delete(result),
    get isDue() {
      return last - told >= unsafeBytes
    },
    safe() {
      told = last
      return Math.min(last, ...[...open].map(({ from }) => from))
    },
  }
}
