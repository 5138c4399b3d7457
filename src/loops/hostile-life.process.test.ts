import { expect, test } from "bun:test"
import { existsSync } from "node:fs"
import { chmod, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { LoopId } from "../lib/ids.ts"
import { outsideRepository } from "../testing/git-repository.ts"
import { hostileTree } from "../testing/hostile-tree.ts"
import { person, repoName, type TestLoops, testLoops } from "../testing/loops.ts"
import { type SandboxWorld, sandboxWorld } from "../testing/sandbox-world.ts"
import { inspectWork } from "./checkouts/work-report.ts"

const alice = person("alice")

/** A folder of the host that no loop has anything to do with, and all that must stay as it is about it. */
async function bystander(folder: string) {
  const place = join(folder, "of-the-host")
  await mkdir(join(place, "inner"), { recursive: true })
  await writeFile(join(place, "inner/file"), "of the host")
  await chmod(join(place, "inner/file"), 0o600)
  const look = async () => {
    const all = await Promise.all(
      ["", "inner", "inner/file"].map(async (name) => {
        const { mode, uid, gid, mtimeMs, nlink } = await stat(join(place, name))
        return { name, mode, uid, gid, mtimeMs, nlink }
      }),
    )
    return { all, text: await readFile(join(place, "inner/file"), "utf8") }
  }
  return { place, look, before: await look() }
}

interface Place {
  world: SandboxWorld
  loops: TestLoops
  loop: LoopId
}

/** Everything in the loop's tree becomes hostile; links in its other folders lead to the bystander. */
async function makeHostile({ world, loops, loop }: Place, script: string, outside: string): Promise<void> {
  const spec = await loops.loops.sandboxSpec(loop)
  if (!spec) throw new Error("the loop is not prepared")
  const box = await world.started(spec)
  const more = `
ln -s ${outside} outward; ln -s ${outside}/inner/file outward-file; ln -s ${outside}/none dangling
touch -- "$(printf 'half\\377')" "$(printf 'line\\nbreak')"; mkdir -- "$(printf 'dir\\377\\n')"
printf '%s\\n' ${outside} >.git/objects/info/alternates; printf 'gitdir: ${outside}\\n' >sub/.git
for place in ~ /loopat/loop/${loop}/.claude; do
  cd "$place"; ln -s ${outside} outward; mkfifo pipe; truncate -s 8T sparse; ln -s / root; touch -- --help
done
true`
  const made = await box.capture({ argv: ["bash", "-c", `${script}${more}`] }, { timeoutMs: 100_000 })
  expect([made.code, made.stderr.slice(-300)]).toEqual([0, expect.any(String)])
}

test("the loop of a hostile tree is reported, archived, restored, prepared again, deleted and erased: nothing of it runs on the host or leads out", async () => {
  await using world = await sandboxWorld()
  const proof = join(world.folder, "the-host-ran-it")
  const outside = await bystander(world.folder)
  const repository = await outsideRepository(`${world.folder}/repository`, { "README.md": "hello" })
  const { sandboxes } = world
  await using loops = await testLoops({
    home: `${world.folder}/home`,
    roster: [{ name: repoName("app"), git: repository.path }],
    needs: {
      sandboxes,
      inspectWork: async (id) => {
        const box = sandboxes.running(id)
        return box && inspectWork(box)
      },
    },
  })
  const created = await loops.loops.create({ clientId: "one", title: "Plan", repo: "app" }, alice)
  if (created.kind !== "created") throw new Error("not created")
  const loop = created.loop
  const place = { world, loops, loop }
  await loops.told("loop.ready", loop)
  await makeHostile(place, hostileTree(proof, { files: 2_000 }), outside.place)
  const programs = new Map(world.processes.counts)
  const ownPrograms = new Map(loops.processes.counts)

  const reported = await loops.loops.report(loop, alice)
  expect(reported).toMatchObject({ kind: "report", report: { hasWork: true } })
  expect(JSON.stringify(reported)).not.toMatch(/\\u001b|\u202e/)
  expect((await loops.loops.archive(loop, alice)).kind).toBe("done")
  await loops.told("loop.archived", loop)
  expect((await loops.loops.restore(loop, alice)).kind).toBe("done")
  const spec = await loops.loops.sandboxSpec(loop)
  if (!spec) throw new Error("it is not back")
  const back = await world.started(spec)
  expect((await back.capture({ argv: ["cat", "README.md"] })).code).toBe(0)

  await prepareAgain(place)
  expect((await readdir(spec.folders.workdir)).sort()).toEqual([".git", "README.md"])
  expect(await loops.disk.readText(join(spec.folders.workdir, ".git/config"))).not.toContain("evil")

  await makeHostile(place, hostileTree(proof, { files: 2_000 }), outside.place)
  expect((await loops.loops.delete(loop, alice)).kind).toBe("has-work")
  expect((await loops.loops.delete(loop, alice, "Plan")).kind).toBe("done")
  expect((await loops.loops.undelete(loop, alice)).kind).toBe("done")
  expect((await loops.loops.delete(loop, alice, "Plan")).kind).toBe("done")
  expect((await loops.loops.erase(loop, alice, "Plan")).kind).toBe("erased")

  expect(await readdir(`${loops.home}/loops/.deleted`)).toEqual([])
  expect(existsSync(`${loops.home}/loops/${loop}`)).toBe(false)
  expect(existsSync(proof)).toBe(false)
  expect(await outside.look()).toEqual(outside.before)
  const started = (now: ReadonlyMap<string, number>, before: ReadonlyMap<string, number>) =>
    [...now].filter(([name, count]) => count > (before.get(name) ?? 0)).map(([name]) => name)
  const allowed = ["chown", "git", "nsenter", "podman", "rm"]
  expect(started(world.processes.counts, programs).filter((name) => !allowed.includes(name))).toEqual([])
  expect(started(loops.processes.counts, ownPrograms).filter((name) => !allowed.includes(name))).toEqual([])
}, 240_000)

/** As for a loop whose repository turned out to be another one: its folders are there already, and hostile. */
async function prepareAgain({ loops, loop, world }: Place): Promise<void> {
  await world.sandboxes.stop(loop, "test")
  const broken = { kind: "broken" as const, reason: "failed", sentence: "a test", at: new Date(0).toISOString() }
  await loops.loops.change(loop, (record) => ({ ...record, state: broken }))
  const before = loops.news.filter(({ name }) => name === "loop.ready").length
  expect((await loops.loops.retry(loop, alice)).kind).toBe("done")
  while (loops.news.filter(({ name }) => name === "loop.ready").length === before) await Bun.sleep(20)
}
