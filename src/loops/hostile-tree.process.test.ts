import { expect, test } from "bun:test"
import { existsSync } from "node:fs"
import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { hostileTree } from "../testing/hostile-tree.ts"
import { sandboxWorld } from "../testing/sandbox-world.ts"
import type { Box } from "../sandbox/index.ts"
import { hasWork, inspectWork } from "./checkouts/work-report.ts"

test("a hostile tree is reported, stopped, adopted, archived and erased without running or following anything of it", async () => {
  await using world = await sandboxWorld()
  const spec = await world.spec()
  const proof = join(world.folder, "the-host-ran-it")
  const box = await world.started(spec)
  const made = await box.capture({ argv: ["bash", "-c", hostileTree(proof)] }, { timeoutMs: 60_000 })
  expect(made.code).toBe(0)

  await everyOperation(box)

  // Asked of the tree as a person's page would: whatever git inside makes of it, there is work or nobody knows.
  const report = await inspectWork(box)
  expect(hasWork(report)).toBe(true)
  expect(JSON.stringify(report ?? {})).not.toMatch(/\\u001b|\u202e/)

  await world.sandboxes.stop(spec.loop, "test")
  await world.started(spec)
  await (await world.restart()).adopt(async () => spec)
  await world.sandboxes.remove(spec.loop)
  await world.sandboxes.erase(spec.folders.workdir)
  expect(existsSync(spec.folders.workdir)).toBe(false)
  expect(existsSync("/etc/passwd")).toBe(true)
  expect(existsSync(proof)).toBe(false)
  expect(await readdir(world.folder)).not.toContain("the-host-ran-it")
  expect([...world.processes.counts.keys()].sort()).toEqual(["chown", "nsenter", "podman", "rm"])
})

/** Each is answered, refused or cut off, and none leaves its root. */
async function everyOperation(box: Box): Promise<void> {
  const outcome = (work: Promise<unknown>) =>
    work.then(
      () => "answered",
      (error) => error.because ?? error.kind,
    )
  const refused = {
    shadow: ["escape", "kind"],
    "root/etc/passwd": ["escape"],
    "up/../x": ["escape"],
    zero: ["escape", "kind"],
    mem: ["escape", "kind"],
    loop: ["escape", "kind"],
    pipe: ["kind"],
    socket: ["kind", "broken", "missing"],
    "owned/by/root/x": ["denied"],
    [`deep/${"d".repeat(20)}/`.repeat(300)]: ["limit", "missing", "gone", "protocol"],
    "../../../../etc/passwd": ["escape"],
    "/etc/passwd": ["missing"],
    "a\u0000b": ["escape"],
  }
  for (const [path, kinds] of Object.entries(refused)) {
    expect([path.slice(0, 30), kinds.includes(await outcome(box.files.read("workdir", path)))]).toEqual([
      path.slice(0, 30),
      true,
    ])
    expect(await outcome(box.files.write("workdir", `${path}/new`, "x"))).not.toBe("answered")
  }
  expect(await box.files.read("workdir", "sparse", { maxBytes: 1_000, offset: 2 ** 42 })).toHaveLength(1_000)
  expect(await outcome(box.files.read("workdir", "large", { maxBytes: 30_000_000 }))).toBe("answered")
  const listed = await box.files.list("workdir", "many", { maxEntries: 10_000 })
  expect([listed.entries.length <= 10_000, listed.more]).toEqual([true, true])
  for (const odd of ["--help", "new\nline", "esc\u001b[2J\u0007", "bidi\u202egpj.exe", "$(touch x)", ";reboot"])
    expect([odd, (await box.files.stat("workdir", odd))?.name]).toEqual([odd, odd])
  for (const target of ["shadow", "up", "root"]) {
    expect(await outcome(box.files.remove("workdir", target))).toBe("answered")
    expect(existsSync("/etc/shadow")).toBe(true)
  }
}
