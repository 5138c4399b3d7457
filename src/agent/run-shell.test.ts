import { expect, test } from "bun:test"
import { systemClock } from "../platform/clock.ts"
import { silentLog } from "../platform/log.ts"
import { testClock } from "../testing/clock.ts"
import { linkWorld, until } from "../testing/link-world.ts"
import { runShell, type RunNeeds, type StopWhy } from "./run-shell.ts"
import { createScrubber, plainScrubber } from "./scrub.ts"

/** Like no other program on this machine, which the guest here sees all of. */
const [long, deaf] = [`sleep 9999.${process.pid}`, `sleep 9998.${process.pid}`]

/** A guest without a container around it, and somebody who runs commands in it. */
async function world() {
  const link = await linkWorld()
  const { box, end } = await link.guest()
  const stop = new AbortController()
  let why: StopWhy = "stopped"
  let printed = ""
  const needs = (over: Partial<RunNeeds> = {}): RunNeeds => ({
    ...{ clock: systemClock, log: silentLog, scrubber: plainScrubber, name: "out", stop: stop.signal, why: () => why },
    said: (text) => void (printed += text),
    ...over,
  })
  return {
    ...{ link, box, end },
    run: (command: string, over?: Partial<RunNeeds>) => runShell(box, command, needs(over)),
    printed: () => printed,
    stop(reason: StopWhy = "stopped") {
      why = reason
      stop.abort()
    },
    running: async (command: string) => (await box.processes()).some((one) => one.command === command),
    [Symbol.asyncDispose]: () => link[Symbol.asyncDispose](),
  }
}

test("a command runs in the working folder without input, and both its outputs come in the order they were written", async () => {
  await using w = await world()
  const ran = await w.run("pwd; echo one; echo two >&2; echo three; cat; exit 3")
  expect(ran).toEqual({
    text: `${w.link.folder}/workdir\none\ntwo\nthree\n`,
    ...{ cut: 0, how: "ended", exit: 3 },
  })
  expect(w.printed()).toBe(ran.text)
})

test("whatever a command consists of is the command and never an option or another line of ours", async () => {
  await using w = await world()
  expect(await w.run("--help || echo went on")).toMatchObject({ how: "ended", exit: 0 })
  expect((await w.run(`echo "$#" '$1' "\`echo x\`"`)).text).toBe("0 $1 x\n")
  expect(await w.run("echo 'no end")).toMatchObject({ how: "ended", exit: 2 })
})

test("of 10 MiB of output both ends are shown, and the file inside has all of it", async () => {
  await using w = await world()
  const ran = await w.run(`echo first; yes 123456789 | head -c ${10 << 20}; echo last`)
  expect(ran.text.startsWith("first\n123456789\n")).toBe(true)
  expect(ran.end?.endsWith("last\n")).toBe(true)
  expect([ran.text.length, ran.end?.length]).toEqual([32 << 10, 32 << 10])
  const all = (10 << 20) + "first\nlast\n".length
  expect(ran.cut).toBe(all - (64 << 10))
  expect(ran.file).toBe("shell-output/out.txt")
  expect((await w.box.files.stat("claude-state", ran.file ?? ""))?.size).toBe(all)
})

test("a character that lies across the cut is left out whole", async () => {
  await using w = await world()
  const ran = await w.run(`printf x; for i in $(seq 40000); do printf '修复'; done; printf y`)
  expect(ran.text + ran.end).not.toContain("\ufffd")
  expect(Buffer.byteLength(ran.text) + Buffer.byteLength(ran.end ?? "") + ran.cut).toBe(40_000 * 6 + 2)
})

test("`!sleep 9999` stops by its button, with everything that it started, however deaf that is", async () => {
  await using w = await world()
  const clock = testClock()
  const ran = w.run(`(trap "" INT TERM; exec setsid ${deaf}) & echo begun; ${long}`, { clock })
  await until("it runs", () => w.printed() === "begun\n")
  await until("both sleep", async () => (await w.running(long)) && (await w.running(deaf)))
  w.stop()
  clock.advance(2_000)
  expect(await ran).toMatchObject({ how: "stopped", text: "begun\n" })
  await until("nothing is left of it", async () => !(await w.running(long)) && !(await w.running(deaf)))
})

test("`!sleep 9999` stops at its limit of ten minutes, and not before", async () => {
  await using w = await world()
  const clock = testClock()
  const ran = w.run("echo begun; sleep 9997", { clock })
  await until("it sleeps", () => w.running("sleep 9997"))
  clock.advance(599_999)
  expect(await w.running("sleep 9997")).toBe(true)
  clock.advance(1)
  expect(await ran).toMatchObject({ how: "too-long", text: "begun\n" })
})

test("a sandbox that goes away while it runs is said to be lost, with what came until then", async () => {
  await using w = await world()
  const ran = w.run("echo begun; sleep 9996")
  await until("it runs", () => w.printed() === "begun\n")
  await w.end()
  expect(await ran).toMatchObject({ how: "lost", exit: null, text: "begun\n" })
})

test("a secret that is printed is shown by its name, also where it comes in pieces", async () => {
  await using w = await world()
  const scrubber = createScrubber([{ name: "TOKEN", value: "very-secret-value" }])
  const ran = await w.run("printf very-sec; sleep 0.05; printf 'ret-value\\n'; echo dmVyeS1zZWNyZXQtdmFsdWU=", {
    scrubber,
  })
  expect(ran.text).toBe("[secret TOKEN]\n[secret TOKEN]\n")
  expect(w.printed()).toBe(ran.text)
})
