/** Another build of the program on the same data, asked alternately with this one: what a change costs or gains. */
import { createAudience } from "./audience.ts"
import type { World } from "./bench.ts"
import { memoryOf, steady } from "./proc.ts"
import { seedLoop, seedLoops } from "./seeds.ts"
import type { Server } from "./server.ts"
import { median } from "./verdict.ts"
import { frameId, timed } from "./visitor.ts"

interface Side {
  server: Server
  short: string
  long: string
  publish(): Promise<void>
}

const pairs = 7
/** Its last turn has ended: nothing is left for the server to take up. */
const length = 20_001
const missed = 2_000

/** Each takes milliseconds, or whatever it measures, of one side. */
const journeys: Record<string, (side: Side) => Promise<number>> = {
  "start, ms": async ({ server }) => {
    await server.stop()
    await server.start()
    await server.enter()
    return server.startMs
  },
  "list of 500 loops, ms": (side) => pages(side, "/loops"),
  "page of a loop, ms": (side) => pages(side, `/loops/${side.short}`),
  "page of 20,000 events, ms": (side) => pages(side, `/loops/${side.long}`),
  "2,000 missed events, ms": reconnect,
  "an event to 50 viewers, ms": async ({ publish }) => {
    const begun = performance.now()
    for (let n = 0; n < 5; n++) await publish()
    return (performance.now() - begun) / 5
  },
  "memory, MiB": ({ server }) =>
    steady(
      async () => {
        await server.metrics(true)
        return (await memoryOf(server.pid)).resident / (1 << 20)
      },
      { restMs: 300 },
    ),
}

/** Prints a line for each journey: ours, the other one's, and the ratio of the pairs. */
export async function versus(world: World, executable: string): Promise<void> {
  const ours = await side(world)
  const other = await side(world, executable)
  console.log("journey · this build · the other · ratio (least–most)")
  for (const [name, journey] of Object.entries(journeys)) {
    const found: { ours: number; other: number }[] = []
    for (let n = 0; n < pairs + 1; n++) {
      const pair = { ours: await journey(ours), other: await journey(other) }
      if (n > 0) found.push(pair)
    }
    const ratios = found.map((pair) => pair.ours / pair.other)
    const of = (which: "ours" | "other") => median(found.map((pair) => pair[which])).toFixed(1)
    const spread = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`
    console.log(`${name} · ${of("ours")} · ${of("other")} · ×${median(ratios).toFixed(2)} (${spread})`)
  }
}

async function side(world: World, executable?: string): Promise<Side> {
  const server = await world.server({ ...(executable !== undefined && { executable }) })
  const short = await seedLoop(server.home, 1_001, { events: 41 })
  const long = await seedLoop(server.home, 1_002, { events: length })
  await seedLoops(server.home, 500)
  await server.stop()
  await server.start()
  await server.enter()
  // Streams end with the server, so they are opened when they are first asked for.
  let audience: ReturnType<typeof createAudience> | undefined
  const publish = async () => {
    if (!audience) {
      audience = world.stack.use(createAudience(server, short))
      await audience.grow(50)
    }
    await audience.publish()
  }
  return { server, short, long, publish }
}

async function pages({ server }: Side, path: string): Promise<number> {
  const begun = performance.now()
  for (let n = 0; n < 10; n++) {
    const { response } = await timed(() => server.visitor.get(path))
    if (response.status !== 200) throw new Error(`${path} answers ${response.status}`)
  }
  return (performance.now() - begun) / 10
}

async function reconnect({ server, long }: Side): Promise<number> {
  const last = Promise.withResolvers<void>()
  const begun = performance.now()
  const onFrame = (frame: string) => frameId(frame) === length && last.resolve()
  const stream = await server.visitor.stream(`/loops/${long}/events`, { lastEventId: length - missed, onFrame })
  await Promise.race([last.promise, stream.ended.then(() => Promise.reject(new Error("the stream was cut")))])
  stream.close()
  return performance.now() - begun
}
