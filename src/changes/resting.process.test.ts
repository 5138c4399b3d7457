import { expect, test } from "bun:test"
import { systemClock } from "../platform/clock.ts"
import { filesOf } from "../testing/checkout.ts"
import { sandboxWorld } from "../testing/sandbox-world.ts"
import { createGitInside } from "../loops/index.ts"
import { lookAt } from "./look.ts"
import { stageFiles } from "./stage.ts"

test("who looks into a loop that rests sees its changes and can change nothing", async () => {
  await using world = await sandboxWorld()
  const spec = await world.spec()
  const box = await world.started(spec)
  const script =
    "git init -q -b main; git config user.name C; git config user.email c@d; echo 1 >a; git add a; git commit -qm A; echo 2 >a; echo 3 >b"
  expect((await box.capture({ argv: ["bash", "-euc", script] })).code).toBe(0)
  await world.sandboxes.stop(spec.loop, "a test")
  const inspected = await world.sandboxes.inspect(spec)
  if (inspected.kind !== "ready") throw new Error(inspected.kind)
  const git = createGitInside({ box: inspected.box, clock: systemClock })
  expect(await lookAt(git)).toMatchObject({ kind: "status", status: { branch: "main" } })
  const files = await filesOf(git, { kind: "start" })
  expect(files.map(({ entry, hunks }) => [entry.letter, entry.path, hunks.length])).toEqual([
    ["M", "a", 1],
    ["A", "b", 1],
  ])
  expect((await stageFiles(git, ["b"])).kind).toBe("refused")
}, 60_000)
