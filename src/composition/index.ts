import { type Composed, compose } from "./compose.ts"
import { readTier, type TierSource } from "./tier.ts"

export type { Composed } from "./compose.ts"
export type { TierSource } from "./tier.ts"

/** The feature's door: the one configuration that a loop's agent runs with, from those of the team and of a person. */
export async function composeTiers(sources: readonly TierSource[]): Promise<Composed> {
  const read = await Promise.all(sources.map(readTier))
  const composed = compose(read.map(({ tier }) => tier))
  return { ...composed, faults: [...read.flatMap(({ faults }) => faults), ...composed.faults] }
}
