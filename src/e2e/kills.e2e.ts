import { expect, test } from "bun:test"
import { killWorld } from "./kill-world.ts"

/** Kills of one run. The full number has its own command. */
const kills = Number(process.env["LOOPAT_TEST_KILLS"] ?? 60)
const seed = Number(process.env["LOOPAT_TEST_SEED"] ?? 7)

test(
  "nothing that was accepted is lost or doubled, whatever is killed and whenever",
  async () => {
    await using world = await killWorld(seed)
    const outcome = await world.run(kills).catch((error: unknown) => {
      // The runner says nothing of it when the server does not stop either.
      console.error(error)
      throw error
    })
    console.log(outcome.summary)
    const { wrong, lost, doubled } = outcome
    expect({ wrong, lost, doubled }).toEqual({ wrong: [], lost: [], doubled: [] })
    expect(outcome.kills).toBe(kills)
  },
  60 * 60_000,
)
