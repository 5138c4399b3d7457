import { appendFile } from "node:fs/promises"
import { join } from "node:path"
import type { Bench } from "./harness/bench.ts"
import { seedLoops } from "./harness/seeds.ts"

/** kill -9 right after an acceptance, a torn line at the end of a transcript, and a start: all there, as quickly as ever. */
export const bench: Bench = {
  ids: ["S3"],
  async run(world) {
    const { report } = world
    const server = await world.server()
    const loops = await seedLoops(server.home, 1_000)
    const visitor = await server.enter()
    let accepted = 0
    let lost = 0
    const said = (n: number) => `message-number-${n}-of-the-killed`
    const walls: number[] = []
    await world.ratio("S3", "a start after a stop", {
      async ours() {
        const loop = loops[accepted] ?? ""
        const sent = await visitor.post(
          `/loops/${loop}/messages`,
          { text: said(accepted), clientId: crypto.randomUUID() },
          { "hx-request": "true" },
        )
        await server.kill()
        if (sent.status !== 200) throw new Error(`a message answers ${sent.status}`)
        const other = join(server.home, "loops", loops[999 - accepted] ?? "", "messages.jsonl")
        await appendFile(other, '{"seq":5,"at":"2026-01-01T00:00:00.000Z","kind":"user-mes')
        await server.start()
        walls.push(server.startMs)
        const page = await (await visitor.get(`/loops/${loop}`)).text()
        if (!page.includes(said(accepted))) lost++
        const torn = await visitor.get(`/loops/${loops[999 - accepted]}`)
        if (torn.status !== 200) lost++
        accepted++
        return server.startMs
      },
      async bare() {
        await server.stop()
        await server.start()
        return server.startMs
      },
    })
    report.count("S3", "acknowledged messages lost", lost)
    report.wall("S3", "first 200", walls)
  },
}
