import { expect, test } from "bun:test"
import { Secret } from "../secret.ts"
import { CommandFailed } from "./command.ts"
import { createProcesses } from "./processes.ts"

const host = { PATH: "/usr/bin:/bin", HOME: "/tmp" }

test("output, exit code and stdin go through", async () => {
  await using processes = createProcesses(host)
  const done = await processes.run({ argv: ["cat"], stdin: "hello" })
  expect(done).toMatchObject({ code: 0, text: "hello" })
  expect(processes.counts.get("cat")).toBe(1)
})

test("an exit code that is not an answer is a failure with the last line", async () => {
  await using processes = createProcesses(host)
  const failed = processes.run({ argv: ["sh", "-c", "echo why >&2; exit 3"] })
  await expect(failed).rejects.toMatchObject({ kind: "exit", code: 3, message: "sh: exit 3: why" })
  expect((await processes.run({ argv: ["sh", "-c", "exit 3"], answers: [3] })).code).toBe(3)
})

test("a missing program, too much output, a timeout and an abort are told apart", async () => {
  await using processes = createProcesses(host)
  const kindOf = (promise: Promise<unknown>) =>
    promise.then(
      () => "none",
      (error) => (error instanceof CommandFailed ? error.kind : String(error)),
    )
  expect(await kindOf(processes.run({ argv: ["no-such-program"] }))).toBe("missing")
  expect(await kindOf(processes.run({ argv: ["yes"], maxOutput: 1000 }))).toBe("output")
  expect(await kindOf(processes.run({ argv: ["sleep", "60"], timeoutMs: 20 }))).toBe("timeout")
  const stop = new AbortController()
  const aborted = kindOf(processes.run({ argv: ["sleep", "60"] }, { signal: stop.signal }))
  stop.abort()
  expect(await aborted).toBe("aborted")
})

test("the environment is closed, and a secret reaches it without standing in argv", async () => {
  await using processes = createProcesses(host)
  const { text } = await processes.run({ argv: ["env"], env: { KEY: new Secret("s3") } })
  expect(text.split("\n").sort().filter(Boolean)).toEqual(["HOME=/tmp", "KEY=s3", "PATH=/usr/bin:/bin"])
})

test("what was started ends with its owner", async () => {
  const processes = createProcesses(host)
  const running = processes.start({ argv: ["sleep", "60"] })
  await processes[Symbol.asyncDispose]()
  expect(await running.exited).not.toBe(0)
})
