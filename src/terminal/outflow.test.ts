import { expect, test } from "bun:test"
import { testClock } from "../testing/clock.ts"
import { longestFrame } from "./messages.ts"
import { Outflow, window } from "./outflow.ts"

function world() {
  const clock = testClock()
  const frames: number[] = []
  let text = ""
  const outflow = new Outflow((bytes) => {
    frames.push(bytes.length)
    text += Buffer.from(bytes).toString()
  }, clock)
  return { clock, frames, outflow, text: () => text }
}

const bytes = (text: string) => new TextEncoder().encode(text)
/** Whether a promise has resolved by now. */
const isDone = (promise: Promise<void>) =>
  Promise.race([promise.then(() => true), new Promise<boolean>((resolve) => setImmediate(() => resolve(false)))])

test("what a person types is echoed at once, however fast; of much output what comes within a frame's time leaves together", () => {
  const { clock, frames, outflow, text } = world()
  for (const letter of "abcdefgh") outflow.push(bytes(letter))
  expect(frames).toEqual([1, 1, 1, 1, 1, 1, 1, 1])
  for (const letter of "ijk") outflow.push(bytes(letter))
  clock.advance(100)
  for (const letter of "l") outflow.push(bytes(letter))
  expect(text()).toBe("abcdefghijkl")
  expect(frames.length).toBeLessThanOrEqual(11)
})

test("a flood becomes about sixty frames in a second, none longer than 64 KiB", () => {
  const { clock, frames, outflow } = world()
  for (let ms = 0; ms < 1_000; ms++) {
    outflow.push(new Uint8Array(1_000))
    clock.advance(1)
    outflow.acknowledge(Math.min(1_000, outflow.size))
  }
  expect(frames.length).toBeLessThanOrEqual(59 + 9)
  expect(frames.length).toBeGreaterThan(50)
  const { frames: large, outflow: other, clock: later } = world()
  other.push(new Uint8Array(200_000))
  later.advance(100)
  expect(Math.max(...large)).toBe(longestFrame)
  expect(large.reduce((sum, one) => sum + one, 0)).toBe(200_000)
})

test("there is no room beyond 256 KiB that nobody has shown, and room again after an acknowledgement", async () => {
  const { clock, outflow } = world()
  outflow.push(new Uint8Array(window))
  clock.advance(1_000)
  const room = outflow.room()
  expect(await isDone(room)).toBe(false)
  expect(outflow.acknowledge(1_000)).toBe(true)
  expect(await isDone(room)).toBe(true)
})

test("who claims to have shown more than was sent is found out", () => {
  const { outflow } = world()
  outflow.push(bytes("abc"))
  expect(outflow.acknowledge(4)).toBe(false)
  expect(outflow.acknowledge(3)).toBe(true)
  expect(outflow.acknowledge(1)).toBe(false)
})

test("at its end nothing more is sent, nobody waits for ever, and no timer is left", async () => {
  const { clock, frames, outflow } = world()
  outflow.push(new Uint8Array(8 * window))
  const before = frames.length
  const [room, sent] = [outflow.room(), outflow.sent()]
  outflow.end()
  expect([await isDone(room), await isDone(sent)]).toEqual([true, true])
  clock.advance(1_000)
  expect(frames.length).toBe(before)
  expect(clock.timers).toBe(0)
})
