import { expect, test } from "bun:test"
import { readFileSync } from "node:fs"
import { until } from "../../testing/link-world.ts"
import { originOf } from "./marks.ts"

const stateOf = (pid: number) => / ([A-Z]) \d+ \d+ \d+ /.exec(readFileSync(`/proc/${pid}/stat`, "latin1"))?.[1]

async function pidFrom(stream: ReadableStream<Uint8Array>): Promise<number> {
  for await (const piece of stream) return Number(new TextDecoder().decode(piece))
  throw new Error("it said nothing")
}

test("a program that has ended and was not waited for does not live", async () => {
  await using parent = Bun.spawn(["sh", "-c", "true & echo $!; exec tail -f /dev/null"])
  const pid = await pidFrom(parent.stdout)
  expect(originOf(parent.pid)?.lives).toBe(true)
  await until("it has ended", () => stateOf(pid) === "Z")
  expect(originOf(pid)).toMatchObject({ parent: parent.pid, lives: false })
})

test("one whose first thread alone has ended still lives", async () => {
  // syscall 60 is x86-64's exit, 93 arm64's: of the calling thread alone.
  const program = `
    const { symbols } = require("bun:ffi").dlopen("libc.so.6", { syscall: { args: ["i64", "i64"], returns: "i64" } })
    new Worker("data:text/javascript,setInterval(() => undefined, 1000); postMessage(1)").onmessage = () =>
      symbols.syscall(process.arch === "arm64" ? 93 : 60, 0)`
  await using half = Bun.spawn([process.execPath, "-e", program])
  await until("its first thread has ended", () => stateOf(half.pid) === "Z")
  expect(originOf(half.pid)?.lives).toBe(true)
  half.kill("SIGKILL")
  expect(await half.exited).not.toBe(0)
})
