import { join } from "node:path"
import type { Bench, World } from "./harness/bench.ts"
import { seedLoop } from "./harness/seeds.ts"
import type { Server } from "./harness/server.ts"
import { frameId, timed } from "./harness/visitor.ts"

const events = 5_002
const missed = 5_000

/** A page comes back after 5,000 events: all of them, once, from the file. */
export const bench: Bench = {
  ids: ["L7"],
  async run(world) {
    const { report } = world
    const server = await world.server()
    const loop = await seedLoop(server.home, 1, { events })
    await server.enter()
    const bare = await world.bare()
    const file = join(server.home, "loops", loop, "messages.jsonl")
    let frames: string[] = []
    const counted = await server.counted(async () => ({ frames } = await catchUp(server, loop)))
    // A tool whose result lies in the next piece is made once and replaced there: only what is added counts.
    const added = /<hx-partial hx-target="#conversation"[^>]*>([^]*?)<\/hx-partial>/g
    const entry = /<\w+ id="((?:e|m|t)-[\w-]+)" class="entry-item/g
    const entries = frames.flatMap((frame) => [...frame.matchAll(added)].map(([, html = ""]) => html))
    const places = entries.flatMap((html) => [...html.matchAll(entry)].map(([, id = ""]) => id))
    const wanted = await shownPlaces(world, file)
    const seen = new Set(places)
    report.count("L7", "lost", wanted.filter((id) => !seen.has(id)).length)
    report.count("L7", "doubled", places.length - seen.size)
    const pieces = frames.filter((frame) => frameId(frame) !== undefined).length
    report.count("L7", "bytes read per piece", counted.value("read_bytes_total") / Math.max(1, pieces))
    const walls: number[] = []
    await world.ratio("L7", "read + JSON.parse + Markdown of the same lines", {
      async ours() {
        const { ms } = await catchUp(server, loop)
        walls.push(ms)
        return ms
      },
      bare: async () => (await timed(() => fetch(`${bare.url}/lines?file=${encodeURIComponent(file)}`))).all,
    })
    report.wall("L7", "caught up", walls)
  },
}

async function catchUp(server: Server, loop: string): Promise<{ frames: string[]; ms: number }> {
  const frames: string[] = []
  const done = Promise.withResolvers<void>()
  const begun = performance.now()
  const stream = await server.visitor.stream(`/loops/${loop}/events`, {
    lastEventId: events - missed,
    onFrame(frame) {
      frames.push(frame)
      if (frameId(frame) === events) done.resolve()
    },
  })
  await Promise.race([done.promise, stream.ended.then(() => Promise.reject(new Error("the stream was cut")))])
  const ms = performance.now() - begun
  stream.close()
  return { frames, ms }
}

/** The ids of everything that these events put on a page. */
async function shownPlaces(_: World, file: string): Promise<string[]> {
  const lines = (await Bun.file(file).text()).split("\n").filter(Boolean)
  return lines.slice(events - missed).flatMap((line) => {
    const {
      seq,
      kind,
      message,
    }: { seq: number; kind: string; message?: { message: { content: { type: string; id?: string }[] } } } =
      JSON.parse(line)
    const block = message?.message.content[0]
    if (kind === "user-message" && seq > events - missed + 1) return [`m-${seq}`]
    if (block?.type === "text") return [`e-${seq}`]
    return block?.type === "tool_use" ? [`t-${block.id}`] : []
  })
}
