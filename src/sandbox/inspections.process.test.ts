import { expect, test } from "bun:test"
import { readdir, rmdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { emptyContexts } from "../testing/checkout.ts"
import { until } from "../testing/link-world.ts"
import { testClock } from "../testing/clock.ts"
import { sandboxWorld, type SandboxWorld } from "../testing/sandbox-world.ts"
import type { Box, SandboxSpec } from "./index.ts"

async function looked(world: SandboxWorld, spec: SandboxSpec): Promise<Box> {
  const outcome = await world.sandboxes.inspect(spec)
  if (outcome.kind === "ready") return outcome.box
  throw new Error(`${JSON.stringify(outcome)}\n${world.log.join("\n")}`)
}

const containersOf = async (world: SandboxWorld) =>
  (await world.podman("ps", "--all", "--quiet", `--filter=label=loopat.workspace=${world.workspace}`))
    .split("\n")
    .filter(Boolean).length

const shell = (line: string): [string, ...string[]] => ["sh", "-c", line]

test("a sandbox that only looks has the checkouts that the loop has made to read, but for its driver's own", async () => {
  await using world = await sandboxWorld()
  const contexts = await emptyContexts(world)
  await writeFile(join(contexts.folders.notes, "plan.md"), "read me")
  await writeFile(join(contexts.folders.personal, "diary.md"), "not for viewers")
  await rmdir(contexts.folders.repos)
  const box = await looked(world, await world.spec({ contexts }))
  expect(new TextDecoder().decode(await box.files.read("notes", "plan.md"))).toBe("read me")
  await expect(box.files.write("notes", "plan.md", "x")).rejects.toMatchObject({ because: "denied" })
  expect((await box.files.list("knowledge", "")).entries).toEqual([])
  for (const root of ["personal", "repos"] as const) expect(await box.files.stat(root, "")).toBeUndefined()
  expect((await box.capture({ argv: ["ls", "/loopat/context"] })).stdout).toBe("knowledge\nnotes\n")
}, 60_000)

test("a sandbox that only looks has the working folder to read, and no network, vault, home, gateway or way to write", async () => {
  await using world = await sandboxWorld({ serveGateway: async () => new Response("let in") })
  const spec = await world.spec()
  await writeFile(join(spec.folders.workdir, "note.txt"), "read me")
  await writeFile(join(spec.folders.home, "secret"), "not for viewers")
  const box = await looked(world, spec)
  expect(new TextDecoder().decode(await box.files.read("workdir", "note.txt"))).toBe("read me")
  expect(world.sandboxes.running(spec.loop)).toBeUndefined()
  expect(world.sandboxes.count()).toBe(0)

  const { stdout } = await box.capture({
    argv: shell(
      [
        "touch new.txt; echo x >note.txt; sudo -n touch new.txt; touch /usr/bin/x /etc/x",
        "ls -A /home/loopat /run/loopat | grep -E 'secret|gateway'",
        "ls /proc/self/root/loopat/loop/*/.claude /run/loopat-vault /opt/loopat/bin/claude",
        "cat /proc/net/dev | grep -v lo: | tail -n +3",
        "curl -sS -m 2 http://127.0.0.1:4180/v1/models",
        "env | grep -E 'ANTHROPIC|GATEWAY|KEY'",
        "mount | grep ' rw' | grep -E 'workdir|/home/loopat/|/opt|/run/loopat '",
      ].join("; "),
    ),
  })
  expect(stdout).toBe("")
  await expect(box.files.write("workdir", "new.txt", "x")).rejects.toMatchObject({ because: "denied" })
  await expect(box.files.remove("workdir", "note.txt")).rejects.toThrow()
  expect(await readdir(spec.folders.workdir)).toEqual(["note.txt"])

  const own = await world.started(spec)
  await own.files.write("workdir", "new.txt", "by the loop itself")
  expect((await box.files.list("workdir", "")).entries.map(({ name }) => name)).toEqual(["new.txt", "note.txt"])
  await world.sandboxes.remove(spec.loop)
  expect(box.gone.aborted).toBe(true)
  expect(await containersOf(world)).toBe(0)
})

test("looks are joined, end after two idle minutes, and make room for a fifth when nobody uses them", async () => {
  const clock = testClock()
  await using world = await sandboxWorld({ clock })
  const specs = await Promise.all(Array.from({ length: 5 }, () => world.spec()))
  const [first, ...others] = specs
  if (!first) throw new Error("need a loop")
  const [box, same] = await Promise.all([looked(world, first), looked(world, first)])
  expect(same).toBe(box)
  clock.advance(1_000)
  for (const spec of others.slice(0, 3)) await looked(world, spec)
  expect(await containersOf(world)).toBe(4)

  const running = await box.run({ argv: ["tail", "-f", "/dev/null"] })
  const fifth = others[3]
  if (!fifth) throw new Error("need a fifth loop")
  const last = await looked(world, fifth)
  expect(await containersOf(world)).toBe(4)
  expect(box.gone.aborted).toBe(false)

  /** As time goes by: between two steps every guest that is there answers its heartbeat. */
  const twoMinutes = async () => {
    for (let step = 0; step < 13; step++) {
      clock.advance(10_000)
      await Promise.allSettled([box, last].map((one) => one.stats()))
    }
  }
  await twoMinutes()
  await until("those that nobody uses are gone", async () => (await containersOf(world)) === 1)
  expect([box.gone.aborted, last.gone.aborted]).toEqual([false, true])
  await running[Symbol.asyncDispose]()
  await twoMinutes()
  await until("all are gone", async () => (await containersOf(world)) === 0)
})
