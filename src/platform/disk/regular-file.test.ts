import { expect, test } from "bun:test"
import { link, mkdir, symlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { tempFolder } from "../../testing/temp-folder.ts"
import { liesBeneath, readRegularFile } from "./regular-file.ts"

/** A tree with a secret beside it, and every way to point from one to the other. */
async function world() {
  const folder = await tempFolder()
  const root = join(folder.path, "root")
  const secret = join(folder.path, "secret")
  await mkdir(join(root, "a/b"), { recursive: true })
  await mkdir(join(folder.path, "root-twin"))
  await writeFile(secret, "canary")
  await writeFile(join(folder.path, "root-twin/secret"), "canary")
  await writeFile(join(root, "a/plain"), "plain")
  await symlink(secret, join(root, "absolute"))
  await symlink("../secret", join(root, "relative"))
  await symlink("..", join(root, "a/up"))
  await symlink("../..", join(root, "out"))
  await symlink("loop", join(root, "loop"))
  await symlink("a/plain", join(root, "inside"))
  await symlink("/proc/self/environ", join(root, "proc"))
  await link(secret, join(root, "hard"))
  return { folder, root }
}

test("a plain file is read, and what is not there is missing", async () => {
  const { folder, root } = await world()
  await using _ = folder
  const read = await readRegularFile(root, "a/plain", 100)
  expect(read.kind === "read" && new TextDecoder().decode(read.content)).toBe("plain")
  expect(await readRegularFile(root, "a/none", 100)).toEqual({ kind: "missing" })
  expect((await readRegularFile(root, "inside", 100)).kind).toBe("read")
})

test("a link out of the folder, a folder, a second name and a file too large are left out with the reason", async () => {
  const { folder, root } = await world()
  await using _ = folder
  const why = async (path: string, most = 100) => {
    const outcome = await readRegularFile(root, path, most)
    return outcome.kind === "left-out" ? outcome.why : outcome.kind
  }
  expect(await why("absolute")).toContain("several names")
  expect(await why("proc")).toContain("outside")
  expect(await why("../root-twin/secret")).toContain("outside")
  expect(await why("hard")).toContain("several names")
  expect(await why("a")).toContain("not a regular file")
  expect(await why("loop")).toContain("cannot be opened")
  expect(await why("a/plain/more")).toContain("cannot be opened")
  expect(await why("a/plain", 4)).toContain("larger than 4 bytes")
})

test("no path made of these pieces ever gives the secret beside the folder", async () => {
  const { folder, root } = await world()
  await using _ = folder
  const pieces = [
    "a",
    "b",
    "..",
    ".",
    "",
    "out",
    "up",
    "absolute",
    "relative",
    "hard",
    "loop",
    "secret",
    "root",
    "root-twin",
    "a/up",
    "\u2025",
  ]
  let seed = 42
  const next = (below: number) => (seed = (seed * 1103515245 + 12345) % 2147483648) % below
  let reached = 0
  for (let round = 0; round < 2000; round++) {
    const path = Array.from({ length: 1 + next(6) }, () => pieces[next(pieces.length)]).join("/")
    const outcome = await readRegularFile(root, path, 1000)
    if (outcome.kind !== "missing") reached++
    if (outcome.kind === "read") expect([path, new TextDecoder().decode(outcome.content)]).toEqual([path, "plain"])
  }
  expect(reached).toBeGreaterThan(100)
})

test("a folder lies beneath its root only when it does so after every link was followed", async () => {
  const { folder, root } = await world()
  await using _ = folder
  expect(await liesBeneath(root, root)).toBe(true)
  expect(await liesBeneath(root, join(root, "a/b"))).toBe(true)
  expect(await liesBeneath(root, join(root, "not-yet"))).toBe(true)
  expect(await liesBeneath(root, join(root, "out"))).toBe(false)
  expect(await liesBeneath(root, join(folder.path, "root-twin"))).toBe(false)
})
