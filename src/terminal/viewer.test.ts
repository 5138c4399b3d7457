import { expect, test } from "bun:test"
import type { KeptProcess } from "../sandbox/index.ts"
import { testClock } from "../testing/clock.ts"
import { Desk } from "./desk.ts"
import { closing, parseMessage } from "./messages.ts"
import { window } from "./outflow.ts"
import { Viewer } from "./viewer.ts"

const screen = { from: 0, total: 0, columns: 80, rows: 24, modes: "" }

/** A terminal whose output and end the test decides. */
function scripted() {
  const did: string[] = []
  let taken = 0
  const exit = Promise.withResolvers<{ code: number | null; signal: string | null }>()
  let out: ReadableStreamDefaultController<Uint8Array> | undefined
  const stdout = new ReadableStream<Uint8Array>(
    {
      start: (controller) => void (out = controller),
      pull: () => void taken++,
    },
    { highWaterMark: 0 },
  )
  const process: KeptProcess = {
    ...{ id: "t", overflowed: false, screen, stdout, stderr: new ReadableStream(), exited: exit.promise },
    write: async (input) => void did.push(`write ${Buffer.from(input).toString()}`),
    closeInput: async () => undefined,
    signal: async () => undefined,
    resize: async (columns, rows) => void did.push(`resize ${columns}×${rows}`),
    acknowledge: async (bytes) => void did.push(`acknowledge ${bytes}`),
    detach: () => void did.push("detach"),
    [Symbol.asyncDispose]: async () => undefined,
  }
  const end = (code: number | null, signal: string | null = null) => {
    out?.close()
    exit.resolve({ code, signal })
  }
  return { process, did, say: (bytes: Uint8Array) => out?.enqueue(bytes), end, asked: () => taken }
}

function world({ isThere = true, from = 0, start = screen } = {}) {
  const clock = testClock()
  const shell = scripted()
  const told: string[] = []
  let received = 0
  const browser = {
    bytes: (bytes: Uint8Array) => void (received += bytes.length),
    tell: (message: object) => void told.push(JSON.stringify(message)),
    close: (code: number) => void told.push(`closed ${code}`),
  }
  const desk = new Desk(start)
  const needs = { watches: false, process: shell.process, screen: start, run: "r", from, desk, browser, clock }
  const viewer = new Viewer({ ...needs, isThere: () => isThere, left: () => void told.push("left") })
  const shown = viewer.show()
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  return { ...shell, clock, viewer, shown, told, received: () => received, turn }
}

test("a browser is told where the output begins and how the terminal is, then gets the output, then how it ended", async () => {
  const { say, end, shown, told, received } = world()
  say(new TextEncoder().encode("hello"))
  end(130)
  await shown
  expect(received()).toBe(5)
  expect(told[0]).toBe(JSON.stringify({ kind: "attached", run: "r", ...screen }))
  expect(told.slice(1)).toEqual(['{"kind":"exit","code":130,"signal":null}', "left", `closed ${closing.exit}`])
})

test("a stalled browser takes no more than 256 KiB out of the sandbox, whatever the sandbox sends", async () => {
  const { say, viewer, clock, received, turn, did } = world()
  for (let count = 0; count < 100; count++) say(new Uint8Array(64 << 10))
  for (let count = 0; count < 100; count++) {
    await turn()
    clock.advance(100)
  }
  expect(received()).toBe(window)
  await viewer.heard({ kind: "ack", bytes: 64 << 10 })
  for (let count = 0; count < 10; count++) {
    await turn()
    clock.advance(100)
  }
  expect(received()).toBe(window + (64 << 10))
  expect(did).toEqual([`acknowledge ${64 << 10}`])
})

test("keys reach the shell in their order, and an answer of the emulator only from the device in use", async () => {
  const { viewer, did } = world()
  await viewer.heard({ kind: "report", text: "\u001b[1;1R" })
  await viewer.heard({ kind: "keys", bytes: new TextEncoder().encode("ls\r") })
  expect(did).toEqual(["write \u001b[1;1R", "write ls\r"])
})

test("who saw only the end of a screen gets it drawn anew, once", async () => {
  const { viewer, did } = world({ start: { ...screen, from: 500, total: 900, modes: "\u001b[?1049h" } })
  await viewer.heard({ kind: "size", columns: 100, rows: 30 })
  await viewer.heard({ kind: "size", columns: 100, rows: 31 })
  expect(did).toEqual(["resize 100×30", "resize 100×29", "resize 100×30", "resize 100×31"])
})

test("an acknowledgement of what was never sent ends the socket and leaves the shell alone", async () => {
  const { viewer, told, did } = world()
  await viewer.heard({ kind: "ack", bytes: 1 })
  expect(told.slice(1)).toEqual(["left", `closed ${closing.nonsense}`])
  expect(did).toEqual(["detach"])
  await viewer.heard({ kind: "keys", bytes: new Uint8Array(1) })
  expect(did).toEqual(["detach"])
})

test("a stalled browser that is let go is sent to come again, though it has shown nothing", async () => {
  const { say, end, shown, told, turn, clock, received } = world()
  for (let count = 0; count < 10; count++) say(new Uint8Array(64 << 10))
  await turn()
  clock.advance(1_000)
  end(null)
  await shown
  expect(told.at(-1)).toBe(`closed ${closing.again}`)
  expect(received()).toBeLessThanOrEqual(window)
})

test("a browser that fell behind is sent to come again, one whose sandbox went away is told so", async () => {
  for (const [isThere, code] of [
    [true, closing.again],
    [false, closing.gone],
  ] as const) {
    const { end, shown, told } = world({ isThere })
    end(null)
    await shown
    expect(told.at(-1)).toBe(`closed ${code}`)
  }
})

test("what is no message of ours is none: wrong kinds, numbers beyond all limits, text in the place of keys", () => {
  for (const wrong of [
    null,
    7,
    "ls",
    {},
    { kind: "run", text: "ls" },
    { kind: "ack", bytes: -1 },
    { kind: "ack", bytes: 0.5 },
    { kind: "ack", bytes: 2 << 20 },
    { kind: "size", columns: "80", rows: 24 },
    { kind: "report", text: "x".repeat(1_001) },
    { kind: "keys", bytes: [1] },
  ])
    expect([wrong, parseMessage(wrong)]).toEqual([wrong, undefined])
  expect(parseMessage(new Uint8Array([3]))).toEqual({ kind: "keys", bytes: new Uint8Array([3]) })
})
