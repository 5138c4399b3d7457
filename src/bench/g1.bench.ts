import { readFile } from "node:fs/promises"
import { join } from "node:path"
import type { Bench } from "./harness/bench.ts"
import { difference } from "./harness/metrics.ts"
import { memoryOf } from "./harness/proc.ts"
import { type Model, createWorking } from "./harness/working.ts"

const large = 8 << 20
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
    const working = await createWorking(world)
    const { server, model } = working
    const loop = await working.loop()
    await working.wake(loop)
    const socket = await gatewaySocket(server.home, loop)
    const headers = { "content-type": "application/json", "x-api-key": "loopat" }
    const direct = () => fetch(`${model.url}/v1/messages`, { method: "POST", body: question, headers })
    const through = () =>
      fetch("http://localhost/v1/messages", { method: "POST", body: question, headers, unix: socket })

    const hold = Promise.withResolvers<void>()
    answerWith(model, 4_096, hold.promise)
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
    const peak = (await memoryOf(server.pid)).peak
    await Promise.all(Array.from({ length: 8 }, () => through().then(hashOf)))
    report.count("G1", "bytes of memory per stream", Math.max(0, (await memoryOf(server.pid)).peak - peak) / 8)

    answerWith(model, 64)
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

/** The same bytes each time; the first of them at once, the rest when `go` says so. */
function answerWith(model: Model, size: number, go?: Promise<void>): void {
  const line = new TextEncoder().encode(`event: ping\ndata: ${"x".repeat(1_000)}\n\n`)
  model.answer = async (request) => {
    await request.arrayBuffer()
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
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

/** Where the server listens for this loop. */
async function gatewaySocket(home: string, loop: string): Promise<string> {
  const { id }: { id: string } = JSON.parse(await readFile(join(home, "config.json"), "utf8"))
  const runtime = process.env["XDG_RUNTIME_DIR"] ?? "/run"
  const glob = new Bun.Glob(`**/${loop}/**/gateway.sock`)
  for (const path of glob.scanSync({ cwd: join(runtime, "loopat", id.slice(0, 8)), onlyFiles: false, absolute: true }))
    return path
  throw new Error("the loop has no gateway socket")
}
