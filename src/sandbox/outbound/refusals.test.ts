import { expect, test } from "bun:test"
import { testClock } from "../../testing/clock.ts"
import { createRefusals, type RefusedPlaces } from "./refusals.ts"

function world() {
  const clock = testClock()
  const told: RefusedPlaces[] = []
  const refusals = createRefusals(clock, (places) => told.push(places))
  const ask = (host: string, port = 443) => refusals.note({ host, port, program: "curl", why: "name" })
  return { clock, told, refusals, ask }
}

test("what is refused within two seconds is told at once, each place with how often it was asked for", () => {
  const { clock, told, ask } = world()
  ask("a.org")
  ask("b.org")
  ask("a.org")
  expect(told).toEqual([])
  clock.advance(2_000)
  const place = (host: string, times: number) => ({ host, port: 443, program: "curl", why: "name", times }) as const
  expect(told).toEqual([{ places: [place("a.org", 2), place("b.org", 1)], more: 0 }])
})

test("the same place is told again only after ten minutes", () => {
  const { clock, told, ask } = world()
  for (let minute = 0; minute < 9; minute++) {
    ask("a.org")
    clock.advance(60_000)
  }
  expect(told).toHaveLength(1)
  clock.advance(120_000)
  ask("a.org")
  clock.advance(600_000)
  expect(told).toHaveLength(2)
})

test("a flood of new names for a day is a bounded number of short lines", () => {
  const { clock, told, ask } = world()
  for (let second = 0; second < 86_400; second += 10) {
    for (let name = 0; name < 30; name++) ask(`n${second}-${name}.org`)
    clock.advance(10_000)
  }
  expect(told.length).toBeGreaterThan(20)
  expect(told.length).toBeLessThan(24 * 10)
  expect(Math.max(...told.map(({ places }) => places.length))).toBe(20)
  expect(told.at(-1)?.more).toBeGreaterThan(400)
})

test("a loop that ends leaves no timer behind", () => {
  const { clock, refusals, ask } = world()
  ask("a.org")
  refusals[Symbol.dispose]()
  expect(clock.timers).toBe(0)
})
