import { expect, test } from "bun:test"
import { tempFolder } from "../../testing/temp-folder.ts"
import { systemClock } from "../clock.ts"
import { lockHolder, lockHome } from "./lock.ts"

/** Another process that holds the lock until it is killed. */
async function otherServer(path: string) {
  const script = `const { lockHome } = await import(${JSON.stringify(`${import.meta.dir}/lock.ts`)})
    const outcome = await lockHome(${JSON.stringify(path)}, { pid: process.pid }, { after: () => () => {} })
    console.log(outcome.kind); await new Promise(() => setInterval(() => {}, 1000))`
  const child = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe", stderr: "inherit" })
  const { value } = await child.stdout.getReader().read()
  expect(new TextDecoder().decode(value).trim()).toBe("locked")
  return child
}

test("a second server is refused and told who holds the home", async () => {
  await using folder = await tempFolder()
  const path = `${folder.path}/lock`
  const other = await otherServer(path)
  expect(await lockHome(path, { pid: 1 }, systemClock)).toEqual({ kind: "held", pid: other.pid })
  other.kill("SIGKILL")
  await other.exited
})

test("the lock of a killed server is taken over", async () => {
  await using folder = await tempFolder()
  const path = `${folder.path}/lock`
  const other = await otherServer(path)
  other.kill("SIGKILL")
  await other.exited
  const outcome = await lockHome(path, { pid: 77 }, systemClock)
  expect(outcome.kind).toBe("locked")
  expect(JSON.parse(await Bun.file(path).text())).toMatchObject({ pid: 77 })
  if (outcome.kind === "locked") await outcome.lock[Symbol.asyncDispose]()
})

test("who only looks learns which server holds the home, and is in nobody's way", async () => {
  await using folder = await tempFolder()
  const path = `${folder.path}/lock`
  expect(await lockHolder(path)).toBeUndefined()
  const other = await otherServer(path)
  expect(await lockHolder(path)).toBe(other.pid)
  other.kill("SIGKILL")
  await other.exited
  expect(await lockHolder(path)).toBeUndefined()
  await Bun.write(path, "")
  expect(await lockHolder(path)).toBeUndefined()
})

test("two of one process do not share it, and giving it back frees it", async () => {
  await using folder = await tempFolder()
  const path = `${folder.path}/lock`
  const first = await lockHome(path, { pid: 5 }, systemClock)
  expect((await lockHome(path, { pid: 6 }, systemClock)).kind).toBe("held")
  if (first.kind === "locked") await first.lock[Symbol.asyncDispose]()
  const again = await lockHome(path, { pid: 6 }, systemClock)
  expect(again.kind).toBe("locked")
  if (again.kind === "locked") await again.lock[Symbol.asyncDispose]()
})

test("a program that a killed server was just starting does not keep the next one out", async () => {
  await using folder = await tempFolder()
  const path = `${folder.path}/lock`
  // It inherits the open lock, as a program does between its fork and its first own instruction.
  const script = `exec 9>>"$1"; flock 9; tail -f /dev/null & echo '{"pid":'$$'}' >&9; echo $!; wait`
  const owner = Bun.spawn(["sh", "-c", script, "sh", path], { stdout: "pipe" })
  const { value } = await owner.stdout.getReader().read()
  const child = Number(new TextDecoder().decode(value))
  owner.kill("SIGKILL")
  await owner.exited
  let tries = 0
  const clock = {
    after(ms: number, then: () => void) {
      if (++tries === 2) process.kill(child, "SIGKILL")
      return systemClock.after(ms, then)
    },
  }
  const outcome = await lockHome(path, { pid: 8 }, clock)
  expect([outcome.kind, tries >= 2]).toEqual(["locked", true])
  if (outcome.kind === "locked") await outcome.lock[Symbol.asyncDispose]()
})
