import { appendFile } from "node:fs/promises"
import { join } from "node:path"
import type { Bench } from "./harness/bench.ts"
import { privateMemoryOf, steady } from "./harness/proc.ts"
import { output, until } from "./harness/programs.ts"
import { seedLoops } from "./harness/seeds.ts"
import type { Server } from "./harness/server.ts"

/** A thousand transcripts of about a mebibyte. */
const loops = 1_000
const eventsOfEach = 3_100
const needle = "quokkaberry"

/** Search in a gibibyte of transcripts: by the marks of its pieces, against a scan of all of it. */
export const bench: Bench = {
  ids: ["Q1"],
  async run(world) {
    const { report, folder, quick } = world
    const home = join(folder, "home")
    const count = quick ? loops / 10 : loops
    if (quick) report.leftOut("Q1", "1 GiB", "a tenth of it, with --quick")
    const ids = await seedLoops(home, count, { events: eventsOfEach })
    // Said once, in a loop of the middle.
    const oldest = join(home, "loops", ids[Math.floor(count / 2)] ?? "", "messages.jsonl")
    const said = { kind: "user-message", by: "ada", via: "web", clientId: "q", text: `a ${needle}`, attachments: [] }
    const line = { seq: eventsOfEach + 1, at: "2026-02-01T00:00:00.000Z", turn: null, ...said }
    await appendFile(oldest, `${JSON.stringify(line)}\n`)

    const server = await world.server({ home })
    await server.enter()
    const listed = async () => (await server.metrics()).value("loops") >= count
    await until("all loops are listed", listed, { everyMs: 50 })
    const learnt = await learnAll(server)
    report.note("Q1", `all ${count} transcripts were learnt in ${Math.round(learnt)} ms, while pages were served`)
    const before = await steady(() => privateMemoryOf(server.pid))
    const walls: number[] = []
    await world.ratio("Q1", "grep -F over the same files", {
      async ours() {
        const begun = performance.now()
        const text = await search(server, needle)
        const ms = performance.now() - begun
        if (!text.includes(`a ${needle}`)) throw new Error("the word was not found")
        walls.push(ms)
        return ms
      },
      async bare() {
        const begun = performance.now()
        await output(["grep", "-rFl", "--include=messages.jsonl", needle, join(home, "loops")])
        return performance.now() - begun
      },
      slow: true,
    })
    report.wall("Q1", "first hit", walls)
    report.wall("Q1", "a word that is everywhere", await timesOf(server, "tests names"))
    const after = await steady(() => privateMemoryOf(server.pid))
    report.count("Q1", "bytes of memory", Math.max(0, after - before))
  },
}

async function search({ visitor }: Server, q: string): Promise<string> {
  const answer = await visitor.get(`/context/search?q=${encodeURIComponent(q)}`)
  if (answer.status !== 200) throw new Error(`a search answers ${answer.status}`)
  return answer.text()
}

/** Milliseconds until nothing waits to be read for the first time. */
async function learnAll(server: Server): Promise<number> {
  const begun = performance.now()
  while ((await search(server, "nothingsaysthis")).includes("for the first time")) await Bun.sleep(100)
  return performance.now() - begun
}

async function timesOf(server: Server, q: string): Promise<number[]> {
  const times: number[] = []
  for (let time = 0; time < 7; time++) {
    const begun = performance.now()
    await search(server, q)
    times.push(performance.now() - begun)
  }
  return times
}
