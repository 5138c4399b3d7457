import { expect, test } from "bun:test"
import { reading } from "../testing/link-world.ts"
import { sandboxWorld, type SandboxWorld } from "../testing/sandbox-world.ts"

const containers = (world: SandboxWorld) =>
  world.podman("ps", "--quiet", `--filter=label=loopat.workspace=${world.workspace}`)

test("a terminal and an agent with different environments never restart each other", async () => {
  await using world = await sandboxWorld()
  const spec = await world.spec()
  const box = await world.started(spec)
  const waits = (name: string) => ({ argv: ["sh", "-c", "echo $WHO; cat"] as const, env: { WHO: name } })
  const agent = await box.keep("agent", waits("agent"))
  await reading(agent.stdout).past("agent\n")
  const before = await containers(world)
  // The terminal's own start asks for the same loop, as any later start does.
  const terminal = await (await world.started(spec)).keep("terminal", waits("terminal"))
  await reading(terminal.stdout).past("terminal\n")
  expect(await containers(world)).toEqual(before)
  expect(box.gone.aborted).toBe(false)
  expect((await box.kept()).map(({ id, running }) => [id, running])).toEqual([
    ["agent", true],
    ["terminal", true],
  ])
})
