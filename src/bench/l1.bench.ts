import type { Bench } from "./harness/bench.ts"
import { seedLoops, sentence, numbers } from "./harness/seeds.ts"
import { timed, type Visitor } from "./harness/visitor.ts"

const perLoop = 12

/** A message is accepted: one line, durable. The loop holds it, so that nothing but the acceptance happens. */
export const bench: Bench = {
  ids: ["L1"],
  async run(world) {
    const { report } = world
    const server = await world.server()
    const loops = await seedLoops(server.home, 60)
    const visitor = await server.enter()
    const bare = await world.bare()
    const text = sentence(numbers(5), 60)
    const payload = Buffer.byteLength(text)
    let sent = 0
    // A queue is not endless: after a dozen messages the next loop takes over, warmed by one that does not count.
    const next = async () => {
      const loop = loops[Math.floor(sent / perLoop)] ?? ""
      if (sent % perLoop === 0) await send(visitor, loop, "warm up")
      sent++
      return loop
    }
    const loop = await next()
    // What a loop does when it is first used again is no part of accepting the next message.
    await server.rest()
    const counted = await server.counted(() => send(visitor, loop, text))
    report.count("L1", "fsyncs", counted.value("fsyncs_total"))
    report.count("L1", "appends", counted.value("writes_total"))
    report.count("L1", "bytes beyond the payload", counted.value("written_bytes_total") - payload)
    report.count("L1", "processes", counted.value("processes_total"))
    report.count("L1", "whole files written", counted.value("renames_total"))

    const walls: number[] = []
    await world.ratio("L1", "append + fsync of the same bytes", {
      async ours() {
        let sum = 0
        for (let n = 0; n < 8; n++) {
          const place = await next()
          const ms = await send(visitor, place, text)
          walls.push(ms)
          sum += ms
        }
        return sum
      },
      async bare() {
        let sum = 0
        const line = JSON.stringify({ seq: 1, at: "2026-01-01T00:00:00.000Z", kind: "user-message", text })
        for (let n = 0; n < 8; n++)
          sum += (await timed(() => fetch(`${bare.url}/append`, { method: "POST", body: line }))).all
        return sum
      },
    })
    report.wall("L1", "accepted", walls)
    report.note("L1", "the bare thing takes the line over HTTP, appends it, makes it durable and answers")
  },
}

async function send(visitor: Visitor, loop: string, text: string): Promise<number> {
  const form = { text, clientId: crypto.randomUUID() }
  const { all, response } = await timed(() => visitor.post(`/loops/${loop}/messages`, form, { "hx-request": "true" }))
  if (response.status !== 200) throw new Error(`a message answers ${response.status}`)
  return all
}
