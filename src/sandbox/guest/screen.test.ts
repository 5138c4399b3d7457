import { expect, test } from "bun:test"
import { linkWorld, until } from "../../testing/link-world.ts"
import type { Box, KeptProcess } from "../link/contract.ts"
import { limits } from "../link/protocol.ts"
import { Modes } from "./modes.ts"
import { Ring } from "./ring.ts"

const bytes = (text: string) => new TextEncoder().encode(text)
const size = { columns: 80, rows: 24 }

function told(...pieces: string[]): string {
  const modes = new Modes()
  for (const piece of pieces) modes.take(bytes(piece))
  return modes.sequence()
}

async function kept(box: Box, argv: [string, ...string[]]): Promise<void> {
  ;(await box.keep("terminal", { argv, pty: size })).detach()
}

async function attached(box: Box, view: { from?: number; window?: number }): Promise<KeptProcess> {
  const process = await box.attach("terminal", view)
  if (!process) throw new Error("it is kept")
  return process
}

/** Collects a terminal's output and says what came; takes it all, but acknowledges only when told. */
function collecting(process: KeptProcess) {
  let text = ""
  let count = 0
  void (async () => {
    for await (const piece of process.stdout) {
      count += piece.length
      text = (text + Buffer.from(piece).toString("latin1")).slice(-100_000)
    }
  })()
  return { text: () => text, count: () => count }
}

test("the last bytes are found by their place, over the buffer's edge too", () => {
  const ring = new Ring(10)
  for (const piece of ["abc", "defg", "hijkl"]) ring.push(bytes(piece))
  expect([ring.total, ring.start]).toEqual([12, 2])
  const from = (at: number): string => {
    const piece = ring.read(at, 100)
    return piece.length === 0 ? "" : Buffer.from(piece).toString() + from(at + piece.length)
  }
  expect(from(2)).toBe("cdefghijkl")
  expect(from(9)).toBe("jkl")
  expect(from(1)).toBe("")
  ring.push(bytes("a much longer piece than there is room for"))
  expect(from(ring.start)).toBe("s room for")
})

test("modes that are still on are set again, however the output was cut into pieces", () => {
  expect(told("\u001b[?1049h\u001b[?25l")).toBe("\u001b[?1049h\u001b[?25l")
  expect(told("x\u001b[?10", "49hvim\u001b", "[?1;2004h")).toBe("\u001b[?1049h\u001b[?1h\u001b[?2004h")
  expect(told("\u001b[?1049h", "\u001b[?1049l")).toBe("\u001b[?1049l")
  expect(told("\u001b[?1049h", "\u001bc")).toBe("")
  expect(told("\u001b[31m no mode \u001b[2J", "\u001b")).toBe("")
  expect(told("\u001b[?99999h", ...Array.from({ length: 500 }, (_, n) => `\u001b[?${n}h`)).length).toBeLessThan(1_000)
})

test("a viewer who comes back gets exactly what he has not seen, and whoever is new gets all that is kept", async () => {
  await using world = await linkWorld()
  const { box } = await world.guest()
  await kept(box, ["sh", "-c", "stty -echo; echo one; read line; echo two; read line"])
  const first = await attached(box, { window: limits.scrollback })
  const seen = collecting(first)
  await until("the first line is there", () => seen.text() === "one\r\n")
  first.detach()
  const again = await attached(box, { from: 5, window: limits.scrollback })
  expect(again.screen).toEqual({ from: 5, total: 5, ...size, modes: "" })
  const more = collecting(again)
  await again.write("\n")
  await until("only the second line came", () => more.text() === "two\r\n")
  await again.resize(100, 30)
  const other = await attached(box, { window: limits.scrollback })
  expect(other.screen).toEqual({ from: 0, total: 10, columns: 100, rows: 30, modes: "" })
  const all = collecting(other)
  await until("both lines came", () => all.text() === "one\r\ntwo\r\n")
})

test("a flood stops at 256 KiB that nobody acknowledged, goes on with each acknowledgement, and Ctrl-C ends it meanwhile", async () => {
  await using world = await linkWorld()
  const { box } = await world.guest()
  await kept(box, ["bash", "--norc", "-i"])
  const viewer = await attached(box, { window: limits.terminalUnsent })
  const seen = collecting(viewer)
  await viewer.write("yes\n")
  await until("the window is full", () => seen.count() === limits.terminalUnsent)
  const other = await attached(box, { from: 0, window: limits.terminalUnsent })
  const before = other.screen?.total ?? 0
  expect(before).toBeLessThanOrEqual(2 * limits.terminalUnsent)
  await until("more came", async () => {
    await viewer.acknowledge(50_000)
    return seen.count() > 2 * limits.terminalUnsent
  })
  await viewer.write("\u0003")
  await until(
    "it has ended",
    async () => !(await box.processes()).some(({ command, mark }) => mark === "terminal" && command === "yes"),
  )
  await until("the prompt is back", async () => {
    await viewer.acknowledge(limits.terminalUnsent)
    return /\^C[^y]*[$#] $/.test(seen.text())
  })
  expect(seen.count()).toBeLessThanOrEqual(4 * limits.terminalUnsent)
  await viewer.write("echo still''here\n")
  await until("the shell goes on", () => seen.text().includes("stillhere"))
})

test("one viewer who does not read holds up nobody: he is let go and begins again at what is kept", async () => {
  await using world = await linkWorld()
  const { box } = await world.guest()
  await kept(box, ["sh", "-c", "read go; printf '\\033[?1049h'; seq 1 200000; echo complete; read line"])
  const slow = await attached(box, { window: 1_000 })
  const quick = await attached(box, { window: limits.terminalUnsent })
  await quick.write("go\n")
  let last = ""
  for await (const piece of quick.stdout) {
    await quick.acknowledge(piece.length)
    last = (last + Buffer.from(piece).toString()).slice(-100)
    if (last.includes("complete")) break
  }
  expect(await slow.exited).toEqual({ code: null, signal: null })
  expect(box.gone.aborted).toBe(false)
  const back = await attached(box, { from: 1_000, window: limits.terminalUnsent })
  expect(back.overflowed).toBe(true)
  expect(back.screen?.modes).toBe("\u001b[?1049h")
  expect(back.screen?.from).toBeGreaterThan(1_000)
  const seen = collecting(back)
  await until("the end is there", () => seen.text().includes("complete"))
  expect(seen.text()).toMatch(/^\d+\r\n\d+\r\n/)
})

test("how a terminal ended is told after its last output, also to whoever comes later", async () => {
  await using world = await linkWorld()
  const { box } = await world.guest()
  await kept(box, ["sh", "-c", "echo bye; exit 130"])
  for (const window of [limits.terminalUnsent, undefined]) {
    const viewer = await attached(box, window === undefined ? {} : { window })
    const seen = collecting(viewer)
    expect(await viewer.exited).toEqual({ code: 130, signal: null })
    await until("the last line is there", () => seen.text() === "bye\r\n")
  }
})
