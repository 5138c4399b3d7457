import type { Bench } from "./harness/bench.ts"
import { difference } from "./harness/metrics.ts"
import {
  cpuMsOf,
  descriptorsOf,
  guestLine,
  privateMemoryOf,
  processesIn,
  wakeUpsOf,
  wakeUpsSince,
} from "./harness/proc.ts"
import { timed } from "./harness/visitor.ts"
import { startSandboxes } from "./harness/working.ts"

const idleMs = 5_000

/** Many sandboxes that nobody uses, and what they cost while nothing happens. */
export const bench: Bench = {
  ids: ["X4"],
  async run(world) {
    const { report, quick } = world
    const working = await startSandboxes(world, 1)
    const { server } = working
    const page = async () => {
      let sum = 0
      for (let n = 0; n < 20; n++) sum += (await timed(() => server.visitor.get("/loops"))).all
      return sum / 20
    }
    await page()
    const alone: number[] = []
    for (let n = 0; n < 9; n++) alone.push(await page())
    const before = await descriptorsOf(server.pid)
    const scale = quick ? [5] : [10, 30]
    let count = 1
    const loops: string[] = []
    const times: [number, number][] = [[1, alone[4] ?? Number.NaN]]
    for (const step of scale) {
      loops.push(...(await working.more(step - count)))
      count = step
      await page()
      times.push([count, await page()])
    }
    report.note("X4", `N = ${count}`)
    report.series("X4", "ms per page", times)
    report.count("X4", "descriptors per sandbox", Math.max(0, (await descriptorsOf(server.pid)) - before) / (count - 1))
    const pairs = alone.slice(0, 7).map(async (bare) => ({ bare, ours: 0 }))
    const measured = await Promise.all(pairs)
    for (const pair of measured) pair.ours = await page()
    report.ratio("X4", "page time with one sandbox", measured)

    const containers = await Promise.all(loops.map((loop) => working.container(loop)))
    const guests = await processesIn(containers, guestLine)
    const [metrics, cpu, wakeUps] = [await server.metrics(), await cpuMsOf(server.pid), await wakeUpsOf(guests)]
    await Bun.sleep(idleMs)
    const counted = difference(await server.metrics(), metrics)
    report.count("X4", "podman calls while idle", counted.value("processes_total", { program: "podman" }))
    report.count("X4", "cpu, per cent of a core", (((await cpuMsOf(server.pid)) - cpu) / idleMs) * 100)
    const awake = wakeUpsSince(wakeUps, await wakeUpsOf(guests))
    report.count("X4", "wake-ups per second and sandbox", awake / guests.length / (idleMs / 1_000))
    report.count("X4", "bytes of guest and init", (await total(guests, privateMemoryOf)) / guests.length)
  },
}

const total = async (pids: number[], of: (pid: number) => Promise<number>): Promise<number> =>
  (await Promise.all(pids.map(of))).reduce((sum, value) => sum + value, 0)
