import { expect, test } from "bun:test"
import { until } from "../testing/link-world.ts"
import { sandboxWorld } from "../testing/sandbox-world.ts"

test("with one place a second loop waits and says so, and starts when the first has become idle and made room", async () => {
  const idle = new Set<string>()
  const made: string[] = []
  await using world = await sandboxWorld({
    places: {
      most: () => 1,
      mostEach: () => undefined,
      idleSince: async (loop) => (idle.has(loop) ? 1 : undefined),
      madeRoom: (loop) => made.push(loop),
    },
  })
  const [first, second] = [await world.spec({ network: "gateway-only" }), await world.spec({ network: "gateway-only" })]
  await world.started(first)
  const steps: string[] = []
  const waiting = world.sandboxes.start(second, { onStep: ({ step }) => steps.push(step) })
  await until("the second is told its number", () => steps.includes("place:1"))
  expect(world.sandboxes.loops()).toEqual([first.loop])
  idle.add(first.loop)
  expect((await waiting).kind).toBe("ready")
  expect(made).toEqual([first.loop])
  expect(world.sandboxes.loops()).toEqual([second.loop])
})
