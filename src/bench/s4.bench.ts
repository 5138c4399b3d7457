import { join } from "node:path"
import type { Bench } from "./harness/bench.ts"
import { until } from "./harness/programs.ts"
import { memoryOf, steady } from "./harness/proc.ts"
import { seedLoops } from "./harness/seeds.ts"
import type { Server } from "./harness/server.ts"
import { startSandboxes } from "./harness/working.ts"

/** Resident memory of a server at rest: empty, with many loops, after many were opened, with sandboxes. */
export const bench: Bench = {
  ids: ["S4"],
  async run(world) {
    const { report, quick } = world
    const many = quick ? 1_000 : 10_000
    if (quick) report.leftOut("S4", "10,000 loops", "the largest step, with --quick")
    const empty = await world.server()
    const bytes = await rest(empty)
    report.count("S4", "bytes, empty", bytes)
    await empty.stop()

    const home = join(world.folder, "home-many")
    const loops = await seedLoops(home, many, { events: 60 })
    const full = await world.server({ home })
    await until("all loops are listed", async () => (await full.metrics()).value("loops") >= many, { everyMs: 50 })
    // A thousand loops weigh less than what a resident size differs by from one start to the next.
    if (quick) report.leftOut("S4", "bytes per loop on disk", "with --quick there are too few")
    else report.count("S4", "bytes per loop on disk", Math.max(0, (await rest(full)) - bytes) / many)
    const visitor = await full.enter()
    for (const loop of loops.slice(0, 50)) await (await visitor.get(`/loops/${loop}`)).text()
    const warm = await rest(full)
    const opened = loops.slice(50, 250)
    for (const loop of opened) await (await visitor.get(`/loops/${loop}`)).text()
    report.count("S4", "bytes per loop opened and left", Math.max(0, (await rest(full)) - warm) / opened.length)
    await full.stop()

    const count = quick ? 2 : 4
    const working = await startSandboxes(world, 1)
    const one = await rest(working.server)
    await working.more(count)
    report.count("S4", "bytes per running sandbox", Math.max(0, (await rest(working.server)) - one) / count)
  },
}

const rest = (server: Server) =>
  steady(async () => {
    await server.metrics(true)
    return (await memoryOf(server.pid)).resident
  })
