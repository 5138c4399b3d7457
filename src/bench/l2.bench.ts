import { startBareAgent } from "./harness/bare-agent.ts"
import type { Bench, World } from "./harness/bench.ts"
import { difference } from "./harness/metrics.ts"
import { until } from "./harness/programs.ts"
import { processesIn } from "./harness/proc.ts"
import { median } from "./harness/verdict.ts"
import { createWorking, type Working } from "./harness/working.ts"

/** Turns of a warm loop beside the same agent run bare, and how fast a turn is stopped. */
export const bench: Bench = {
  ids: ["L2", "L11"],
  async run(world) {
    const { report } = world
    const ours = await createWorking(world)
    const loop = await ours.loop("warm up")
    await until("the first turn has ended", async () =>
      (await ours.lines(loop)).some(({ kind }) => kind === "turn-finished"),
    )
    const bare = await startBareAgent(world)
    await bare.turn("warm up")

    const container = await ours.container(loop)
    const agents = new Set<number>()
    const before = await ours.server.metrics()
    for (let n = 0; n < 10; n++) {
      await ours.turn(loop, `turn ${n}`)
      for (const pid of await processesIn([container], /^\/opt\/loopat\/bin\/claude /)) agents.add(pid)
    }
    const counted = difference(await ours.server.metrics(), before)
    const podman = counted.value("processes_total", { program: "podman" })
    report.count("L2", "podman calls", podman)
    report.count("L2", "host processes", counted.value("processes_total") - podman)
    report.count("L2", "agent processes in 10 turns", agents.size)

    const [walls, whole, wholeBare]: [number[], number[], number[]] = [[], [], []]
    await world.ratio("L2", "the bare agent", {
      async ours() {
        const turn = await ours.turn(loop, "say it again")
        walls.push(turn.asked)
        whole.push(turn.finished)
        return turn.asked
      },
      async bare() {
        const turn = await bare.turn("say it again")
        wholeBare.push(turn.finished)
        return turn.asked
      },
    })
    report.wall("L2", "request leaves", walls)
    const [price, alone] = [median(whole), median(wholeBare)]
    report.note(
      "L2",
      `a whole turn: ${price.toFixed(0)} ms through loopat, ${alone.toFixed(0)} ms the bare agent (×${(price / alone).toFixed(2)})`,
    )

    await stopping(world, ours, loop)
  },
}

async function stopping({ report, quick }: World, ours: Working, loop: string): Promise<void> {
  const stops: number[] = []
  let processes = 0
  for (let n = 0; n < (quick ? 3 : 7); n++) {
    const asked = ours.model.nextRequest()
    const turn = ours.turn(loop, "#slow 5000 20")
    await asked
    await Bun.sleep(150)
    const stopped = await ours.server.counted(async () => {
      const begun = performance.now()
      await ours.server.visitor.post(`/loops/${loop}/stop`, {}, { "hx-request": "true" })
      await turn
      stops.push(performance.now() - begun)
    })
    processes += stopped.value("processes_total")
  }
  report.wall("L11", "stopped", stops)
  report.count("L11", "host processes", processes)
}
