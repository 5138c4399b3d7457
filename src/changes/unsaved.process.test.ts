import { expect, test } from "bun:test"
import { systemClock, systemIds } from "../platform/clock.ts"
import { everyFile } from "../testing/checkout.ts"
import { sandboxWorld } from "../testing/sandbox-world.ts"
import type { Box } from "../sandbox/index.ts"
import { identityVariables } from "../platform/git/inside-changes.ts"
import { createGitInside } from "../loops/index.ts"
import { packUnsaved } from "./unsaved.ts"

const identity = identityVariables({ displayName: "Alice", email: "alice@example.org" })
const needs = { ids: systemIds, identity, branch: "unsaved-abc123" }
const pack = (box: Box) => packUnsaved(createGitInside({ box, clock: systemClock }), needs)

const repository = `git init -q -b main; git config user.name C; git config user.email c@d
  echo 1 >a; echo 1 >gone; echo out >.gitignore; git add .; git commit -qm First
  git init -q --bare -b main ~/far.git; git remote add origin ~/far.git; git push -q origin main`
const work = String.raw`git switch -qc topic; echo 2 >a; git commit -qam 'Only here'; echo 3 >a; git add a; echo 4 >a; rm gone; echo x >out
  printf '#!/bin/sh\n' >"new file"; chmod +x "new file"; ln -s a link; mkdir -p 'ü/x'; printf '\0\1' >'ü/x/"b'`

async function worked(script: string) {
  const world = await sandboxWorld()
  const spec = await world.spec({ network: "gateway-only" })
  const box = await world.started(spec)
  const shell = async (line: string, inside = box) => {
    const { code, stdout, stderr } = await inside.capture({ argv: ["bash", "-euc", line] }, { timeoutMs: 60_000 })
    if (code !== 0) throw new Error(`${code}: ${stderr}`)
    return stdout
  }
  await shell(script)
  return Object.assign(world, { spec, box, shell })
}

test("what is in no commit and what no remote has comes back whole out of one file, also from a loop that rests", async () => {
  await using world = await worked(`${repository}; ${work}`)
  const before = await world.shell(everyFile)
  const state = await world.shell("git status --porcelain=v2 --branch; git for-each-ref; cat .git/index | md5sum")
  await world.sandboxes.stop(world.spec.loop, "a test")
  const inspected = await world.sandboxes.inspect(world.spec)
  if (inspected.kind !== "ready") throw new Error(inspected.kind)
  const packed = await pack(inspected.box)
  if (packed.kind !== "packed") throw new Error(JSON.stringify(packed))
  const bundle = await new Response(packed.body).bytes()
  expect((await inspected.box.capture({ argv: ["ls", "-A", "/tmp"] })).stdout).toBe("")

  const again = await world.started(world.spec)
  await again.files.write("home", "saved.bundle", bundle)
  await world.shell(
    `git clone -q ~/far.git ~/clone; cd ~/clone; git fetch -q ~/saved.bundle "refs/heads/*:refs/heads/saved/*"`,
    again,
  )
  const back = await world.shell(`cd ~/clone; git switch -q saved/unsaved-abc123; ${everyFile}`, again)
  // The ignored file is the one that is left out.
  expect(back.split("\n")).toEqual(before.split("\n").filter((line) => !line.endsWith("/out")))
  expect(await world.shell("cd ~/clone; git log --format='%an %s' saved/unsaved-abc123", again)).toBe(
    "Alice What was in no commit when the loop was saved\nC Only here\nC First\n",
  )
  expect(await world.shell("cd ~/clone; git rev-parse saved/topic", again)).toBe(
    await world.shell("git rev-parse topic", again),
  )
  expect(
    await world.shell("git status --porcelain=v2 --branch; git for-each-ref; cat .git/index | md5sum", again),
  ).toBe(state)
}, 120_000)

test("where everything is elsewhere there is nothing to pack, and a folder without a repository is told as one", async () => {
  await using world = await worked(repository)
  expect(await pack(world.box)).toEqual({ kind: "nothing" })
  await world.shell("git checkout -q --detach; git commit -q --allow-empty -m Afloat")
  const afloat = await pack(world.box)
  if (afloat.kind !== "packed") throw new Error(afloat.kind)
  expect((await new Response(afloat.body).bytes()).length).toBeGreaterThan(100)
  await world.shell("find . -mindepth 1 -delete; git init -q -b main")
  expect(await pack(world.box)).toEqual({ kind: "nothing" })
  await world.shell("echo first >f")
  expect((await pack(world.box)).kind).toBe("packed")
  await world.shell("rm -rf .git")
  expect(await pack(world.box)).toEqual({ kind: "no-repository" })
}, 120_000)

test("what cannot be read is said in git's words and leaves nothing half packed behind", async () => {
  await using world = await worked(`${repository}; echo x >secret; chmod 000 secret`)
  expect(await pack(world.box)).toMatchObject({ kind: "refused", said: expect.stringContaining("secret") })
  expect(await world.shell("ls -A /tmp")).toBe("")
}, 60_000)
