import { expect, test } from "bun:test"
import { tempFolder } from "../../testing/temp-folder.ts"
import { lockHome } from "./lock.ts"

/** Another process that holds the lock until it is killed. */
async function otherServer(path: string) {
  const script = `const { lockHome } = await import(${JSON.stringify(`${import.meta.dir}/lock.ts`)})
    const outcome = await lockHome(${JSON.stringify(path)}, { pid: process.pid })
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
  expect(await lockHome(path, { pid: 1 })).toEqual({ kind: "held", pid: other.pid })
  other.kill("SIGKILL")
  await other.exited
})

test("the lock of a killed server is taken over", async () => {
  await using folder = await tempFolder()
  const path = `${folder.path}/lock`
  const other = await otherServer(path)
  other.kill("SIGKILL")
  await other.exited
  const outcome = await lockHome(path, { pid: 77 })
  expect(outcome.kind).toBe("locked")
  expect(JSON.parse(await Bun.file(path).text())).toMatchObject({ pid: 77 })
  if (outcome.kind === "locked") await outcome.lock[Symbol.asyncDispose]()
})

test("two of one process do not share it, and giving it back frees it", async () => {
  await using folder = await tempFolder()
  const path = `${folder.path}/lock`
  const first = await lockHome(path, { pid: 5 })
  expect((await lockHome(path, { pid: 6 })).kind).toBe("held")
  if (first.kind === "locked") await first.lock[Symbol.asyncDispose]()
  const again = await lockHome(path, { pid: 6 })
  expect(again.kind).toBe("locked")
  if (again.kind === "locked") await again.lock[Symbol.asyncDispose]()
})
