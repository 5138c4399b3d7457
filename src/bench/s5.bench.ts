import type { Bench } from "./harness/bench.ts"
import { childrenOf, descriptorsOf, memoryOf, steady } from "./harness/proc.ts"
import type { Server } from "./harness/server.ts"
import { createWorking, type Working } from "./harness/working.ts"

/** `npm run soak -- --minutes 60`: journeys all the time, and the server is afterwards what it was before. */
export const bench: Bench = {
  ids: ["S5"],
  async run(world) {
    const { report, minutes } = world
    // Agents and sandboxes that nobody uses end soon, so that many of them come and go.
    const idle = { LOOPAT_SESSION_IDLE_MS: "20000", LOOPAT_CONTAINER_IDLE_MS: "20000" }
    const working = await createWorking(world, { env: idle })
    const { server } = working
    for (let n = 0; n < 3; n++) await journey(working)
    await settled(working)
    const start = await look(server)
    const begun = performance.now()
    const elapsed = () => (performance.now() - begun) / 60_000
    let [journeys, early] = [0, 0]
    const series: [number, number][] = []
    while (elapsed() < minutes) {
      await journey(working)
      journeys++
      if (early === 0 && elapsed() > minutes / 6) early = await rest(server)
      if (elapsed() * 6 > series.length * minutes) series.push([Math.round(elapsed()), await rest(server)])
    }
    await settled(working)
    const end = await look(server)
    report.series("S5", "resident bytes by minute", series)
    report.note("S5", `${journeys} journeys in ${elapsed().toFixed(1)} minutes`)
    report.count("S5", "growth of memory after the first sixth, per cent", Math.max(0, (end.bytes / early - 1) * 100))
    report.count("S5", "descriptors over the start", Math.max(0, end.descriptors - start.descriptors))
    report.count("S5", "children over the start", Math.max(0, end.children - start.children))
    report.count("S5", "streams over the start", Math.max(0, end.streams - start.streams))
    report.count("S5", "zombies", end.zombies)
  },
}

/** A loop is made, works with tools, is watched, renamed, stopped in the middle, and put away. */
async function journey({ server, model, loop: create, turn }: Working): Promise<void> {
  const { visitor } = server
  const loop = await create()
  const stream = await visitor.stream(`/loops/${loop}/events?after=0`)
  const list = await visitor.stream("/loops/events")
  await turn(loop, "#bash echo hello\n#write note.txt words\n#say done")
  for (const page of ["/loops", `/loops/${loop}`, "/loops/new", "/settings/providers"])
    await (await visitor.get(page)).text()
  await visitor.post(`/loops/${loop}/title`, { title: `Soaked ${loop.slice(0, 4)}` }, { "hx-request": "true" })
  const asked = model.nextRequest()
  const stopped = turn(loop, "#slow 3000 20")
  await asked
  await visitor.post(`/loops/${loop}/stop`, {}, { "hx-request": "true" })
  await stopped
  stream.close()
  list.close()
  await visitor.post(`/loops/${loop}/archive`, {}, { "hx-request": "true" })
}

/** Until what was put away has ended. */
async function settled({ server }: Working): Promise<void> {
  for (let left = 120; left > 0; left--) {
    const children = await childrenOf(server.pid)
    if (children.length === 0) break
    await Bun.sleep(500)
  }
  await Bun.sleep(2_000)
}

const rest = (server: Server) =>
  steady(async () => {
    await server.metrics(true)
    return (await memoryOf(server.pid)).resident
  })

async function look(server: Server) {
  const bytes = await rest(server)
  const children = await childrenOf(server.pid)
  const zombies = children.filter(({ state }) => state === "Z").length
  const streams = (await server.metrics()).value("streams")
  return { bytes, children: children.length, zombies, streams, descriptors: await descriptorsOf(server.pid) }
}
