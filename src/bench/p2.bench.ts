import { join } from "node:path"
import type { Bench, World } from "./harness/bench.ts"
import { until } from "./harness/programs.ts"
import { seedLoops } from "./harness/seeds.ts"
import type { Server } from "./harness/server.ts"
import { timed } from "./harness/visitor.ts"

const scale = [10, 1_000, 10_000]

/** The list of loops, however many there are. */
export const bench: Bench = {
  ids: ["P2"],
  async run(world) {
    const { report, quick } = world
    const steps = quick ? scale.slice(0, 2) : scale
    if (quick) report.leftOut("P2", "10,000 loops", "the largest step, with --quick")
    const servers = await Promise.all(steps.map((count) => filled(world, count)))
    const [least, most] = [servers[0], servers.at(-1)]
    if (!least || !most) throw new Error("there are no servers")

    const series: [number, number][] = []
    for (const [index, server] of servers.entries()) {
      const { opened, rows, bytes } = await firstList(server)
      if (server === most) {
        report.count("P2", "rows", rows)
        report.count("P2", "bytes of HTML", bytes)
        report.count("P2", "records read beyond the rows", Math.max(0, opened - rows))
      }
      series.push([steps[index] ?? 0, bytes])
    }
    report.series("P2", "bytes of the list", series)

    const walls: number[] = []
    const several = async (server: Server, times: number[] = []) => {
      let sum = 0
      for (let n = 0; n < 5; n++) {
        const { all } = await list(server)
        times.push(all)
        sum += all
      }
      return sum
    }
    await world.ratio("P2", "a list of 10", { ours: () => several(most, walls), bare: () => several(least) })
    report.wall("P2", "whole page", walls)
  },
}

async function filled(world: World, count: number): Promise<Server> {
  const home = join(world.folder, `home-${count}`)
  await seedLoops(home, count)
  const server = await world.server({ home })
  await server.enter()
  const listed = async () => (await server.metrics()).value("loops") >= count
  await until("all loops are listed", listed, { everyMs: 50 })
  return server
}

async function list(server: Server) {
  const answer = await timed(() => server.visitor.get("/loops"))
  if (answer.response.status !== 200) throw new Error(`the list answers ${answer.response.status}`)
  return answer
}

async function firstList(server: Server): Promise<{ opened: number; rows: number; bytes: number }> {
  let html = ""
  const counted = await server.counted(async () => (html = (await list(server)).body))
  const rows = new Set([...html.matchAll(/class="row-title" href="[^"]*" data-loop="([^"]+)"/g)].map(([, id]) => id))
  return { opened: counted.value("files_opened_total"), rows: rows.size, bytes: Buffer.byteLength(html) }
}
