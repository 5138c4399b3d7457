import { expect, test } from "bun:test"
import { until } from "../testing/link-world.ts"
import { person } from "../testing/loops.ts"
import { terminalWorld } from "../testing/terminal-world.ts"
import { keptId, mostOfOne, mostTerminals } from "./terminal.ts"

const bob = person("bob")

/** A terminal that alice shares, at which bob looks on. */
async function shared() {
  const w = await terminalWorld()
  await w.terminals.share(w.loop, w.terminal.id, true)
  const driver = w.join()
  await until("it is attached", () => driver.told.length > 0)
  w.as.user = bob
  const watcher = w.join()
  await until("he looks on", () => watcher.told.length > 0)
  return { ...w, driver, watcher }
}

test("a member sees a shared terminal, and what he types, answers or resizes reaches nobody", async () => {
  await using w = await shared()
  const [attached] = w.watcher.told
  w.driver.type("echo $((40+2))-for-all\n")
  await until("he sees it", () => w.watcher.text().includes("42-for-all"))
  w.watcher.type("touch bob-typed\n")
  w.watcher.say({ kind: "size", columns: 40, rows: 10 })
  w.watcher.say({ kind: "report", text: "touch bob-answered\n" })
  w.driver.type("stty size; echo en''d\n")
  await until("it went on", () => w.driver.text().includes("end"))
  expect(w.driver.text()).toContain(`${attached?.["rows"]} ${attached?.["columns"]}`)
  for (const name of ["bob-typed", "bob-answered"]) expect(await w.box.files.stat("workdir", name)).toBeUndefined()
  expect(w.watcher.isOpen()).toBe(true)
})

test("whoever looks on is named while he does, and those who follow the tabs are told", async () => {
  await using w = await shared()
  const names = () => w.onlookers.of(keptId(w.terminal))
  expect(names()).toEqual([bob.name])
  let told = 0
  w.onlookers.follow(w.loop.record.id, () => told++)
  w.watcher.close()
  await until("he is gone", () => names().length === 0)
  expect(told).toBe(1)
  await w.terminals.open(w.loop)
  expect(told).toBe(2)
})

test("what is not shared nobody else sees, though another terminal of the loop is", async () => {
  await using w = await shared()
  const other = await w.terminals.open(w.loop)
  if (other.kind !== "opened") throw new Error(other.kind)
  const theirs = w.join("", other.terminal.id)
  await until("it is refused", () => theirs.code() !== undefined)
  expect(theirs.told).toEqual([])
  const viewed = await w.loops.loops.forViewer(w.loop.record.id, bob)
  if (viewed.kind !== "viewed") throw new Error(viewed.kind)
  expect((await w.terminals.seen(viewed.loop)).map(({ id }) => id)).toEqual([w.terminal.id])
})

test("an onlooker is cut off within a second when the share, the loop's openness or the driver's turn at the wheel ends", async () => {
  const ends = {
    share: (w: Awaited<ReturnType<typeof shared>>) => w.terminals.share(w.loop, w.terminal.id, false),
    openness: ({ loops, loop }: Awaited<ReturnType<typeof shared>>) =>
      loops.loops.change(loop.record.id, (record) => ({ ...record, visibility: "private" })),
    wheel: ({ loops, loop }: Awaited<ReturnType<typeof shared>>) =>
      loops.loops.change(loop.record.id, (record) => ({ ...record, driver: person("carol").name })),
  }
  for (const [how, end] of Object.entries(ends)) {
    await using w = await shared()
    const before = performance.now()
    await end(w)
    await w.rights.recheck({ about: w.loop.record.id })
    await until("his socket is closed", () => w.watcher.code() !== undefined)
    console.log(`an onlooker was cut off after ${(performance.now() - before).toFixed(0)} ms (${how})`)
    // With the wheel the shell ends as well, and that may be heard first.
    expect(how === "wheel" ? [4000, 4001, 4003] : [4003]).toContain(w.watcher.code() ?? 0)
    const again = w.join()
    await until("he is refused", () => again.code() !== undefined)
    expect(again.told).toEqual([])
  }
})

test("one person has at most sixteen terminals in loops that run, and closing one makes room", async () => {
  await using w = await terminalWorld()
  const more = [await w.another(), await w.another()]
  for (const loop of [w.loop, ...more]) while ((await w.terminals.open(loop)).kind === "opened");
  const all = await Promise.all([w.loop, ...more].map(async (loop) => (await w.terminals.list(loop)).length))
  expect([all, all.reduce((sum, one) => sum + one, 0)]).toEqual([[8, 8, 0], mostOfOne])
  const third = more[1]
  if (!third) throw new Error("need a third loop")
  expect((await w.terminals.open(third)).kind).toBe("too-many-own")
  await w.terminals.close(w.loop, w.terminal.id)
  expect((await w.terminals.open(third)).kind).toBe("opened")
})

test("terminals that an earlier server opened count as well, and a list that does not parse is no terminal", async () => {
  await using w = await terminalWorld()
  const [first, second, broken] = [await w.another(), await w.another(), await w.another()]
  const left = Array.from({ length: mostTerminals }, (_, at) => ({
    id: `0000000${at}`,
    run: "00000000",
    number: at + 1,
  }))
  const list = (driver: string) => JSON.stringify({ version: 1, driver, terminals: left })
  const write = ({ record }: typeof first, text: string) =>
    Bun.write(w.loops.loops.serverFile(record.id, "terminals.json"), text)
  await write(broken, "{")
  await write(first, list("alice"))
  await write(second, list("bob"))
  expect((await w.terminals.open(w.loop)).kind).toBe("opened")
  await write(second, list("alice"))
  expect((await w.terminals.open(w.loop)).kind).toBe("too-many-own")
})
