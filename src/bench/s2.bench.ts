import { join } from "node:path"
import type { Bench, World } from "./harness/bench.ts"
import { seedLoops } from "./harness/seeds.ts"
import { createServer } from "./harness/server.ts"
import { canTrace, traceStart } from "./harness/traced-start.ts"

const scale = [10, 1_000, 10_000]
/** A transcript of this many events has about a mebibyte: a thousand of them are the gibibyte. */
const eventsOfALongOne = 3_100

/** Start with many loops: what is opened before listening, and the time until the first answer. */
export const bench: Bench = {
  ids: ["S2"],
  async run(world) {
    const { report, folder, mark, quick } = world
    const steps = quick ? scale.slice(0, 2) : scale
    if (quick) report.leftOut("S2", "10,000 loops", "the largest step, with --quick")
    const homes = new Map<number, string>()
    for (const count of steps) homes.set(count, await home(world, count))
    const [least = 0, most = 0] = [steps[0], steps.at(-1)]
    const homeOf = (count: number) => homes.get(count) ?? ""

    if (canTrace) {
      const small = await traceStart({ folder, mark, home: homeOf(least) })
      const large = await traceStart({ folder, mark, home: homeOf(most) })
      const more = Math.max(0, large.opened.length - small.opened.length)
      report.count("S2", "files opened per loop before listening", more / (most - least))
    }
    const timeOf = async (count: number) => {
      await using server = await createServer({ folder, mark, home: homeOf(count) })
      return server.startMs
    }
    const walls: number[] = []
    await world.ratio("S2", "a start with 10 loops", {
      async ours() {
        const ms = await timeOf(most)
        walls.push(ms)
        return ms
      },
      bare: () => timeOf(least),
    })
    report.wall("S2", "first 200", walls)
    const series: [number, number][] = []
    for (const count of steps) series.push([count, await timeOf(count)])
    report.series("S2", "ms to the first 200", series)
  },
}

async function home({ folder, quick }: World, count: number): Promise<string> {
  const path = join(folder, `home-${count}`)
  // With a thousand loops all transcripts are long: together a gibibyte.
  const long = count === 1_000 && !quick
  await seedLoops(path, count, long ? { events: eventsOfALongOne } : { events: 12 })
  return path
}
