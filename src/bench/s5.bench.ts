import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { urls } from "../lib/urls.ts"
import { leftOver } from "../testing/holds/own-files.ts"
import type { Bench } from "./harness/bench.ts"
import { childrenOf, descriptorsOf, memoryOf, steady } from "./harness/proc.ts"
import { output } from "./harness/programs.ts"
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
    for (let n = 0; n < 4; n++) await journey(working, n)
    await settled(working)
    const start = await look(server)
    const begun = performance.now()
    const elapsed = () => (performance.now() - begun) / 60_000
    let [journeys, early] = [0, 0]
    const series: [number, number][] = []
    while (elapsed() < minutes) {
      await journey(working, journeys++)
      if (early === 0 && elapsed() > minutes / 6) early = await rest(server)
      if (elapsed() * 6 > series.length * minutes) series.push([Math.round(elapsed()), await rest(server)])
    }
    await settled(working)
    const end = await look(server)
    report.series("S5", "resident bytes by minute", series)
    report.note("S5", `${journeys} journeys in ${elapsed().toFixed(1)} minutes`)
    report.count("S5", "growth of memory after the first sixth, per cent", Math.max(0, (end.bytes / early - 1) * 100))
    for (const name of ["descriptors", "children", "streams", "containers", "sockets"] as const)
      report.count("S5", `${name} over the start`, Math.max(0, end[name] - start[name]))
    report.count("S5", "zombies", end.zombies)
    report.count("S5", "folders of erased loops", end.erased)
    report.count("S5", "half-made files", end.halfMade)
    report.count("S5", "turns that did not end well", await failures(server))
  },
}

/** A loop is made, works with tools, is watched, looked into, renamed, stopped in the middle, and put away or erased. */
async function journey({ server, model, loop: create, turn }: Working, number: number): Promise<void> {
  const { visitor } = server
  const loop = await create()
  const title = `Soaked ${loop.slice(0, 4)}`
  const press = (path: string, form: Record<string, string> = {}) => visitor.post(path, form, { "hx-request": "true" })
  const stream = await visitor.stream(`/loops/${loop}/events?after=0`)
  const list = await visitor.stream("/loops/events")
  await turn(loop, "#bash git init -q . && echo hello\n#write note.txt words\n#say done")
  await press(urls.loopCommand(loop), { command: "echo from the terminal" })
  for (const page of [urls.loops(), urls.loop(loop), urls.newLoop, urls.loopFiles(loop), urls.loopChanges(loop)])
    await (await visitor.get(page)).text()
  await press(urls.loopTitle(loop), { title })
  const asked = model.nextRequest()
  const stopped = turn(loop, "#slow 3000 20")
  await asked
  await press(urls.loopStop(loop))
  await stopped
  stream.close()
  list.close()
  await press(urls.loopArchive(loop))
  if (number % 2 === 0) return
  for (const path of [urls.loopDelete(loop), urls.loopErase(loop)]) {
    const { status } = await press(path, { title })
    if (status >= 400) throw new Error(`${path} answers ${status}`)
  }
}

/** Until what was put away has ended, and what was not has been idle for long enough. */
async function settled({ server }: Working): Promise<void> {
  for (let left = 240; left > 0; left--) {
    const [children, containers] = await Promise.all([childrenOf(server.pid), containersOf(server)])
    if (children.length === 0 && containers.length === 0) break
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
  const runtime = join(process.env["XDG_RUNTIME_DIR"] ?? "/run", "loopat", (await workspaceOf(server)).slice(0, 8))
  return {
    ...{ bytes, children: children.length, zombies: children.filter(({ state }) => state === "Z").length },
    streams: (await server.metrics()).value("streams"),
    descriptors: await descriptorsOf(server.pid),
    containers: (await containersOf(server)).length,
    sockets: (await names(runtime)).length,
    erased: (await names(join(server.home, "loops/.deleted"))).length,
    halfMade: leftOver(server.home).length,
  }
}

const names = (folder: string) => readdir(folder).catch(() => [])

const workspaceOf = async ({ home }: Server): Promise<string> =>
  ((await Bun.file(join(home, "config.json")).json()) as { id: string }).id

async function containersOf(server: Server): Promise<string[]> {
  const ours = `label=loopat.workspace=${await workspaceOf(server)}`
  return (await output(["podman", "ps", "-q", "--filter", ours])).split("\n").filter(Boolean)
}

const failures = async (server: Server): Promise<number> =>
  (await server.metrics()).value("turns_total", { outcome: "failed" })
