import type { Bench } from "./harness/bench.ts"
import { seedLoops } from "./harness/seeds.ts"
import { timed } from "./harness/visitor.ts"

/** An action of htmx: a loop gets another title. */
export const bench: Bench = {
  ids: ["P3"],
  async run(world) {
    const { report } = world
    const server = await world.server()
    const [loop] = await seedLoops(server.home, 30)
    const visitor = await server.enter()
    const bare = await world.bare()
    let count = 0
    const rename = async () => {
      const answer = await timed(() =>
        visitor.post(`/loops/${loop}/title`, { title: `Title ${++count}` }, { "hx-request": "true" }),
      )
      if (answer.response.status !== 200) throw new Error(`a new title answers ${answer.response.status}`)
      return answer
    }
    await rename()
    let bytes = 0
    const counted = await server.counted(async () => (bytes = Buffer.byteLength((await rename()).body)))
    report.count("P3", "fsyncs", counted.value("fsyncs_total"))
    report.count("P3", "bytes of the fragment", bytes)
    report.count("P3", "processes", counted.value("processes_total"))

    const walls: number[] = []
    const line = JSON.stringify({ seq: 1, at: "2026-01-01T00:00:00.000Z", kind: "set", from: "Title 1", to: "Title 2" })
    const times = async (work: () => Promise<number>) => {
      let sum = 0
      for (let n = 0; n < 8; n++) sum += await work()
      return sum
    }
    await world.ratio("P3", "append + fsync + static answer", {
      ours: () =>
        times(async () => {
          const { all } = await rename()
          walls.push(all)
          return all
        }),
      bare: () =>
        times(
          async () =>
            (await timed(() => fetch(`${bare.url}/append?answer=${bytes}`, { method: "POST", body: line }))).all,
        ),
    })
    report.wall("P3", "answer", walls)
  },
}
