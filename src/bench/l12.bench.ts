import type { Bench } from "./harness/bench.ts"
import { seedLoops } from "./harness/seeds.ts"

const loopCount = 200
const changes = 8

/** A list whose 200 loops all change at once, again and again. */
export const bench: Bench = {
  ids: ["L12"],
  async run(world) {
    const { report } = world
    const server = await world.server()
    const loops = await seedLoops(server.home, loopCount)
    await server.stop()
    await server.start()
    const visitor = await server.enter()
    const html = await (await visitor.get("/loops?show=all")).text()
    report.count("L12", "streams per page", html.match(/hx-sse:connect/g)?.length ?? 0)
    const url = /hx-sse:connect="([^"]+)"/.exec(html)?.[1]?.replaceAll("&amp;", "&") ?? ""
    const frames = new Map<string, number>()
    const stream = await visitor.stream(url, {
      onFrame(frame) {
        for (const loop of new Set([...frame.matchAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g)].map(([id]) => id)))
          frames.set(loop, (frames.get(loop) ?? 0) + 1)
      },
    })
    const begun = performance.now()
    for (let change = 0; change < changes; change++) {
      await Promise.all(
        loops.map((loop) =>
          visitor.post(`/loops/${loop}/title`, { title: `Title ${change}` }, { "hx-request": "true" }),
        ),
      )
    }
    const seconds = (performance.now() - begun) / 1_000
    await Bun.sleep(1_000)
    stream.close()
    // The first change of a quiet loop shows at once, so every loop may have one more than its rate.
    const worst = Math.max(...frames.values(), 0)
    report.count("L12", "fragments per changed loop and second", Math.max(0, worst - 2) / (seconds + 1))
    report.note(
      "L12",
      `${loopCount} loops changed ${changes} times in ${seconds.toFixed(1)} s; ${frames.size} of them seen, at most ${worst} fragments each`,
    )
  },
}
