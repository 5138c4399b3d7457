import { type Audience, createAudience } from "./harness/audience.ts"
import type { Bench, World } from "./harness/bench.ts"
import { difference } from "./harness/metrics.ts"
import { until } from "./harness/programs.ts"
import { cpuMsOf, memoryOf, steady } from "./harness/proc.ts"
import { seedLoop } from "./harness/seeds.ts"
import type { Server } from "./harness/server.ts"
import { createVisitor, type Stream, timed } from "./harness/visitor.ts"

const events = 40
/** What one event sends, about: header, status and row in the list. */
const frame = { count: 3, bytes: 1_000 }
/** Viewers before memory is looked at. */
const warm = 100

/** One busy loop and more and more people who watch it, one of whom takes nothing. */
export const bench: Bench = {
  ids: ["L10"],
  async run(world) {
    const { report, quick } = world
    const server = await world.server()
    const loop = await seedLoop(server.home, 1, { events: 40 })
    const long = await seedLoop(server.home, 2, { events: 20_000, lineBytes: 3_000 })
    await server.enter()
    const audience = world.stack.use(createAudience(server, loop))
    // The first ones also pay for compiled code and a heap that grows once: what one more costs is asked.
    await audience.grow(warm)
    await measure(server, audience)
    const quiet = await steady(resident(server))
    const most = quick ? 400 : 1_000
    await audience.grow(most)
    report.count("L10", "bytes per idle viewer", Math.max(0, (await steady(resident(server))) - quiet) / (most - warm))
    await audience[Symbol.asyncDispose]()
    const renders: [number, number][] = []
    for (const viewers of quick ? [1, 10, 100] : [1, 10, 100, 1_000]) {
      await audience.grow(viewers)
      audience.delays.length = 0
      const { counted } = await measure(server, audience)
      renders.push([viewers, counted.value("renders_total") / events])
      if (viewers === 100) report.wall("L10", "at 100", [...audience.delays])
    }
    if (quick) report.leftOut("L10", "1,000 viewers", "the largest step, with --quick")
    report.series("L10", "renders per event", renders)
    const counts = renders.map(([, count]) => count)
    report.count("L10", "growth of renders per event", Math.max(...counts) / Math.max(1, Math.min(...counts)))
    await broadcasting(world, server, audience)
    await stalling(world, server, { audience, long })
    report.count("L10", "events lost", audience.lost())
  },
}

const resident = (server: Server) => () => server.metrics(true).then(async () => (await memoryOf(server.pid)).resident)

async function measure(server: Server, audience: Audience) {
  const [before, cpu] = [await server.metrics(), await cpuMsOf(server.pid)]
  for (let n = 0; n < events; n++) await audience.publish()
  return { counted: difference(await server.metrics(), before), cpu: (await cpuMsOf(server.pid)) - cpu }
}

async function broadcasting({ ratio, bare: start }: World, server: Server, audience: Audience): Promise<void> {
  const bare = await start()
  const watcher = createVisitor(bare.url)
  const streams: Stream[] = []
  for (let n = 0; n < audience.size; n++) streams.push(await watcher.stream("/events"))
  const frames = () => streams.reduce((sum, stream) => sum + stream.frames(), 0)
  await ratio("L10", "a bare broadcaster, cpu", {
    slow: true,
    ours: async () => (await measure(server, audience)).cpu,
    async bare() {
      const cpu = await cpuMsOf(bare.pid)
      const wanted = frames() + frame.count * events * streams.length
      const body = "x".repeat(frame.bytes)
      for (let n = 0; n < events * frame.count; n++)
        await timed(() => fetch(`${bare.url}/publish`, { method: "POST", body }))
      await until("all frames have come", () => frames() >= wanted, { everyMs: 2 })
      return Math.max(1, (await cpuMsOf(bare.pid)) - cpu)
    },
  })
  for (const stream of streams) stream.close()
}

/** Somebody asks for 60 MB of history and takes none of it. */
async function stalling(
  { report, ratio }: World,
  server: Server,
  { audience, long }: { audience: Audience; long: string },
): Promise<void> {
  const stall = () => server.visitor.stream(`/loops/${long}/events?after=0`, { stalled: true })
  const time = async () => {
    const begun = performance.now()
    for (let n = 0; n < 10; n++) await audience.publish()
    return performance.now() - begun
  }
  let stalled: Stream | undefined
  await ratio("L10", "without a stalled viewer", {
    slow: true,
    async ours() {
      stalled = await stall()
      // The kernel takes some megabytes in his name: until they are full he is somebody who catches up.
      await server.rest()
      return time()
    },
    async bare() {
      stalled?.close()
      return time()
    },
  })
  const all: Stream[] = []
  const stallMore = async (count: number) => {
    // One after another: what is held for them is asked, not what making it took.
    for (let n = 0; n < count; n++) {
      all.push(await stall())
      await server.rest()
    }
    return steady(resident(server))
  }
  const calm = await stallMore(8)
  report.count("L10", "bytes per stalled viewer", Math.max(0, (await stallMore(16)) - calm) / 16)
  for (const one of all) one.close()
}
