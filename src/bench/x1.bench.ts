import type { Bench, World } from "./harness/bench.ts"
import { output, pinned, until } from "./harness/programs.ts"
import { childrenOf, processesLike } from "./harness/proc.ts"
import { bareRun, createWorking } from "./harness/working.ts"

/** Sandboxes that start: one, one for many askers, and twenty at once. */
export const bench: Bench = {
  ids: ["X1", "X5"],
  async run(world) {
    const { report, quick } = world
    const working = await createWorking(world)
    const { server } = working
    const first = await working.loop()
    await working.wake(first)
    const { flags, image } = await bareRun(await working.container(first), world.mark)
    const bare = async () => {
      const begun = performance.now()
      await output(pinned(["podman", "run", "--rm", ...flags, image, "true"]))
      return performance.now() - begun
    }

    const second = await working.loop()
    const counted = await server.counted(() => Promise.all(Array.from({ length: 20 }, () => working.wake(second))))
    report.count("X1", "podman calls", counted.value("processes_total", { program: "podman" }))
    report.count("X1", "starts for many askers", (await working.container(second)).split("\n").filter(Boolean).length)
    report.count(
      "X1",
      "image builds",
      (await output(["podman", "ps", "-aq", "--filter", "name=buildah"])).trim() === "" ? 0 : 1,
    )
    const walls: number[] = []
    await world.ratio("X1", "bare podman run", {
      slow: true,
      async ours() {
        const loop = await working.loop()
        const ms = await working.wake(loop)
        walls.push(ms)
        return ms
      },
      bare,
    })
    report.wall("X1", "prompt", walls)
    const count = quick ? 8 : 20
    if (quick) report.leftOut("X5", "20 loops", `${count} with --quick`)
    await storm(world, working, { bare, count })
  },
}

type Working = Awaited<ReturnType<typeof createWorking>>

/** All are asked at once; podman is looked at from outside meanwhile. */
async function storm(
  { report, ratio }: World,
  working: Working,
  { bare, count }: { bare: () => Promise<number>; count: number },
): Promise<void> {
  let [most, failed, containers] = [0, 0, 0]
  await ratio("X5", "20 bare runs, 4 at a time", {
    once: true,
    async ours() {
      const loops: string[] = []
      for (let n = 0; n < count; n++) loops.push(await working.loop())
      let over = false
      const watching = until(
        "the storm is over",
        async () => {
          most = Math.max(most, await startsOf(working.server.pid))
          const page = await working.server.visitor.get("/loops")
          if (page.status !== 200) failed++
          await page.text()
          return over
        },
        { everyMs: 10, timeoutMs: 240_000 },
      )
      const begun = performance.now()
      await Promise.all(loops.map((loop) => working.wake(loop)))
      const ms = performance.now() - begun
      over = true
      await watching
      for (const loop of loops) {
        containers = Math.max(containers, (await working.container(loop)).split("\n").length)
        await working.server.visitor.post(`/loops/${loop}/archive`, {}, { "hx-request": "true" })
      }
      return ms
    },
    async bare() {
      let left = count
      const begun = performance.now()
      await Promise.all(
        Array.from({ length: 4 }, async () => {
          while (left-- > 0) await bare()
        }),
      )
      return performance.now() - begun
    },
  })
  report.count("X5", "starts at a time", most)
  report.count("X5", "containers per loop", containers)
  report.count("X5", "pages that failed meanwhile", failed)
}

/** Starts of this server that podman works on right now. */
async function startsOf(server: number): Promise<number> {
  const [children, starts] = await Promise.all([childrenOf(server), processesLike(/^\S*podman (create|start) /)])
  return children.filter(({ pid }) => starts.includes(pid)).length
}
