import type { Bench, World } from "./harness/bench.ts"
import { memoryOf, steady } from "./harness/proc.ts"
import { seedLoop } from "./harness/seeds.ts"
import type { Server } from "./harness/server.ts"
import { timed } from "./harness/visitor.ts"

const scale = [100, 20_000, 200_000]

/** Long transcripts: opening one, a message at its end, a page of its history. */
export const bench: Bench = {
  ids: ["L5", "L6", "L8"],
  async run(world) {
    const { report, quick } = world
    const steps = quick ? scale.slice(0, 2) : scale
    if (quick) for (const id of bench.ids) report.leftOut(id, "200,000 events", "the largest step, with --quick")
    const server = await world.server()
    const loops: Long[] = []
    // Long enough lines that a hundred of them fill what a page shows.
    for (const [index, events] of steps.entries())
      loops.push({ events, loop: await seedLoop(server.home, index, { events, lineBytes: 700 }) })
    const empty = await seedLoop(server.home, 90, { events: 1 })
    await server.enter()
    await opening(world, server, loops)
    await appending(world, server, { long: loops.at(-1)?.loop ?? "", empty })
    await history(world, server, loops)
  },
}

interface Long {
  events: number
  loop: string
}

async function ask(server: Server, path: string, headers: Record<string, string> = {}) {
  const answer = await timed(() => server.visitor.get(path, headers))
  if (answer.response.status !== 200) throw new Error(`${path} answers ${answer.response.status}`)
  return answer
}

async function opening({ report, ratio }: World, server: Server, loops: Long[]): Promise<void> {
  const others = await Promise.all(Array.from({ length: 8 }, (_, n) => seedLoop(server.home, 50 + n)))
  // The windows of the eight loops that were opened last are remembered: others take their places first.
  const open = async ({ loop }: Long) => {
    for (const other of others) await ask(server, `/loops/${other}`)
    return ask(server, `/loops/${loop}`)
  }
  const [least, most] = [loops[0], loops.at(-1)]
  if (!least || !most) throw new Error("there are no loops")
  const resident = () => server.metrics(true).then(async () => (await memoryOf(server.pid)).resident)
  for (let n = 0; n < 40; n++) await open(least)
  const before = await steady(resident)
  const read: [number, number][] = []
  let nodes = 0
  for (const long of loops) {
    // What a person saw is gathered once, in the background, for a transcript that came without it.
    await open(long)
    await server.rest()
    const counted = await server.counted(async () => {
      nodes = Math.max(nodes, (await open(long)).body.match(/<[a-z]/g)?.length ?? 0)
    })
    read.push([long.events, counted.value("read_bytes_total")])
  }
  const bytes = read.map(([, count]) => count)
  report.series("L5", "bytes read", read)
  report.count("L5", "bytes read over the shortest", Math.max(...bytes) - Math.min(...bytes))
  report.count("L5", "DOM nodes", nodes)
  for (let n = 0; n < 20; n++) await open(most)
  report.count("L5", "bytes of server memory", Math.max(0, (await steady(resident)) - before))
  const walls: number[] = []
  const several = async (long: Long, times: number[] = []) => {
    for (let n = 0; n < 5; n++) times.push((await open(long)).all)
    return times.slice(-5).reduce((sum, ms) => sum + ms, 0)
  }
  await ratio("L5", "a transcript of 100", { ours: () => several(most, walls), bare: () => several(least) })
  report.wall("L5", "whole page", walls)
}

async function appending(
  { report, ratio }: World,
  server: Server,
  { long, empty }: { long: string; empty: string },
): Promise<void> {
  const send = async (loop: string) => {
    const form = { text: "one more line", clientId: crypto.randomUUID() }
    const answer = await timed(() => server.visitor.post(`/loops/${loop}/messages`, form, { "hx-request": "true" }))
    if (answer.response.status !== 200) throw new Error(`a message answers ${answer.response.status}`)
    return answer.all
  }
  const names = ["files_opened_total", "writes_total", "fsyncs_total", "renames_total"]
  const calls = async (loop: string) => {
    const counted = await server.counted(() => send(loop))
    return names.reduce((sum, name) => sum + counted.value(name), 0)
  }
  for (const loop of [long, empty]) await send(loop)
  report.count("L6", "system calls over the shortest", Math.max(0, -(await calls(empty)) + (await calls(long))))
  await ratio("L6", "an append to an empty one", { ours: () => send(long), bare: () => send(empty) })
}

async function history({ report, ratio }: World, server: Server, loops: Long[]): Promise<void> {
  const [short, most] = [loops[1], loops.at(-1)]
  const headers = { "hx-request": "true", "sec-fetch-site": "same-origin" }
  const page = async (long: Long | undefined) => {
    const before = Math.floor((long?.events ?? 0) / 2) + 20
    return ask(server, `/loops/${long?.loop}/messages?before=${before}`, headers)
  }
  let sent = 0
  const counted = await server.counted(async () => (sent = Buffer.byteLength((await page(most)).body)))
  report.count("L8", "bytes read", counted.value("read_bytes_total"))
  report.count("L8", "bytes sent", sent)
  const pages: number[] = []
  await ratio("L8", "a page of a short transcript", {
    async ours() {
      const { all } = await page(most)
      pages.push(all)
      return all
    },
    bare: async () => (await page(short)).all,
  })
  report.wall("L8", "answer", pages)
}
