import { expect, test } from "bun:test"
import { join } from "node:path"
import { cpuMsOf, guestLine, processesIn, wakeUpsOf, wakeUpsSince } from "../bench/harness/proc.ts"
import { seedLoop } from "../bench/harness/seeds.ts"
import { newWorkspaceId } from "../lib/ids.ts"
import { urls } from "../lib/urls.ts"
import { systemIds } from "../platform/clock.ts"
import { until } from "./harness.ts"
import { type LoadWorld, loadWorld, mebibyte } from "./load-world.ts"

/** As many as a laptop has room for; `LOOPAT_TEST_SANDBOXES=50` for a larger machine. */
const many = Number(process.env["LOOPAT_TEST_SANDBOXES"] ?? 20)
const pages = 100

/** What a hundred pages cost the server, of its list and of one loop. */
async function pageCost(world: LoadWorld, loop: string) {
  const cost = async () => {
    const [before, cpu] = [await world.metrics(), await cpuMsOf(world.server.pid)]
    for (let n = 0; n < pages; n++) await read(world, n % 2 === 0 ? urls.loops() : urls.loop(loop))
    const [after, cpuAfter] = [await world.metrics(), await cpuMsOf(world.server.pid)]
    const count = (name: string) => after.value(name) - before.value(name)
    return { cpu: cpuAfter - cpu, processes: count("processes_total"), opened: count("files_opened_total") }
  }
  const costs = [await cost(), await cost(), await cost()]
  return costs.reduce((least, one) => (one.cpu < least.cpu ? one : least))
}

