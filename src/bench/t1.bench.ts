import type { Bench } from "./harness/bench.ts"
import { runScript } from "./harness/inside.ts"
import { memoryOf } from "./harness/proc.ts"
import { until } from "./harness/programs.ts"
import { openTerminal, type Screen } from "./harness/terminal.ts"
import { median } from "./harness/verdict.ts"
import { createWorking, type Working } from "./harness/working.ts"

const keys = 50
/** A quick hand; quicker ones share the frames that a screen can follow. */
const betweenKeysMs = 25
const ctrlC = "\u0003"

/** A socket and a terminal, nothing between them, asked from inside as well; prints milliseconds from key to echo. */
const bareServer = `
let socket
const cat = Bun.spawn(["cat"], { terminal: { cols: 80, rows: 24, data: (_, bytes) => socket?.send(bytes) } })
const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: (request, server) => server.upgrade(request) ? undefined : new Response(),
  websocket: { open: (ws) => { socket = ws }, message: (_, bytes) => cat.terminal.write(bytes) } })
const client = new WebSocket("ws://127.0.0.1:" + server.port)
await new Promise((open) => client.addEventListener("open", open, { once: true }))
const times = []
for (let n = 0; n < ${keys}; n++) {
  const echo = new Promise((done) => client.addEventListener("message", done, { once: true }))
  const begun = performance.now()
  client.send(new Uint8Array([97]))
  await echo
  times.push(performance.now() - begun)
  await Bun.sleep(${betweenKeysMs})
}
console.log(times.sort((a, b) => a - b)[times.length >> 1])
process.exit(0)`

/** A terminal as its browser uses it: single keys, and a flood. */
export const bench: Bench = {
  ids: ["T1", "T2"],
  async run(world) {
    const { report, ratio, quick } = world
    const working = await createWorking(world)
    const loop = await working.loop("one turn")
    await until("the turn has ended", async () => (await working.ended(loop)) > 0, { timeoutMs: 120_000 })
    const container = await working.container(loop)
    const screen = await openTerminal(working, loop)
    world.stack.defer(() => screen.socket.close())
    await screen.type("cat\r", "cat\r\n")
    const walls: number[] = []
    const echoes = async () => {
      const times: number[] = []
      for (let n = 0; n < keys; n++) {
        times.push(await screen.type("a", "a"))
        await Bun.sleep(betweenKeysMs)
      }
      walls.push(...times)
      return median(times)
    }
    const before = screen.frames()
    await echoes()
    report.count("T1", "frames per key", (screen.frames() - before) / keys)
    await ratio("T1", "a bare socket and terminal in the container", {
      slow: true,
      ours: echoes,
      bare: async () => Number(await runScript(container, bareServer)),
    })
    report.wall("T1", "echo", walls)
    // What is typed before the prompt is back goes with the interrupted program.
    await screen.type(ctrlC, "$ ")
    await flood(world, { working, screen, seconds: quick ? 5 : 30 })
  },
}

type World = Parameters<Bench["run"]>[0]

async function flood({ report }: World, place: { working: Working; screen: Screen; seconds: number }): Promise<void> {
  const { working, screen, seconds } = place
  const resident = () => working.server.metrics(true).then(async () => (await memoryOf(working.server.pid)).resident)
  const calm = await resident()
  screen.acknowledges = false
  await screen.type("yes\r", "y\r\ny")
  await Bun.sleep(seconds * 500)
  const stalled = (await resident()) - calm
  screen.acknowledges = true
  screen.acknowledge()
  // The first ones after a pause follow each other at once.
  await Bun.sleep(1_000)
  const [frames, begun] = [screen.frames(), performance.now()]
  await Bun.sleep(seconds * 500)
  report.count("T2", "frames per second", ((screen.frames() - frames) / (performance.now() - begun)) * 1_000)
  report.count("T2", "bytes of server memory", Math.max(0, stalled, (await resident()) - calm))
  const bytes = screen.bytes()
  const stopped = await screen.type(ctrlC, "^C")
  report.count("T2", "bytes after Ctrl-C", screen.bytes() - bytes)
  report.wall("T2", "Ctrl-C", [stopped])
}
