import { expect, test } from "bun:test"
import type { Sandboxes } from "../sandbox/index.ts"
import { testClock } from "../testing/clock.ts"
import { person, testLoops } from "../testing/loops.ts"
import { createWorkbench, unplacedSentence } from "./workbench.ts"

const never = () => {
  throw new Error("no page is asked for")
}

/** A sandbox that never comes, on a server that does with its image what the test says. */
async function world() {
  const loops = await testLoops()
  const created = await loops.loops.create({ clientId: "one" }, person("alice"))
  if (created.kind !== "created") throw new Error("not created")
  await loops.told("loop.ready", created.loop)
  const viewed = await loops.loops.forViewer(created.loop, person("alice"))
  if (viewed.kind !== "viewed") throw new Error(viewed.kind)
  const clock = testClock()
  let state: "building" | "ready" = "ready"
  let begun = Promise.withResolvers<void>()
  const inspect: Sandboxes["start"] = (_, { signal } = {}) => {
    begun.resolve()
    return new Promise((resolve) =>
      signal?.addEventListener("abort", () => resolve({ kind: "failed", reason: "stopped", detail: "" })),
    )
  }
  const sandboxes = {
    ...{ inspect, start: inspect, running: () => undefined },
    health: () => ({ image: { state } }) as ReturnType<Sandboxes["health"]>,
  }
  const workbench = createWorkbench({ loops: loops.loops, sandboxes, clock, frame: never, header: never })
  return {
    clock,
    builds: (building: boolean) => void (state = building ? "building" : "ready"),
    /** Looks, and is back when the sandbox was asked for. */
    async look() {
      begun = Promise.withResolvers()
      const outcome = workbench.read(viewed.loop, async () => "seen")
      await begun.promise
      return { outcome }
    },
  }
}

test("who looks into a loop while the image is being made is told so within a second, and how to go on", async () => {
  const at = await world()
  at.builds(true)
  const { outcome } = await at.look()
  at.clock.advance(1_000)
  expect(await outcome).toEqual({ kind: "not-placed", why: "image-building" })
  expect(unplacedSentence("image-building", "en")).toContain("some minutes")
  expect(unplacedSentence("image-building", "zh")).toContain("几分钟")
})

test("also when making it begins later; any other start is waited for", async () => {
  const at = await world()
  const first = await at.look()
  at.clock.advance(5_000)
  at.builds(true)
  at.clock.advance(1_000)
  expect(await first.outcome).toEqual({ kind: "not-placed", why: "image-building" })

  at.builds(false)
  const second = await at.look()
  at.clock.advance(19_000)
  expect(await Promise.race([second.outcome, "not yet"])).toBe("not yet")
  at.clock.advance(1_000)
  expect(await second.outcome).toEqual({ kind: "not-placed", why: "still-starting" })
  expect(at.clock.timers).toBe(0)
})
