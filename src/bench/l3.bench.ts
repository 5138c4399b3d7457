import { type BareAgent, startBareAgent } from "./harness/bare-agent.ts"
import type { Bench } from "./harness/bench.ts"
import { difference } from "./harness/metrics.ts"
import { until } from "./harness/programs.ts"
import { median } from "./harness/verdict.ts"
import { everyMs, speak, tokens, watcher } from "./harness/tokens.ts"
import { createWorking, type Working } from "./harness/working.ts"

/** A token from the model to the browser, beside the agent's own stream; then a turn of many blocks. */
export const bench: Bench = {
  ids: ["L3", "L4"],
  async run(world) {
    const { report } = world
    const ours = await createWorking(world)
    const loop = await ours.loop("warm up")
    await until("the first turn has ended", async () =>
      (await ours.lines(loop)).some(({ kind }) => kind === "turn-finished"),
    )
    const bare = await startBareAgent(world)
    await bare.turn("warm up")

    const one = await streamOurs(ours, loop)
    const { counted, frames, bytes, seconds, text } = one
    const lines = (await ours.lines(loop)).length - one.linesBefore
    report.count("L3", "disk writes per delta", Math.max(0, counted.value("writes_total") - lines - 3) / tokens)
    report.count("L3", "frames per second", frames / seconds)
    report.count("L3", "wire bytes over the allowed", Math.max(0, bytes - (3 * text + 150 * frames)))
    report.count(
      "L3",
      "renders per frame and kind",
      counted.value("renders_total") / Math.max(1, counted.value("deliveries_total")),
    )
    const walls: number[] = []
    await world.ratio("L3", "the bare agent's stream", {
      slow: true,
      async ours() {
        const { latencies } = await streamOurs(ours, loop)
        walls.push(...latencies)
        return median(latencies)
      },
      bare: async () => median(await streamBare(bare)),
    })
    const alone = median(await streamBare(bare))
    report.wall(
      "L3",
      "added",
      walls.map((ms) => Math.max(0, ms - alone)),
    )

    const before = await ours.server.metrics()
    const begun = performance.now()
    const linesBefore = (await ours.lines(loop)).length
    await ours.turn(loop, Array.from({ length: 12 }, (_, n) => `#bash echo ${n}`).join("\n"))
    const many = difference(await ours.server.metrics(), before)
    const stored = (await ours.lines(loop)).length - linesBefore
    report.count(
      "L4",
      "appends per block",
      many.value("writes_total") / stored <= 1 ? 1 : many.value("writes_total") / stored,
    )
    report.count("L4", "fsyncs per 50 ms", many.value("fsyncs_total") / ((performance.now() - begun) / 50))
    report.inTest("L4", "renders per block and kind", "src/agent/stream.test.ts")
  },
}

async function streamOurs(ours: Working, loop: string) {
  const [sent, seen]: [number[], number[]] = [[], []]
  const { visitor } = ours.server
  const lines = await ours.lines(loop)
  const last = lines.at(-1)?.seq ?? 0
  const watch = watcher(seen)
  let streaming = ""
  let frames = 0
  const stream = await visitor.stream(`/loops/${loop}/events?after=${last}`, {
    onFrame(frame) {
      // Until the block is whole: then it comes once more, in its final form.
      if (/tok\d/.test(frame) && seen[tokens - 1] === undefined) {
        frames++
        streaming += frame
      }
      watch(frame)
    },
  })
  speak(ours.model, sent)
  const before = await ours.server.metrics()
  const visible = ours.nextEnd(loop)
  const form = { text: "tell the tokens", clientId: crypto.randomUUID() }
  await visitor.post(`/loops/${loop}/messages`, form, { "hx-request": "true" })
  await visible
  stream.close()
  const counted = difference(await ours.server.metrics(), before)
  const latencies = sent.map((at, n) => (seen[n] ?? Number.NaN) - at)
  const text = Array.from({ length: tokens }, (_, n) => `tok${n} `).join("").length
  return {
    latencies,
    counted,
    frames,
    bytes: streaming.length,
    seconds: (tokens * everyMs) / 1_000,
    text,
    linesBefore: lines.length,
  }
}

async function streamBare(bare: BareAgent): Promise<number[]> {
  const [sent, seen]: [number[], number[]] = [[], []]
  const watch = watcher(seen)
  bare.onLine = (line) => {
    if (line.includes("text_delta")) watch(line)
  }
  speak(bare.model, sent)
  const done = bare.turnWithoutRequest("tell the tokens")
  await done
  bare.onLine = undefined
  return sent.map((at, n) => (seen[n] ?? Number.NaN) - at)
}
