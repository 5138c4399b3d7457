import { expect, test } from "bun:test"
import { newLoopId } from "../lib/ids.ts"
import { silentLog } from "../platform/log.ts"
import { testClock, testIds } from "../testing/clock.ts"
import { userName } from "../testing/loops.ts"
import { createPlaces } from "./places.ts"

const [alice, bob] = [userName("alice"), userName("bob")]
const settled = () => new Promise((done) => setImmediate(done))

/** Loops that run as soon as they have a place, in a host for so many. */
function world(most: number, mostEach?: number) {
  const clock = testClock()
  const ids = testIds()
  const running = new Set<string>()
  const idle = new Map<string, number>()
  const told: string[] = []
  const names = new Map<string, string>()
  const places = createPlaces({
    clock,
    log: silentLog,
    rules: {
      most: () => most,
      mostEach: () => mostEach,
      idleSince: async (loop) => idle.get(loop),
      madeRoom: (loop) => told.push(`${names.get(loop)} made room`),
    },
    isRunning: (loop) => running.has(loop),
    stop: async (loop) => void running.delete(loop),
  })
  return {
    ...{ clock, running, told, places },
    loop(name: string, driver = alice) {
      const loop = newLoopId(ids)
      names.set(loop, name)
      return {
        loop,
        start: (signal?: AbortSignal) =>
          places
            .within(
              { loop, driver, signal, waits: (position) => told.push(`${name} waits as ${position}`) },
              async () => {
                running.add(loop)
                told.push(`${name} runs`)
                return name
              },
            )
            .then((outcome) => outcome ?? `${name} gave up`),
        end() {
          running.delete(loop)
          places.look()
        },
        rest: (since: number) => idle.set(loop, since),
      }
    },
  }
}

test("who comes when all places are taken waits in line and is told where, until somebody ends", async () => {
  const { loop, told } = world(2)
  const [a, b, c, d] = [loop("a"), loop("b"), loop("c"), loop("d")]
  await Promise.all([a.start(), b.start()])
  const waiting = [c.start(), d.start()]
  await settled()
  expect(told).toEqual(["a runs", "b runs", "c waits as 1", "d waits as 2"])
  a.end()
  await waiting[0]
  await settled()
  expect(told.slice(4)).toEqual(["c runs", "d waits as 1"])
  b.end()
  expect(await waiting[1]).toBe("d")
})

test("the loop that has been idle for longest gives way, and one in which something happens never does", async () => {
  const { loop, told, clock } = world(3)
  const [a, b, c, d, e] = [loop("a"), loop("b"), loop("c"), loop("d"), loop("e")]
  await Promise.all([a.start(), b.start(), c.start()])
  a.rest(200)
  b.rest(100)
  expect(await d.start()).toBe("d")
  expect(told.slice(3)).toEqual(["b made room", "d runs"])
  told.length = 0
  const last = e.start()
  await settled()
  expect(told).toEqual(["a made room", "e runs"])
  await last
  clock.advance(60_000)
})

test("who waits is next as soon as somebody has become idle, without anything being told", async () => {
  const { loop, told, clock } = world(1)
  const [a, b] = [loop("a"), loop("b")]
  await a.start()
  const waiting = b.start()
  await settled()
  expect(told.at(-1)).toBe("b waits as 1")
  a.rest(50)
  clock.advance(5_000)
  expect(await waiting).toBe("b")
  expect(told).toContain("a made room")
})

test("a person's share used up makes only that person wait, and an own idle loop gives way first", async () => {
  const { loop, told } = world(5, 1)
  const [a, b, other] = [loop("a"), loop("b"), loop("other", bob)]
  await a.start()
  const waiting = b.start()
  expect(await other.start()).toBe("other")
  expect(told).toContain("b waits as 1")
  a.rest(1)
  other.end()
  expect(await waiting).toBe("b")
  expect(told).toContain("a made room")
})

test("who gives up leaves the line, and fifty askers for one loop wait as one", async () => {
  const { loop, told } = world(1)
  const [a, b, c] = [loop("a"), loop("b"), loop("c")]
  await a.start()
  const leave = new AbortController()
  const gone = b.start(leave.signal)
  const fifty = Array.from({ length: 50 }, () => c.start())
  await settled()
  expect(told.filter((line) => line === "c waits as 2")).toHaveLength(50)
  leave.abort()
  expect(await gone).toBe("b gave up")
  a.end()
  expect(new Set(await Promise.all(fifty))).toEqual(new Set(["c"]))
})

test("a loop that runs already is not counted twice, and one of an earlier server counts", async () => {
  const { loop, places, running, told } = world(2)
  const [a, b, c] = [loop("a"), loop("b"), loop("c")]
  running.add(a.loop)
  places.keep(a.loop, alice)
  await a.start()
  await b.start()
  void c.start()
  await settled()
  expect(told.at(-1)).toBe("c waits as 1")
  places[Symbol.dispose]()
})

test("a start that fails gives its place back", async () => {
  const { loop, places, told } = world(1)
  const [a, b] = [loop("a"), loop("b")]
  await places
    .within({ loop: a.loop, driver: alice, signal: undefined, waits: () => undefined }, async () => {
      throw new Error("no image")
    })
    .catch(() => told.push("a failed"))
  expect(await b.start()).toBe("b")
  expect(told).toEqual(["a failed", "b runs"])
})
