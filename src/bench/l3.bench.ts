import { type BareAgent, startBareAgent } from "./harness/bare-agent.ts"
import type { Bench } from "./harness/bench.ts"
import { difference, type Metrics } from "./harness/metrics.ts"
import { until } from "./harness/programs.ts"
import { median } from "./harness/verdict.ts"
import { everyMs, speak, tokens, watcher } from "./harness/tokens.ts"
import { createWorking, type Working } from "./harness/working.ts"

const between = { from: 5, to: 35 }

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

    const { counted, deltas, frames, bytes, seconds, text } = await streamOurs(ours, loop)
    report.count("L3", "disk writes per delta", counted.value("writes_total") / deltas)
    report.count("L3", "frames per second", frames / seconds)
    report.count("L3", "wire bytes over the allowed", Math.max(0, bytes - (3 * text + 150 * frames)))
    const [walls, renders]: [number[], number[]] = [[], []]
    await world.ratio("L3", "the bare agent's stream", {
      slow: true,
      async ours() {
        const one = await streamOurs(ours, loop)
        walls.push(...one.latencies)
        renders.push(one.counted.value("renders_total") / one.deltas)
        return median(one.latencies)
      },
      bare: async () => median(await streamBare(bare)),
    })
    // In one of the streams something else may change on the page as well.
    report.count("L3", "renders per delta and kind", median(renders))
    const alone = median(await streamBare(bare))
    const added = walls.map((ms) => Math.max(0, ms - alone))
    report.wall("L3", "added", added)

    const before = await ours.server.metrics()
    const begun = performance.now()
    const [linesBefore, requests] = [(await ours.lines(loop)).length, ours.model.script.requests.length]
    await ours.turn(loop, Array.from({ length: 12 }, (_, n) => `#bash echo ${n}`).join("\n"))
    const many = difference(await ours.server.metrics(), before)
    const stored = (await ours.lines(loop)).length - linesBefore
    // Each model request has a line in the ledger besides, made durable by itself (G1).
    const ledger = ours.model.script.requests.length - requests
    const wholeFiles = many.value("renames_total")
    report.count("L4", "appends per block", (many.value("writes_total") - wholeFiles - ledger) / stored)
    // The message is made durable before it is accepted (L1); a whole file takes two.
    const fsyncs = many.value("fsyncs_total") - ledger - 2 * wholeFiles - 1
    report.count("L4", "fsyncs per 50 ms", fsyncs / ((performance.now() - begun) / 50))
    report.inTest("L4", "renders per block and kind", "src/agent/stream.test.ts")
  },
}

async function streamOurs(ours: Working, loop: string) {
  const [sent, seen]: [number[], number[]] = [[], []]
  const { visitor } = ours.server
  const lines = await ours.lines(loop)
  const last = lines.at(-1)?.seq ?? 0
  const watch = watcher(seen)
  const marks: Promise<{ metrics: Metrics; sent: number }>[] = []
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
      // Two looks in the middle of the stream, where nothing else happens.
      if (marks.length < 2 && seen[marks.length === 0 ? between.from : between.to] !== undefined)
        marks.push(ours.server.metrics().then((metrics) => ({ metrics, sent: sent.length })))
    },
  })
  speak(ours.model, sent)
  const visible = ours.nextEnd(loop)
  const form = { text: "tell the tokens", clientId: crypto.randomUUID() }
  await visitor.post(`/loops/${loop}/messages`, form, { "hx-request": "true" })
  await visible
  stream.close()
  const [first, second] = await Promise.all(marks)
  if (!first || !second) throw new Error("the stream was not seen")
  const counted = difference(second.metrics, first.metrics)
  // More may have come between the token that was seen and the answer to the second look.
  const deltas = second.sent - (between.from + 1)
  const latencies = sent.map((at, n) => (seen[n] ?? Number.NaN) - at)
  const text = Array.from({ length: tokens }, (_, n) => `tok${n} `).join("").length
  return {
    latencies,
    counted,
    deltas,
    frames,
    bytes: streaming.length,
    seconds: (tokens * everyMs) / 1_000,
    text,
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
