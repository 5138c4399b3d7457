import { expect, test } from "bun:test"
import { readdir } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { LoopId } from "../lib/ids.ts"
import { person } from "../testing/loops.ts"
import { type RealAgent, realAgent } from "../testing/real-agent.ts"

/** `LOOPAT_TEST_LOOPS=200` for a longer look. */
const loopCount = Number(process.env["LOOPAT_TEST_LOOPS"] ?? 20)
/** As many run at a time. */
const atOnce = 20
const alice = person("alice")

const podman = (...args: string[]) =>
  Bun.spawnSync(["podman", ...args])
    .stdout.toString()
    .split("\n")
    .filter(Boolean)
    .sort()

/** Names of what lies below a folder. */
const below = async (folder: string) => (await readdir(folder, { recursive: true }).catch(() => [])).sort()

test(
  "many loops made, run and deleted leave disk, containers, images, networks and temporary folders as they were",
  async () => {
    await using real = await realAgent()
    const { world, sandboxes } = real
    const first = await sandboxes.start(await specOf(await made()))
    if (first.kind !== "ready") throw new Error(first.detail)
    await gone([first.box.loop])
    const before = await levelOf(real)

    const ids: string[] = []
    for (let left = loopCount; left > 0; left -= atOnce) ids.push(...(await comeAndGo(Math.min(left, atOnce))))
    console.log(`loops made, run and deleted ${loopCount}, left over 0`)
    expect(ids).toHaveLength(loopCount)
    const kept = await Promise.all(["overlay-containers", "libpod/tmp"].map((part) => below(join(storage(), part))))
    expect(kept.flat().filter((path) => ids.some((id) => path.includes(id)))).toEqual([])

    /** The ids of their containers. */
    async function comeAndGo(count: number): Promise<string[]> {
      const loops = await Promise.all(Array.from({ length: count }, made))
      const started = await Promise.all(loops.map(work))
      expect(sandboxes.count()).toBe(count)
      expect(await levelOf(real)).not.toEqual(before)
      await gone(loops)
      expect(await levelOf(real)).toEqual(before)
      expect(sandboxes.count()).toBe(0)
      return started.flat()
    }
    async function work(loop: LoopId) {
      const outcome = await sandboxes.start(await specOf(loop))
      if (outcome.kind !== "ready") throw new Error(outcome.detail)
      await outcome.box.capture({ argv: ["sh", "-c", "sudo dd if=/dev/zero of=big bs=1M count=2 && mkdir -p ~/a/b"] })
      return containersOf(loop)
    }
    async function made() {
      const created = await world.loops.create({ clientId: crypto.randomUUID() }, alice)
      if (created.kind !== "created") throw new Error(created.kind)
      await world.told("loop.ready", created.loop)
      return created.loop
    }
    async function specOf(loop: LoopId) {
      const spec = await world.loops.sandboxSpec(loop)
      if (!spec) throw new Error("a prepared loop has a sandbox")
      return spec
    }
    async function gone(all: readonly LoopId[]) {
      for (const loop of all) {
        const deleted = await world.loops.delete(loop, alice)
        expect(deleted.kind).toBe("done")
        const title = (await world.loops.deletedFor(loop, alice))?.title ?? ""
        expect(await world.loops.erase(loop, alice, title)).toEqual({ kind: "erased" })
      }
    }
  },
  180_000 + loopCount * 3_000,
)

const containersOf = (loop: string) => podman("ps", "--quiet", "--no-trunc", `--filter=label=loopat.loop=${loop}`)
const storage = () => podman("info", "--format={{.Store.GraphRoot}}")[0] ?? ""

/** What there is of loops anywhere. */
async function levelOf({ world, workspace }: RealAgent) {
  return {
    home: await below(join(world.home, "loops")),
    runtime: (await below(join(world.home, "..", "s"))).filter((path) => !path.endsWith(".json")),
    temporary: (await readdir(tmpdir())).filter((name) => /loopat-(rootfs|image)/.test(name)),
    containers: podman("ps", "--all", "--quiet", `--filter=label=loopat.workspace=${workspace}`),
    images: podman("images", "--quiet", `--filter=label=loopat.workspace=${workspace}`),
    networks: podman("network", "ls", "--quiet"),
    volumes: podman("volume", "ls", "--quiet", `--filter=label=loopat.workspace=${workspace}`),
  }
}