async function read({ visitor }: LoadWorld, path: string): Promise<string> {
  const answer = await visitor.get(path)
  const text = await answer.text()
  if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`)
  return text
}

/** Its sandbox runs from then on, and nobody does anything in it. */
async function wake({ visitor }: LoadWorld, loop: string): Promise<void> {
  const answer = await visitor.post(urls.loopCommand(loop), { command: "true" }, { "hx-request": "true" })
  if (answer.status !== 200) throw new Error(`a command answers ${answer.status}: ${await answer.text()}`)
}

const podman = (...args: string[]) => Bun.spawnSync(["podman", ...args]).stdout.toString()

async function guests(home: string): Promise<number[]> {
  const { id }: { id: string } = JSON.parse(await Bun.file(join(home, "config.json")).text())
  const list = podman("ps", "-q", "--no-trunc", `--filter=label=loopat.workspace=${id}`)
  return processesIn(list.split("\n").filter(Boolean), guestLine)
}

test("sandboxes that run and rest leave a page as cheap as it is beside a single one, and ask podman nothing", async () => {
  await using world = await loadWorld({
    config: { id: newWorkspaceId(systemIds), name: "Acme", sandbox: { maxRunning: many + 1 } },
  })
  const loops: string[] = []
  while (loops.length < many) loops.push(await world.loop())
  const [first = "", ...others] = loops
  await wake(world, first)
  await pageCost(world, first)
  const alone = await pageCost(world, first)
  await Promise.all(others.map((loop) => wake(world, loop)))
  const running = await until("all run", async () => {
    const found = await guests(world.server.home)
    return found.length === many && found
  })
  const beside = await pageCost(world, first)
  const [before, asked, begun] = [await wakeUpsOf(running), await world.metrics(), performance.now()]
  await until("they have rested for a while", () => performance.now() - begun > 5_000)
  const seconds = (performance.now() - begun) / 1_000
  const wakeUps = wakeUpsSince(before, await wakeUpsOf(running)) / many / seconds
  const calls = (await world.metrics()).value("processes_total") - asked.value("processes_total")
  console.log(
    `${many} resting sandboxes: ${pages} pages cost ×${(beside.cpu / alone.cpu).toFixed(2)} of the processor time beside one, ${beside.opened} files opened (${alone.opened}); ${wakeUps.toFixed(1)} wake-ups a second and sandbox, ${calls} programs started`,
  )
  expect([beside.processes, calls]).toEqual([0, 0])
  // Whoever asked each sandbox something would pay many times as much.
  expect(beside.cpu).toBeLessThan(2 * alone.cpu)
  expect(beside.opened).toBeLessThanOrEqual(alone.opened + 2)
  expect(wakeUps).toBeLessThan(6)
}, 120_000)

test("a tool result of fifty megabytes is kept whole, costs its viewers a beginning, and the server no memory afterwards", async () => {
  await using world = await loadWorld({
    env: { LOOPAT_CLAUDE_BIN: join(import.meta.dir, "../testing/hostile-claude.pl") },
  })
  const loop = await world.loop()
  const viewer = await world.visitor.stream(`${urls.loop(loop)}/events?after=0`)
  const memory: number[] = []
  for (let turn = 1; turn <= 3; turn++) {
    await world.send(loop, "result please")
    await world.ended(loop, turn)
    memory.push(await world.memory())
  }
  const page = await read(world, urls.loop(loop))
  const whole = [...page.matchAll(/href="(\/loops\/[^"]+\/blobs\/[^"]+)"/g)].map(([, path = ""]) => path)
  const text = await read(world, whole.at(-1) ?? "")
  console.log(
    `a tool result of ${Math.round(text.length / mebibyte)} MiB: a page of ${page.length >> 10} KiB, ${viewer.bytes() >> 10} KiB to a viewer of three; memory afterwards ${memory.map((bytes) => Math.round(bytes / mebibyte)).join(", ")} MiB`,
  )
  expect(text.length).toBeGreaterThan(50 * mebibyte)
  expect(text.endsWith("the very end")).toBe(true)
  expect(page.length).toBeLessThan(mebibyte)
  expect(viewer.bytes()).toBeLessThan(mebibyte)
  expect((memory[2] ?? 0) - (memory[1] ?? 0)).toBeLessThan(24 * mebibyte)
  viewer.close()
}, 120_000)

/** Notes that all of its conversation was written down as somebody saw it, so that nothing is made good meanwhile. */
async function seen(home: string, loop: string): Promise<string> {
  const folder = join(home, "loops", loop)
  const end = (await Bun.file(join(folder, "messages.jsonl")).text()).slice(-20_000)
  const turn = [...end.matchAll(/"turn":"(turn_\w+)"/g)].at(-1)?.[1]
  await Bun.write(join(folder, "chat_history.jsonl"), `${JSON.stringify({ turn })}\n`)
  return loop
}

test("a conversation of two hundred thousand events opens by reading no more than one of a hundred, and is not kept in memory", async () => {
  const loops: string[] = []
  await using world = await loadWorld({
    sandboxes: false,
    seed: async (home) => {
      for (const [index, events] of [100, 200_000].entries())
        loops.push(await seen(home, await seedLoop(home, index, { events })))
      // The windows of the loops that were opened last are remembered: others take their places.
      for (let other = 10; other < 18; other++) loops.push(await seedLoop(home, other))
    },
  })
  const [short = "", long = "", ...others] = loops
  const open = async (loop: string) => {
    for (const other of others) await read(world, urls.loop(other))
    const before = await world.metrics()
    const page = await read(world, urls.loop(loop))
    const bytes = (await world.metrics()).value("read_bytes_total") - before.value("read_bytes_total")
    return { bytes, elements: page.match(/<[a-z]/g)?.length ?? 0 }
  }
  for (let n = 0; n < 30; n++) await open(short)
  await open(long)
  const first = await world.memory()
  const [of100, of200000] = [await open(short), await open(long)]
  for (let n = 0; n < 20; n++) await open(long)
  const last = await world.memory()
  console.log(
    `a conversation of 200,000 events: ${of200000.bytes} bytes read (${of100.bytes} of 100 events), ${of200000.elements} elements; memory ${Math.round(first / mebibyte)}, afterwards ${Math.round(last / mebibyte)} MiB`,
  )
  expect(of200000.bytes - of100.bytes).toBeLessThan(64 << 10)
  expect(of200000.elements).toBeLessThan(3_000)
  expect(last - first).toBeLessThan(8 * mebibyte)
}, 120_000)
