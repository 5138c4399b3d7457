import { expect, test } from "bun:test"
import { testClock } from "../testing/clock.ts"
import { createSlowingThrottle, createWindowThrottle } from "./throttle.ts"

const minute = 60_000

test("five wrong tries are free, then each next one waits twice as long, up to a quarter of an hour", () => {
  const clock = testClock()
  const throttle = createSlowingThrottle({ clock, limit: 5 })
  const waits: number[] = []
  for (let i = 0; i < 17; i++) {
    clock.advance(throttle.wait("ada"))
    throttle.count("ada")
    waits.push(throttle.wait("ada") / 1000)
  }
  expect(waits).toEqual([0, 0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900])
  expect(throttle.wait("bob")).toBe(0)
})

test("a right password and a quarter of an hour of quiet forget the wrong ones", () => {
  const clock = testClock()
  const throttle = createSlowingThrottle({ clock, limit: 5 })
  for (let i = 0; i < 9; i++) throttle.count("ada")
  expect(throttle.wait("ada")).toBe(32_000)
  throttle.clear("ada")
  expect(throttle.wait("ada")).toBe(0)
  for (let i = 0; i < 5; i++) throttle.count("ada")
  clock.advance(15 * minute + 1)
  throttle.count("ada")
  expect(throttle.wait("ada")).toBe(0)
})

test("a network has twenty tries in any quarter of an hour and learns when the next one is free", () => {
  const clock = testClock()
  const throttle = createWindowThrottle({ clock, limit: 20 })
  for (let i = 0; i < 20; i++) {
    expect(throttle.wait("net")).toBe(0)
    throttle.count("net")
    clock.advance(1_000)
  }
  expect(throttle.wait("net")).toBe(15 * minute - 20_000)
  clock.advance(throttle.wait("net"))
  expect(throttle.wait("net")).toBe(0)
  throttle.count("net")
  expect(throttle.wait("net")).toBe(1_000)
})

test("tries under way take room: as many as may still be wrong, and one at a time after that", () => {
  const clock = testClock()
  const slowing = createSlowingThrottle({ clock, limit: 3 })
  const enter = (key: string, times: number) => Array.from({ length: times }, () => slowing.enter(key))
  expect(enter("ada", 4)).toEqual([true, true, true, false])
  expect(slowing.enter("bob")).toBe(true)
  slowing.leave("ada")
  slowing.count("ada")
  expect(slowing.enter("ada")).toBe(false)
  slowing.leave("ada")
  slowing.leave("ada")
  slowing.count("ada")
  slowing.count("ada")
  clock.advance(slowing.wait("ada"))
  expect(enter("ada", 2)).toEqual([true, false])

  const window = createWindowThrottle({ clock, limit: 2 })
  expect([window.enter("net"), window.enter("net"), window.enter("net")]).toEqual([true, true, false])
  window.leave("net")
  expect(window.enter("net")).toBe(true)
  window.leave("net")
  window.leave("net")
  window.count("net")
  window.count("net")
  expect(window.enter("net")).toBe(false)
})

test("a flood of names costs bounded memory: the least recent is forgotten first", () => {
  const clock = testClock()
  const throttle = createWindowThrottle({ clock, limit: 1, size: 3 })
  for (const key of ["a", "b", "c"]) throttle.count(key)
  throttle.wait("a")
  throttle.count("d")
  expect(["a", "b", "c", "d"].map((key) => throttle.wait(key) > 0)).toEqual([true, false, true, true])
})

test("a clock that jumps a year, forwards or back, locks nobody out", () => {
  const year = 365 * 24 * 60 * minute
  for (const jump of [year, -year]) {
    const clock = testClock()
    const slowing = createSlowingThrottle({ clock, limit: 5 })
    const window = createWindowThrottle({ clock, limit: 20 })
    for (let i = 0; i < 30; i++) {
      slowing.count("ada")
      window.count("net")
    }
    expect([slowing.wait("ada") > 0, window.wait("net") > 0]).toEqual([true, true])
    clock.advance(jump)
    expect([slowing.wait("ada"), window.wait("net")]).toEqual([0, 0])
    for (let i = 0; i < 5; i++) slowing.count("ada")
    expect(slowing.wait("ada")).toBe(2_000)
  }
})
