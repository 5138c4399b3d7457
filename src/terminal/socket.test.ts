import { expect, test } from "bun:test"
import { until } from "../testing/link-world.ts"
import { person } from "../testing/loops.ts"
import { terminalWorld as world } from "../testing/terminal-world.ts"
import { longestFrame } from "./messages.ts"

const alice = person("alice")

test("keys reach the shell and its output comes back; who comes again gets exactly what he has not seen", async () => {
  await using w = await world()
  const first = w.join()
  await until("it is attached", () => first.told.length > 0)
  first.type("echo $((40+2))-there\n")
  await until("the answer is there", () => first.text().includes("42-there"))
  expect(await w.terminals.isBusy(w.loop.record.id)).toBe(false)
  await until("it is quiet", () => /42-there\r\n[^]*\$ $|42-there\r\n[^]*# $/.test(first.text()))
  const seen = first.bytes()
  first.close()
  const again = w.join(`run=${w.terminal.run}&from=${seen}`)
  await until("it is attached again", () => again.told.length > 0)
  again.type("echo more\n")
  await until("the new output is there", () => again.text().includes("more\r\n"))
  expect(again.text()).not.toContain("42-there")
  const other = w.join(`run=00000000&from=${seen}`)
  await until("of another shell nothing counts as seen", () => other.text().includes("42-there"))
})

test("a program in the foreground or background of a shell makes its loop busy, an idle prompt does not", async () => {
  await using w = await world()
  const mine = w.join()
  const isBusy = () => w.terminals.isBusy(w.loop.record.id)
  await until("there is a prompt", () => /[$#] $/.test(mine.text()))
  await until("nothing else runs", async () => !(await isBusy()))
  mine.type("sleep 618 &\n")
  await until("it is busy", isBusy)
  mine.type("kill %1\n")
  await until("it is not", async () => !(await isBusy()))
})

test("a key comes back as one frame for one frame", async () => {
  await using w = await world()
  const mine = w.join()
  await until("there is a prompt", () => /[$#] $/.test(mine.text()))
  const times: number[] = []
  for (let count = 0; count < 7; count++) {
    const before = performance.now()
    const bytes = mine.bytes()
    mine.type("x")
    await until("it is echoed", () => mine.bytes() > bytes)
    times.push(performance.now() - before)
  }
  times.sort((a, b) => a - b)
  console.log(`key to echo: median ${times[3]?.toFixed(1)} ms, worst ${times[6]?.toFixed(1)} ms`)
  expect(mine.bytes()).toBeLessThan(10_000)
})

test("a stalled browser gets 256 KiB of a flood and no more, and Ctrl-C from another device ends it", async () => {
  await using w = await world()
  const stalled = w.join()
  await until("it is attached", () => stalled.told.length > 0)
  stalled.stall()
  stalled.type("yes\n")
  await until("the window is full", () => stalled.bytes() >= 256 << 10)
  const phone = w.join()
  await until("the other one is attached", () => phone.told.length > 0)
  phone.type("\u0003")
  await until("the flood has ended", async () => !(await w.box.processes()).some(({ command }) => command === "yes"))
  phone.type("echo go''es-on\n")
  await until("the shell goes on", () => phone.text().includes("goes-on"))
})

test("who loses the login or the wheel is cut off within the second, and the shell hears nothing more of him", async () => {
  for (const how of ["login", "wheel", "archive"] as const) {
    await using w = await world()
    const mine = w.join()
    await until("it is attached", () => mine.told.length > 0)
    const ends: Record<typeof how, () => Promise<unknown>> = {
      login: async () => w.logins.delete(alice.login),
      async wheel() {
        const since = new Date().toISOString()
        await w.loops.loops.change(w.loop.record.id, (record) => ({
          ...record,
          state: { kind: "offered", by: alice.name, since },
        }))
      },
      archive: () => w.loops.loops.archive(w.loop.record.id, alice),
    }
    await ends[how]()
    const before = performance.now()
    if (how === "login") await until("the socket is closed", () => mine.code() !== undefined)
    else {
      mine.type("touch typed-too-late\n")
      await until("the socket is closed", () => mine.code() !== undefined)
      const late = await w.box.files.stat("workdir", "typed-too-late")
      expect([how, late]).toEqual([how, undefined])
    }
    console.log(`cut off after ${(performance.now() - before).toFixed(0)} ms (${how})`)
    // Of an archived loop the shell ends as well, and that may be heard first.
    expect(how === "archive" ? [4000, 4001, 4003] : [4003]).toContain(mine.code() ?? 0)
  }
})

test("whoever does not drive never gets a socket", async () => {
  await using w = await world()
  w.as.user = person("bob")
  const theirs = w.join()
  await until("it is refused", () => theirs.code() !== undefined)
  expect(theirs.told).toEqual([])
  expect(theirs.bytes()).toBe(0)
})

test("messages that make no sense and frames above 64 KiB end the socket, and the shell goes on", async () => {
  for (const wrong of [{ kind: "run" }, "17", "x".repeat(longestFrame + 1)]) {
    await using w = await world()
    const mine = w.join()
    await until("it is attached", () => mine.told.length > 0)
    mine.say(wrong)
    await until("the socket is closed", () => mine.code() !== undefined)
    expect(await w.box.kept()).toEqual([expect.objectContaining({ running: true })])
  }
})

test("where the sandbox was stopped the page is told that the shell is gone, and how one ended that ended", async () => {
  await using w = await world()
  const mine = w.join()
  await until("it is attached", () => mine.told.length > 0)
  mine.type("exit 130\n")
  await until("the socket is closed", () => mine.code() !== undefined)
  expect(mine.code()).toBe(4000)
  expect(mine.told.at(-1)).toEqual({ kind: "exit", code: 130, signal: null })
  w.stopSandbox()
  const late = w.join()
  await until("the socket is closed", () => late.code() !== undefined)
  expect(late.code()).toBe(4004)
  expect((await w.terminals.list(w.loop)).map(({ state }) => state)).toEqual(["gone"])
})

test("tabs keep their order and names, there are at most eight, and whoever drives next finds none", async () => {
  await using w = await world()
  for (let count = 1; count < 8; count++) expect((await w.terminals.open(w.loop)).kind).toBe("opened")
  expect((await w.terminals.open(w.loop)).kind).toBe("too-many")
  const all = await w.terminals.list(w.loop)
  await w.terminals.rename(w.loop, all[3]?.id, "tests")
  await w.terminals.close(w.loop, all[1]?.id)
  const left = await w.terminals.list(w.loop)
  expect(left.map(({ number, name }) => name ?? number)).toEqual([1, 3, "tests", 5, 6, 7, 8])
  expect(new Set(left.map(({ state }) => state))).toEqual(new Set(["running"]))
  expect(await w.terminals.isBusy(w.loop.record.id)).toBe(false)
  await w.loops.loops.change(w.loop.record.id, (record) => ({ ...record, driver: person("bob").name }))
  await until("every shell has ended", async () => (await w.box.kept()).length === 0)
  const bob = await w.loops.loops.forDriver(w.loop.record.id, person("bob"))
  if (bob.kind !== "driven") throw new Error(bob.kind)
  expect(await w.terminals.list(bob.loop)).toEqual([])
})
