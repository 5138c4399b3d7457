import { expect, test } from "bun:test"
import type { KeptProcess } from "../sandbox/index.ts"
import { until } from "../testing/agents.ts"
import { createControlTap } from "./control-tap.ts"

const encoder = new TextEncoder()

/** A program in a sandbox that says what the test writes, and notes what it is told. */
function program(introduction?: unknown) {
  const out = new TransformStream<Uint8Array, Uint8Array>(undefined, undefined, { highWaterMark: 64 })
  const errors = new TransformStream<Uint8Array, Uint8Array>(undefined, undefined, { highWaterMark: 64 })
  const writer = out.writable.getWriter()
  const errorWriter = errors.writable.getWriter()
  const exited = Promise.withResolvers<{ code: number | null; signal: string | null }>()
  const told: string[] = []
  const acknowledged: number[] = []
  const calls: string[] = []
  const kept = {
    id: "agent",
    overflowed: false,
    stdout: out.readable,
    stderr: errors.readable,
    exited: exited.promise,
    write: async (bytes: Uint8Array | string) => void told.push(String(bytes)),
    closeInput: async () => void calls.push("close input"),
    acknowledge: async (bytes: number) => void acknowledged.push(bytes),
    detach: () => void calls.push("detach"),
  } as unknown as KeptProcess
  const heard: { line: string; upTo: number }[] = []
  const values: unknown[] = []
  const logged: string[] = []
  const tap = createControlTap({
    kept: Promise.resolve(kept),
    ...(introduction !== undefined && { introduction }),
    heard(line, value, upTo) {
      heard.push({ line, upTo })
      values.push(value)
    },
    logged: (text) => void logged.push(text),
    end: async () => void calls.push("end"),
  })
  const sdkReads: string[] = []
  tap.child.stdout.on("data", (piece: Buffer) => void sdkReads.push(...piece.toString().trim().split("\n")))
  const says = (...messages: object[]) => messages.map((message) => `${JSON.stringify(message)}\n`).join("")
  return {
    tap,
    heard,
    values,
    logged,
    told,
    calls,
    acknowledged,
    sdkReads,
    write: (text: string) => writer.write(encoder.encode(text)),
    speak: (...messages: object[]) => writer.write(encoder.encode(says(...messages))),
    complain: (text: string) => errorWriter.write(encoder.encode(text)),
    async exit(code: number | null, signal: string | null = null) {
      await Promise.all([writer.close(), errorWriter.close()])
      exited.resolve({ code, signal })
    },
    sdkWrites: (message: object) => tap.child.stdin.write(says(message)),
  }
}

const initialize = { type: "control_request", request_id: "r1", request: { subtype: "initialize" } }
const asks = { type: "control_request", request_id: "q1", request: { subtype: "can_use_tool", tool_name: "Bash" } }
const answer = { type: "control_response", response: { subtype: "success", request_id: "q1", response: {} } }

test("every line is heard with the byte after it, whole ones only, and control talk is not ours", async () => {
  const one = program()
  await one.write('{"type":"a"}\n{"ty')
  await one.write('pe":"b"}\n')
  await one.speak(asks)
  await until(() => one.sdkReads.length === 3, "three lines")
  expect(one.heard).toEqual([
    { line: '{"type":"a"}', upTo: 13 },
    { line: '{"type":"b"}', upTo: 26 },
  ])
  await one.exit(0)
})

test("the agent's introduction is remembered, and given to a later SDK from memory", async () => {
  const first = program()
  first.sdkWrites(initialize)
  await until(() => first.told.length === 1, "the request")
  await first.speak({
    type: "control_response",
    response: { subtype: "success", request_id: "r1", response: { hello: 1 } },
  })
  await first.tap.introduced
  expect(first.tap.introduction()).toEqual({ hello: 1 })
  await first.exit(0)

  const second = program({ hello: 1 })
  second.sdkWrites({ ...initialize, request_id: "r2" })
  await until(() => second.sdkReads.length === 1, "the introduction")
  expect(JSON.parse(second.sdkReads[0] ?? "")).toEqual({
    type: "control_response",
    response: { subtype: "success", request_id: "r2", response: { hello: 1 } },
  })
  expect(second.told).toEqual([])
  await second.exit(0)
})

test("the sandbox may forget what is safe, but nothing from an open question on", async () => {
  const one = program()
  await one.speak({ type: "a" }, asks, { type: "b" })
  await until(() => one.heard.length === 2, "both")
  one.tap.safe(one.heard[1]?.upTo ?? 0)
  await until(() => one.acknowledged.length === 1, "what is before the question")
  expect(one.acknowledged).toEqual([13])
  one.sdkWrites(answer)
  await until(() => one.acknowledged.length === 2, "the rest")
  expect(one.acknowledged[0] ?? 0).toBe(13)
  expect(one.acknowledged.reduce((sum, bytes) => sum + bytes, 0)).toBe(one.heard[1]?.upTo ?? 0)
  one.tap.safe(5)
  expect(one.acknowledged).toHaveLength(2)
  await one.exit(0)
})

