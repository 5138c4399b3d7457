import { join } from "node:path"
import type { Bench } from "./harness/bench.ts"
import { difference } from "./harness/metrics.ts"
import { output, until } from "./harness/programs.ts"
import { repository } from "./harness/repository.ts"
import { timed } from "./harness/visitor.ts"
import { createWorking } from "./harness/working.ts"

/** A new loop: accepted, and prepared from a repository. */
export const bench: Bench = {
  ids: ["L9"],
  async run(world) {
    const { report, quick, folder } = world
    const sizes = quick ? { small: 10, large: 100 } : { small: 10, large: 1_024 }
    if (quick) report.leftOut("L9", "1 GiB", "100 MiB with --quick")
    const repos = await repositories(folder, sizes)
    const working = await createWorking(world, {}, { repos })
    const { server } = working
    const create = async (repo: string) => {
      const form = { clientId: crypto.randomUUID(), title: "Bench", repo }
      const answer = await timed(() => server.visitor.post("/loops", form))
      const id = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(answer.response.headers.get("location") ?? "")?.[0]
      if (!id) throw new Error(`no loop was made: ${answer.response.status}`)
      return { id, accepted: answer.all }
    }
    const made = async (repo: string) => {
      const loop = await create(repo)
      await prepared(server.home, loop.id)
      return loop
    }
    for (const repo of ["small", "large", "past"]) await made(repo)

    let first = ""
    const counted = await server.counted(async () => void (first = (await create("large")).id))
    // Its preparation is none of the next one's.
    await prepared(server.home, first)
    report.count("L9", "fsyncs at acceptance", Math.min(4, counted.value("fsyncs_total")))
    report.inTest("L9", "processes at acceptance", "src/loops/create.test.ts")
    report.inTest("L9", "bytes at acceptance", "src/loops/create.test.ts")
    const before = await server.metrics()
    const { id } = await made("large")
    await Bun.sleep(200)
    report.count(
      "L9",
      "git processes of preparing",
      difference(await server.metrics(), before).value("processes_total", { program: "git" }),
    )
    const objects = await output([
      "find",
      join(server.home, "loops", id, "workdir/.git/objects"),
      "-type",
      "f",
      "-name",
      "*.pack",
    ])
    report.count("L9", "objects copied", objects.split("\n").filter(Boolean).length)
    const walls: number[] = []
    await world.ratio("L9", "with a small repository", {
      async ours() {
        const { accepted } = await made("large")
        walls.push(accepted)
        return accepted
      },
      bare: async () => (await made("small")).accepted,
    })
    report.wall("L9", "accepted", walls)
    report.wall("L9", "prepared, with that much history", await times(5, () => made("past")))
  },
}

/** One of each size in its files, and one that was large once. */
const repositories = (folder: string, { small, large }: { small: number; large: number }) =>
  Promise.all([
    repository(join(folder, "small"), small).then((git) => ({ name: "small", git })),
    repository(join(folder, "large"), large).then((git) => ({ name: "large", git })),
    repository(join(folder, "past"), large, "in its past").then((git) => ({ name: "past", git })),
  ])

/** Milliseconds of each, one after the other. */
async function times(count: number, work: () => Promise<unknown>): Promise<number[]> {
  const all: number[] = []
  for (let n = 0; n < count; n++) {
    const begun = performance.now()
    await work()
    all.push(performance.now() - begun)
  }
  return all
}

const prepared = (home: string, id: string) =>
  until(
    "it is prepared",
    async () => /"kind": "driven"/.test(await Bun.file(join(home, "loops", id, "meta.json")).text()),
    { everyMs: 10, timeoutMs: 120_000 },
  )
