import { join } from "node:path"
import { startBare } from "./harness/bare.ts"
import type { Bench } from "./harness/bench.ts"
import { createServer } from "./harness/server.ts"
import { canTrace, traceStart } from "./harness/traced-start.ts"

/** Start → first 200 on an empty home, beside a compiled server that does nothing. */
export const bench: Bench = {
  ids: ["S1"],
  async run(world) {
    const { report, folder, mark } = world
    if (canTrace) {
      const { opened, processes, connections } = await traceStart({ folder, mark, home: join(folder, "traced") })
      report.count("S1", "files opened before listening", opened.length)
      report.count("S1", "processes before listening", processes)
      report.count("S1", "connections before listening", connections)
    } else report.note("S1", "without strace the counts are left to the tests")

    const walls: number[] = []
    await world.ratio("S1", "an empty compiled server", {
      async ours() {
        await using server = await createServer({ folder, mark })
        walls.push(server.startMs)
        return server.startMs
      },
      async bare() {
        await using bare = await startBare({ folder, mark })
        return bare.startMs
      },
    })
    report.wall("S1", "first 200", walls)
  },
}
