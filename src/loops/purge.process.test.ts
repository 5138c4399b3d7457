import { expect, test } from "bun:test"
import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { person, testLoops } from "../testing/loops.ts"
import { sandboxWorld, type SandboxWorld } from "../testing/sandbox-world.ts"

const alice = person("alice")
const many = 8

/** Everything that podman and this server could have left of a loop. */
async function leftovers(world: SandboxWorld, home: string) {
  const label = `--filter=label=loopat.workspace=${world.workspace}`
  const lists = [["ps", "--all"], ["volume", "ls"], ["network", "ls"], ["images"]]
  const counts = await Promise.all(
    lists.map(async (list) => [list[0], (await world.podman(...list, "--quiet", label)).split("\n").filter(Boolean)]),
  )
  const folders = [join(world.folder, "s"), join(home, "loops"), join(home, "loops/.deleted"), join(home, "repos")]
  const found = await Promise.all(folders.map((folder) => readdir(folder).catch(() => [])))
  // Folders that are there for all loops begin with a dot.
  const names = found.map((all) => all.filter((name) => !name.startsWith(".")))
  return { counts, names }
}

test("loops that were made, worked in and deleted leave no container, volume, network, image, socket or folder behind, files of root included", async () => {
  await using world = await sandboxWorld()
  await using at = await testLoops({ needs: { sandboxes: world.sandboxes } })
  const before = await leftovers(world, at.home)
  for (let number = 0; number < many; number++) {
    const created = await at.loops.create({ clientId: `loop-${number}`, title: "Loop" }, alice)
    if (created.kind !== "created") throw new Error(created.kind)
    await at.told("loop.ready", created.loop)
    const spec = await at.loops.sandboxSpec(created.loop)
    if (!spec) throw new Error("a ready loop has a sandbox")
    const box = await world.started({ ...spec, network: "gateway-only" })
    const work =
      "mkdir -p deep/er && sudo sh -c 'echo x >deep/er/of-root && chmod 000 deep/er && mkdir ~/root && touch ~/root/x'"
    expect((await box.capture({ argv: ["bash", "-c", work] })).code).toBe(0)
    if (number % 2 === 0) await world.sandboxes.stop(created.loop, "test")
    expect((await at.loops.delete(created.loop, alice, "Loop")).kind).toBe("done")
    expect((await at.loops.erase(created.loop, alice, "Loop")).kind).toBe("erased")
  }
  expect(world.sandboxes.loops()).toEqual([])
  expect(await leftovers(world, at.home)).toEqual(before)
  console.log(`loops made and purged: ${many}; containers, volumes, networks, images, sockets and folders as before`)
})
