import { join } from "node:path"
import { readHtml } from "../testing/html.ts"
import type { Bench, World } from "./harness/bench.ts"
import { runScript } from "./harness/inside.ts"
import { memoryOf } from "./harness/proc.ts"
import { until } from "./harness/programs.ts"
import { median } from "./harness/verdict.ts"
import { createWorking, type Working } from "./harness/working.ts"

const port = 3000
const requests = 50
const large = 400 << 20

/** Answers with a small page, and with a body of any length. */
const program = `
Bun.serve({ port: ${port}, hostname: "127.0.0.1", idleTimeout: 0, fetch(request) {
  const size = Number(new URL(request.url).searchParams.get("size") ?? 0)
  if (size === 0) return new Response("x".repeat(2_000))
  let left = size
  const piece = new Uint8Array(1 << 16)
  return new Response(new ReadableStream({ pull(controller) {
    if (left <= 0) return controller.close()
    controller.enqueue(piece)
    left -= piece.length
  } }))
} })`

/** The same requests from within, one connection for each as well; prints milliseconds for one. */
const direct = `
const once = async () => (await fetch("http://127.0.0.1:${port}/", { headers: { connection: "close" } })).text()
for (let n = 0; n < 10; n++) await once()
const begun = performance.now()
for (let n = 0; n < ${requests}; n++) await once()
console.log((performance.now() - begun) / ${requests})`

/** A port inside a sandbox, seen through its own host name. */
export const bench: Bench = {
  ids: ["V1"],
  async run(world) {
    const { report } = world
    const working = await createWorking(world, { env: { LOOPAT_SERVE_PORT: "0" } })
    const loop = await working.loop("one turn")
    await until("the turn has ended", async () => (await working.ended(loop)) > 0, { timeoutMs: 120_000 })
    const container = await working.container(loop)
    await runScript(container, program, { stays: true })
    const ask = await enter(working, loop)
    await until("the program answers", async () => (await ask("/")).status === 200)

    const counted = await working.server.counted(async () => {
      for (let n = 0; n < 20; n++) await (await ask("/")).text()
    })
    report.count("V1", "host processes", counted.value("processes_total"))
    report.count("V1", "bodies whole in memory", (await growth(working, ask)) > large / 2 ? 1 : 0)
    await compare(world, ask, () => runScript(container, direct))
  },
}

type Ask = (path: string) => Promise<Response>

async function compare({ report, ratio }: World, ask: Ask, bare: () => Promise<string>): Promise<void> {
  const [ours, theirs]: [number[], number[]] = [[], []]
  await ratio("V1", "direct to the port inside", {
    async ours() {
      const begun = performance.now()
      for (let n = 0; n < requests; n++) await (await ask("/")).text()
      ours.push((performance.now() - begun) / requests)
      return ours.at(-1) ?? 0
    },
    async bare() {
      theirs.push(Number(await bare()))
      return theirs.at(-1) ?? 0
    },
  })
  report.wall(
    "V1",
    "added",
    ours.map((ms) => ms - median(theirs)),
  )
  report.note("V1", `a request: ${median(ours).toFixed(2)} ms, direct ${median(theirs).toFixed(2)} ms`)
}

/** Through the panel, as its driver comes in. */
async function enter({ server }: Working, loop: string): Promise<Ask> {
  const { visitor } = server
  const made = await visitor.post(`/loops/${loop}/previews`, { port: String(port) })
  const page = readHtml(await (await visitor.get(made.headers.get("location") ?? "")).text())
  const url = new URL(page.one("#preview-enter").attributes["action"] ?? "")
  const body = new URLSearchParams({ ticket: page.one("#preview-enter [name=ticket]").attributes["value"] ?? "" })
  const send = (path: string, headers: Record<string, string>, init: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${url.port}${path}`, {
      redirect: "manual",
      ...init,
      headers: { ...headers, host: url.host },
    })
  const entered = await send(url.pathname, {}, { method: "POST", body })
  const cookie = entered.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ")
  return (path) => send(path, { cookie })
}

/** How far a body makes the server grow. */
async function growth({ server }: Working, ask: Ask): Promise<number> {
  const before = await memoryOf(server.pid)
  let most = 0
  let size = 0
  for await (const piece of (await ask(join("/", `?size=${large}`))).body ?? []) {
    size += piece.length
    if (size % (16 << 20) < piece.length) most = Math.max(most, (await memoryOf(server.pid)).resident)
  }
  return most - before.resident
}