test("a question that the agent takes back holds nothing up", async () => {
  const one = program()
  await one.speak(asks, { type: "control_cancel_request", request_id: "q1" }, { type: "b" })
  await until(() => one.heard.length === 1, "the line")
  one.tap.safe(one.heard[0]?.upTo ?? 0)
  await until(() => one.acknowledged.length === 1, "all of it")
  expect(one.acknowledged).toEqual([one.heard[0]?.upTo ?? 0])
  await one.exit(0)
})

test("what is no JSON is heard and kept away from the SDK", async () => {
  const one = program()
  await one.write("warning: something\n")
  await one.speak({ type: "a" })
  await until(() => one.heard.length === 2, "both lines")
  expect(one.sdkReads).toEqual(['{"type":"a"}'])
  await one.exit(0)
})

test("a very long message is heard once, parsed, and the SDK is spared it unless it is control talk", async () => {
  const one = program()
  const long = "x".repeat((1 << 20) + 1)
  await one.speak({ type: "assistant", long }, { ...asks, long }, { type: "after" })
  await until(() => one.sdkReads.join("").includes('"after"'), "what came after it")
  expect(one.values).toEqual([{ type: "assistant", long }, { type: "after" }])
  const read = one.sdkReads.join("")
  expect([read.includes('"assistant"'), read.includes(long)]).toEqual([false, true])
  await one.exit(0)
})

test("its end is told with its last words", async () => {
  const one = program()
  let exit: unknown
  one.tap.child.on("exit", (code, signal) => (exit = [code, signal]))
  await one.complain("cannot open display\n")
  await until(() => one.logged.length === 1, "the words")
  await one.exit(null, "SIGKILL")
  expect(await one.tap.ended).toEqual({ code: null, signal: "SIGKILL", lastWords: "cannot open display" })
  expect(exit).toEqual([null, "SIGKILL"])
})

test("a server that leaves ends nothing, whatever its SDK wants", async () => {
  const one = program()
  one.tap.leave()
  one.tap.child.kill("SIGTERM")
  one.tap.child.stdin.end()
  await until(() => one.calls.length > 0, "detaching")
  expect(one.calls).toEqual(["detach"])
  one.tap.safe(100)
  expect(one.acknowledged).toEqual([])
})

test("when the SDK ends it, everything that it started is ended", async () => {
  const one = program()
  one.tap.child.stdin.end()
  one.tap.child.kill("SIGTERM")
  await until(() => one.calls.length === 2, "both")
  expect(one.calls.sort()).toEqual(["close input", "end"])
  await one.exit(0)
})

test("a sandbox that cannot start it is an end, not a crash", async () => {
  const logged: string[] = []
  const tap = createControlTap({
    kept: Promise.reject(new Error("the link is gone")),
    heard: () => undefined,
    logged: (text) => void logged.push(text),
    end: async () => undefined,
  })
  expect(await tap.ended).toEqual({ code: null, signal: null, lastWords: "" })
  expect(logged).toEqual(["Error: the link is gone"])
})

test("an agent that was ended has ended, whatever its sandbox says about it", async () => {
  const one = program()
  const killed = one.tap.kill()
  await until(() => one.calls.includes("detach"), "its connection is let go")
  await killed
  expect(one.calls).toEqual(["end", "detach"])
  await one.exit(null)
  expect((await one.tap.ended).code).toBeNull()
})

test("one that has ended is not ended again, for another agent may run in its place by then", async () => {
  const one = program()
  await one.exit(null)
  await one.tap.ended
  one.tap.child.kill("SIGTERM")
  const other = program()
  await other.tap.kill()
  other.tap.child.kill("SIGTERM")
  expect([one.calls, other.calls]).toEqual([[], ["end", "detach"]])
})

test("what nobody has made durable yet is not read without end", async () => {
  const one = program()
  const line = `{"type":"a","text":"${"x".repeat(1 << 20)}"}\n`
  let written = 0
  const all = (async () => {
    for (; written < 60; written++) await one.write(line)
  })()
  await until(() => one.heard.length >= 32 && written === 60, "as much as may wait")
  expect(one.heard.length).toBeLessThan(36)
  one.tap.safe(one.heard.at(-1)?.upTo ?? 0)
  await until(() => one.heard.length > 50 || written === 60, "it goes on")
  one.tap.safe(Number.MAX_SAFE_INTEGER)
  await all
  await one.exit(0)
  expect((await one.tap.ended).code).toBe(0)
  expect(one.heard).toHaveLength(60)
})

test("questions that nobody has answered are not read without end", async () => {
  const one = program()
  const question = (id: number) => ({ ...asks, request_id: `q${id}` })
  let spoken = 0
  const all = (async () => {
    for (; spoken < 400; spoken++) await one.speak(question(spoken))
  })()
  // What is spoken beyond those that are read stands in the test's own stream.
  await until(() => one.sdkReads.length > 200 && spoken > 260, "the first ones")
  expect(one.sdkReads.length).toBeLessThan(210)
  for (let id = 0; id < 400; id++) one.sdkWrites({ ...answer, response: { ...answer.response, request_id: `q${id}` } })
  await until(() => one.sdkReads.length > 300, "more of them")
  await one.tap.kill()
  await all
  await one.exit(0)
})
