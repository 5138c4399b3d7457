import { expect, test } from "bun:test"
import { chmod, link, mkdir, rename, stat, symlink, unlink, utimes, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { tempFolder } from "../testing/temp-folder.ts"
import { homePathFlaw, largestHome, mostHomeFiles, readHomeFiles } from "./home-files.ts"

async function world() {
  const folder = await tempFolder()
  const personal = join(folder.path, "alice")
  const vaults = join(personal, ".loopat/vaults")
  const home = join(vaults, "default/mounts/home")
  await mkdir(home, { recursive: true })
  const put = async (path: string, content: string | Uint8Array = "text") => {
    await mkdir(dirname(join(vaults, path)), { recursive: true })
    await writeFile(join(vaults, path), content)
  }
  const read = (vault = "default") => readHomeFiles(personal, `.loopat/vaults/${vault}`)
  return {
    ...{ folder: folder.path, vaults, home, read },
    put: (path: string, content?: string | Uint8Array) => put(`default/mounts/home/${path}`, content),
    putElsewhere: put,
    async found() {
      const { files, leftOut } = await read()
      return {
        files: Object.fromEntries(files.map(({ path, content }) => [path, Buffer.from(content).toString()])),
        leftOut: Object.fromEntries(leftOut.map(({ path, why }) => [path, why])),
      }
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

test("files of a vault are found with their folders, bytes and executable bit, and a vault without any has none", async () => {
  await using w = await world()
  expect(await w.read()).toEqual({ files: [], leftOut: [] })
  expect(await w.read("nowhere")).toEqual({ files: [], leftOut: [] })
  await w.put(".gitkeep", "")
  expect(await w.read()).toEqual({ files: [], leftOut: [] })
  await w.put(".ssh/id_ed25519", "key")
  await w.put("bin/deep/tool", new Uint8Array([0, 255, 10]))
  await chmod(join(w.home, "bin/deep/tool"), 0o700)
  await utimes(join(w.home, ".ssh/id_ed25519"), 1_000, 2_000)
  const { files, leftOut } = await w.read()
  const changedAt = files.map((file) => file.changedAt)
  expect(changedAt).toEqual([2_000_000, (await stat(join(w.home, "bin/deep/tool"))).mtimeMs])
  expect(files.map(({ changedAt: _, ...file }) => file)).toEqual([
    { path: ".ssh/id_ed25519", executable: false, content: Buffer.from("key") },
    { path: "bin/deep/tool", executable: true, content: Buffer.from([0, 255, 10]) },
  ])
  expect(leftOut).toEqual([])
})

test("names that no vault may have in a home are left out and named, and an editor's leftovers are skipped", async () => {
  await using w = await world()
  for (const path of [".claude/settings.json", ".before-vault/x", ".#lock", "a\nb", "fine/.claude", "fine/.#lock"])
    await w.put(path)
  await writeFile(Buffer.concat([Buffer.from(`${w.home}/bad-`), Buffer.from([0xff])]), "x")
  expect(await w.found()).toEqual({
    files: { "fine/.claude": "text", "fine/.#lock": "text" },
    leftOut: { ".claude": "name", ".before-vault": "name", "a\nb": "name", "bad-\ufffd": "name" },
  })
  const refused = [
    ".",
    "..",
    "",
    ".claude",
    ".claude/x",
    ".before-vault",
    ".#x",
    "a//b",
    "/a",
    "a/../b",
    "a/./b",
    "a\0b",
  ]
  expect(refused.filter((path) => homePathFlaw(path) !== "name")).toEqual([])
  expect([".ssh/config", "a b/ü", "x/.claude", ".claude.json", "😀"].filter((path) => homePathFlaw(path))).toEqual([])
  expect(homePathFlaw("a/".repeat(12) + "b")).toBe("many")
  expect(homePathFlaw("x".repeat(256))).toBe("name")
})

test("links are followed within their vault only; second names, pipes and dangling links are left out", async () => {
  await using w = await world()
  await w.putElsewhere("default/shared/.config/tool", "same vault")
  await w.putElsewhere("prod/mounts/home/.ssh/id", "of another vault")
  await writeFile(join(w.folder, "outside"), "of the host")
  await w.put("real")
  await symlink("real", join(w.home, "same"))
  await symlink("../../shared/.config", join(w.home, ".config"))
  await symlink("../../../prod/mounts/home/.ssh", join(w.home, ".ssh"))
  await symlink("../../../prod/mounts/home/.ssh/id", join(w.home, "id"))
  await symlink("/etc", join(w.home, "etc"))
  await symlink("/etc/passwd", join(w.home, "passwd"))
  await symlink("nowhere", join(w.home, "dangling"))
  await symlink("circle", join(w.home, "circle"))
  await symlink("..", join(w.home, "above"))
  await link(join(w.folder, "outside"), join(w.home, "second"))
  expect(Bun.spawnSync(["mkfifo", join(w.home, "pipe")]).exitCode).toBe(0)
  expect(await w.found()).toEqual({
    files: { ".config/tool": "same vault", real: "text", same: "text" },
    leftOut: {
      ...{ ".ssh": "outside", id: "outside", etc: "outside", passwd: "outside", dangling: "outside" },
      ...{ circle: "kind", "above/home": "outside", second: "names", pipe: "kind" },
    },
  })
})

test("a vault that is a link to another one hands nothing over", async () => {
  await using w = await world()
  await w.putElsewhere("prod/mounts/home/.ssh/id", "of another vault")
  await symlink("prod", join(w.vaults, "linked"))
  expect((await w.read("prod")).files).toHaveLength(1)
  expect(await w.read("linked")).toEqual({ files: [], leftOut: [] })
})

test("a file that is swapped for a link while it is read never brings anything from outside", async () => {
  await using w = await world()
  await writeFile(join(w.folder, "outside"), "of the host")
  await w.put("swapped", "mine")
  let swapping = true
  const swap = (async () => {
    while (swapping) {
      await symlink(join(w.folder, "outside"), join(w.folder, "link"))
      await rename(join(w.folder, "link"), join(w.home, "swapped"))
      await writeFile(join(w.folder, "plain"), "mine")
      await rename(join(w.folder, "plain"), join(w.home, "swapped"))
    }
  })()
  const seen = new Set<string>()
  for (let round = 0; round < 300; round++) {
    const { files, leftOut } = await w.found()
    seen.add(files["swapped"] ?? leftOut["swapped"] ?? "")
  }
  swapping = false
  await swap
  // A file that was replaced while it is open has no name left.
  seen.delete("names")
  expect([...seen].sort()).toEqual(["mine", "outside"])
})

test("what would make a vault too large or too many is left out, and the rest is still handed over", async () => {
  await using w = await world()
  await w.put("a-large", new Uint8Array(largestHome - 4))
  await w.put("b-too-much", "12345")
  await w.put("c-fits", "1234")
  const { files, leftOut } = await w.read()
  expect(files.map(({ path }) => path)).toEqual(["a-large", "c-fits"])
  expect(leftOut).toEqual([{ path: "b-too-much", why: "size" }])
  for (const path of ["a-large", "b-too-much"]) await unlink(join(w.home, path))
  await Promise.all(Array.from({ length: mostHomeFiles + 5 }, (_, at) => w.put(`many-${1_000 + at}`, "")))
  const many = await w.read()
  expect(many.files).toHaveLength(mostHomeFiles)
  expect(many.leftOut).toHaveLength(6)
  expect(new Set(many.leftOut.map(({ why }) => why))).toEqual(new Set(["many"]))
})
