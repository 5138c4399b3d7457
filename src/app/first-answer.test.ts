import { expect, spyOn, test } from "bun:test"
import { until } from "../testing/scripted-agent.ts"
import { testApp } from "../testing/test-app.ts"

test("no program is started before the first page was served, and only then begins what takes time", async () => {
  using spawned = spyOn(Bun, "spawn")
  using spawnedSync = spyOn(Bun, "spawnSync")
  await using world = await testApp()
  const listening = world.app.listen()
  if (listening.kind !== "listening") throw new Error(listening.kind)
  world.app.begin()
  expect((await fetch(`${listening.address}/livez`)).status).toBe(200)
  expect((await fetch(listening.address, { headers: { accept: "text/html" } })).status).toBe(200)
  expect([spawned.mock.calls, spawnedSync.mock.calls]).toEqual([[], []])
  await until(() => spawned.mock.calls.length > 0, "podman is asked")
})

test("a program that ends before it has begun waits for nothing and has started nothing", async () => {
  using spawned = spyOn(Bun, "spawn")
  const world = await testApp()
  await world[Symbol.asyncDispose]()
  expect(spawned.mock.calls).toEqual([])
  const begun = await testApp()
  begun.app.begin()
  await begun[Symbol.asyncDispose]()
  expect(spawned.mock.calls).toEqual([])
})
