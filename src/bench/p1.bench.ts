import { gzipSync } from "node:zlib"
import type { Bench } from "./harness/bench.ts"
import { seedLoops } from "./harness/seeds.ts"
import { timed, type Visitor } from "./harness/visitor.ts"

/** Every page that a person can open: what it costs, and how long its first byte takes beside a static answer. */
export const bench: Bench = {
  ids: ["P1", "P4", "P5"],
  async run(world) {
    const { report } = world
    const server = await world.server()
    const loops = await seedLoops(server.home, 30, { events: 120 })
    await server.stop()
    await server.start()
    const visitor = await server.enter()
    const pages = ["/loops", "/loops/new", `/loops/${loops[3]}`, "/settings/providers", "/settings/providers/new"]

    const worst = { opens: 0, processes: 0, requests: 0, compressed: 0, blocking: 0 }
    const walls: number[] = []
    for (const page of pages) {
      await visitor.get(page).then((answer) => answer.text())
      await server.rest()
      let body = ""
      const counted = await server.counted(async () => {
        const answer = await timed(() => visitor.get(page))
        if (answer.response.status !== 200) throw new Error(`${page} answers ${answer.response.status}`)
        walls.push(answer.first)
        body = answer.body
      })
      worst.opens = Math.max(worst.opens, counted.value("files_opened_total"))
      worst.processes = Math.max(worst.processes, counted.value("processes_total"))
      worst.compressed = Math.max(worst.compressed, gzipSync(body).byteLength)
      worst.requests = Math.max(worst.requests, 1 + partsOf(body).length)
      worst.blocking = Math.max(worst.blocking, blockingScripts(body))
    }
    report.count("P1", "files opened", worst.opens)
    report.count("P1", "processes", worst.processes)
    report.count("P1", "compressed bytes of HTML", worst.compressed)
    report.count("P1", "requests", worst.requests)
    report.count("P1", "blocking scripts", worst.blocking)

    const page = `/loops/${loops[3]}`
    // Our own script is about as long as this page.
    const script = partsOf(await (await visitor.get(page)).text()).find((part) => part.endsWith(".js")) ?? ""
    const many = 10
    // A server that runs has its pages compiled: a new one needs some hundred of them to get there.
    for (let n = 0; n < 300; n++) await (await visitor.get(page)).text()
    await world.ratio("P1", "a static answer of that size", {
      ours: () => total(many, async () => void walls.push((await timed(() => visitor.get(page))).all)),
      bare: () =>
        total(many, () => visitor.get(script, { "accept-encoding": "identity" }).then((answer) => answer.text())),
    })
    report.note("P1", "a page that was opened before, of a server that is warm")
    report.wall("P1", "first byte", walls)
    await assets(world, visitor)
    report.count("P5", "bytes", Bun.file(`${import.meta.dir}/../../dist/loopat`).size)
  },
}

async function total(times: number, work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  for (let n = 0; n < times; n++) await work()
  return performance.now() - begun
}

/** What a browser fetches for a page: scripts, styles, icons and the stream. */
const partsOf = (html: string): string[] => [
  ...new Set([...html.matchAll(/<(?:script|link|img)\b[^>]*\b(?:src|href)="(\/[^"]+)"/g)].map(([, url = ""]) => url)),
]

const blockingScripts = (html: string): number =>
  [...html.matchAll(/<script\b([^>]*)>/g)].filter(
    ([, attributes = ""]) => !/\bdefer\b|\basync\b|type="module"/.test(attributes),
  ).length

async function assets({ report }: Parameters<Bench["run"]>[0], visitor: Visitor): Promise<void> {
  const html = await (await visitor.get("/loops")).text()
  let [style, script, mutable, again] = [0, 0, 0, 0]
  for (const url of partsOf(html).filter((part) => part.startsWith("/assets/"))) {
    const answer = await fetch(visitor.url + url, { headers: { "accept-encoding": "br" }, decompress: false })
    const bytes = (await answer.arrayBuffer()).byteLength
    if (url.endsWith(".css")) style += bytes
    if (url.endsWith(".js")) script += bytes
    if (!/immutable/.test(answer.headers.get("cache-control") ?? "")) {
      mutable++
      again += bytes
    }
  }
  report.count("P4", "compressed bytes of style", style)
  report.count("P4", "compressed bytes of script and style", style + script)
  report.count("P4", "assets that are not immutable", mutable)
  report.count("P4", "bytes of a second visit", again + gzipSync(html).byteLength)
}
