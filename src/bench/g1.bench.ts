import type { Bench } from "./harness/bench.ts"
import { difference } from "./harness/metrics.ts"
import { memoryOf, steady } from "./harness/proc.ts"
import { gatewaySocket, type Model, startSandboxes } from "./harness/working.ts"

const large = 8 << 20
/** No model begins sooner; without any pause the scripted one answers in a tenth of a millisecond. */
const quickModelMs = 25
const question = JSON.stringify({
  model: "script",
  stream: true,
  max_tokens: 10,
  messages: [{ role: "user", content: "x" }],
})

/** A model call through the gateway of a running loop, beside the same call made directly. */
export const bench: Bench = {
  ids: ["G1"],
  async run(world) {
    const { report, quick } = world
    const working = await startSandboxes(world, 0)
    const { server, model } = working
    const [loop = ""] = await working.more(1)
    const socket = await gatewaySocket(server.home, loop)
    const headers = { "content-type": "application/json", "x-api-key": "loopat" }
    const direct = () => fetch(`${model.url}/v1/messages`, { method: "POST", body: question, headers })
    const through = () =>
      fetch("http://localhost/v1/messages", { method: "POST", body: question, headers, unix: socket })

    const hold = Promise.withResolvers<void>()
    answerWith(model, 4_096, { go: hold.promise })
    const before = await server.metrics()
    const answer = await through()
    const reader = answer.body?.getReader()
    await reader?.read()
    const held = difference(await server.metrics(), before)
    report.count("G1", "disk writes before the end", held.value("writes_total"))
    hold.resolve()
    while (reader && !(await reader.read()).done);
    report.count("G1", "ledger appends", difference(await server.metrics(), before).value("writes_total"))

    answerWith(model, large)
    const [a, b] = [await hashOf(await direct()), await hashOf(await through())]
    report.count("G1", "answers with other bytes", a === b ? 0 : 1)
    const wall = async (ask: () => Promise<Response>) => {
      const begun = performance.now()
      await hashOf(await ask())
      return performance.now() - begun
    }
    await world.ratio("G1", "throughput, direct", { ours: () => wall(through), bare: () => wall(direct) })
    const resident = () => server.metrics(true).then(async () => (await memoryOf(server.pid)).resident)
    const calm = await steady(resident)
    const slow = await Promise.all(Array.from({ length: 8 }, stalled(through)))
    report.count("G1", "bytes of memory per stream", Math.max(0, (await steady(resident)) - calm) / slow.length)
    await Promise.all(slow.flatMap((one) => (one ? [one.cancel()] : [])))

    answerWith(model, 64, { afterMs: quickModelMs })
    const added: number[] = []
    const first = async (ask: () => Promise<Response>) => {
      let sum = 0
      for (let n = 0; n < (quick ? 10 : 20); n++) {
        const begun = performance.now()
        const response = await ask()
        const body = response.body?.getReader()
        await body?.read()
        sum += performance.now() - begun
        while (body && !(await body.read()).done);
      }
      return sum / (quick ? 10 : 20)
    }
    await world.ratio("G1", "first byte, direct", {
      ours: () => first(through),
      bare: () => first(direct),
      done: (pairs) => void added.push(...pairs.map(({ ours, bare }) => Math.max(0, ours - bare))),
    })
    report.wall("G1", "added", added)
  },
}

/** Takes the first bytes of an answer and no more. */
const stalled = (ask: () => Promise<Response>) => async () => {
  const reader = (await ask()).body?.getReader()
  await reader?.read()
  return reader
}

/** The same bytes each time; the first of them after a while, the rest when `go` says so. */
function answerWith(
  model: Model,
  size: number,
  { go, afterMs = 0 }: { go?: Promise<void>; afterMs?: number } = {},
): void {
  const line = new TextEncoder().encode(`event: ping\ndata: ${"x".repeat(1_000)}\n\n`)
  model.answer = async (request) => {
    await request.arrayBuffer()
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        await Bun.sleep(afterMs)
        controller.enqueue(line)
        await go
        for (let sent = line.length; sent < size; sent += line.length) controller.enqueue(line)
        controller.close()
      },
    })
    return new Response(body, { headers: { "content-type": "text/event-stream" } })
  }
}

async function hashOf(response: Response): Promise<string> {
  if (response.status !== 200)
    throw new Error(`the call answers ${response.status}: ${(await response.text()).slice(0, 200)}`)
  return new Bun.CryptoHasher("sha256").update(await response.arrayBuffer()).digest("hex")
}
