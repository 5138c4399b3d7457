import { expect, test } from "bun:test"
import { link, mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { parseUserName, parseVaultName } from "../lib/ids.ts"
import { createDisk } from "../platform/disk/disk.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import { largestHome, mostHomeFiles } from "./home-files.ts"
import { createHomeStore } from "./home-store.ts"

const [user, vault] = [parseUserName("alice"), parseVaultName("default")]

async function world() {
  const folder = await tempFolder()
  if (!user || !vault) throw new Error("names that do not parse")
  await mkdir(join(folder.path, "personal/alice"), { recursive: true })
  const store = createHomeStore(createDisk(), folder.path)
  const base = join(folder.path, "personal/alice/.loopat/vaults/default")
  const home = join(base, "mounts/home")
  const place = (path: string) => ({ user, vault, path })
  return {
    ...{ store, folder: folder.path, base, home },
    async put(path: string, content = path, { replaces = false, executable = false } = {}) {
      const outcome = await store.putFile(place(path), { content: Buffer.from(content), executable, replaces })
      return outcome.kind === "written" ? outcome.kind : outcome.why
    },
    executable: (path: string, on: boolean) => store.setExecutable(place(path), on),
    async rename(path: string, to: string) {
      const outcome = await store.renameFile(place(path), to)
      return outcome.kind === "refused" ? outcome.why : outcome.kind
    },
    remove: (path: string) => store.removeFile(place(path)),
    async lay(path: string, content = path) {
      await mkdir(dirname(join(home, path)), { recursive: true })
      await writeFile(join(home, path), content)
    },
    text: (path: string) => readFile(join(home, path), "utf8"),
    mode: async (path: string) => ((await stat(join(home, path))).mode & 0o777).toString(8),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

test("a file is kept for the server alone, with its folders and its executable bit, and replaced only when that is said", async () => {
  await using w = await world()
  expect(await w.put(".ssh/deep/id", "one")).toBe("written")
  expect([await w.text(".ssh/deep/id"), await w.mode(".ssh/deep/id"), await w.mode(".ssh")]).toEqual([
    "one",
    "600",
    "700",
  ])
  expect(await w.put(".ssh/deep/id", "two")).toBe("exists")
  expect(await w.put(".ssh/deep/id", "two", { replaces: true, executable: true })).toBe("written")
  expect([await w.text(".ssh/deep/id"), await w.mode(".ssh/deep/id")]).toEqual(["two", "700"])
  expect(await w.executable(".ssh/deep/id", false)).toBe(true)
  expect([await w.text(".ssh/deep/id"), await w.mode(".ssh/deep/id")]).toEqual(["two", "600"])
  expect(await w.executable("nowhere", true)).toBe(false)
  expect(await readdir(join(w.base, "mounts"))).toEqual(["home"])
})

test("a removed file takes the folders with it that it leaves empty, and removing what is not there changes nothing", async () => {
  await using w = await world()
  await w.put(".ssh/deep/id")
  await w.put(".ssh/config")
  expect(await w.remove(".ssh/deep/id")).toBe(true)
  expect(await readdir(w.home)).toEqual([".ssh"])
  expect(await readdir(join(w.home, ".ssh"))).toEqual(["config"])
  expect(await w.remove(".ssh/config")).toBe(true)
  expect(await readdir(w.home)).toEqual([])
  for (const path of [".ssh/config", "", ".", "..", "../../envs", "a/../../x"]) expect(await w.remove(path)).toBe(false)
})

test("a renamed file keeps its content and bit, takes the folders with it that it leaves empty, and replaces nothing", async () => {
  await using w = await world()
  await w.put("old/deep/tool", "one", { executable: true })
  await w.put("there", "kept")
  expect(await w.rename("old/deep/tool", "bin/tool")).toBe("written")
  expect([await w.text("bin/tool"), await w.mode("bin/tool")]).toEqual(["one", "700"])
  expect((await readdir(w.home)).sort()).toEqual(["bin", "there"])
  const refused = [
    ["there", "exists"],
    ["bin/tool", "exists"],
    ["bin", "exists"],
    ["there/below", "folder"],
    ["bin/tool/below", "folder"],
    [".claude/x", "name"],
    ["../x", "name"],
    ["a/".repeat(12) + "b", "many"],
  ] as const
  for (const [to, why] of refused) expect([to, await w.rename("bin/tool", to)]).toEqual([to, why])
  for (const path of ["nowhere", "bin", "", "..", "../../envs/TOKEN"]) expect(await w.rename(path, "x")).toBe("gone")
  expect([await w.text("bin/tool"), await w.text("there")]).toEqual(["one", "kept"])
  expect((await readdir(w.home)).sort()).toEqual(["bin", "there"])
})

test("a link is neither renamed nor followed to where a renamed file goes", async () => {
  await using w = await world()
  const outside = join(w.folder, "outside")
  await mkdir(outside)
  await w.put("file", "mine")
  await symlink(outside, join(w.home, "leads-out"))
  await symlink("file", join(w.home, "link"))
  expect([await w.rename("file", "leads-out/file"), await w.rename("link", "other")]).toEqual(["outside", "gone"])
  expect([await readdir(outside), await w.text("file")]).toEqual([[], "mine"])
})

test("of two that rename to one path at once, one is told that it is taken, and nothing is lost", async () => {
  await using w = await world()
  await w.put("a")
  await w.put("b")
  expect((await Promise.all([w.rename("a", "c"), w.rename("b", "c")])).sort()).toEqual(["exists", "written"])
  expect((await readdir(w.home)).sort()).toEqual(["b", "c"])
})

test("names, places and sizes that no vault may have are refused with the rule, and nothing is written", async () => {
  await using w = await world()
  for (const path of [".claude", ".claude/x", ".before-vault/x", ".#x", "", "..", "a/../b", "/a", "a\nb"])
    expect([path, await w.put(path)]).toEqual([path, "name"])
  expect(await w.put("a/".repeat(12) + "b")).toBe("many")
  await w.put("file")
  await w.put("folder/inside")
  expect([await w.put("file/below"), await w.put("folder", "x", { replaces: true })]).toEqual(["folder", "folder"])
  expect(await w.put("large", "x".repeat(largestHome))).toBe("size")
  expect(await w.put("file", "x".repeat(largestHome - "folder/inside".length), { replaces: true })).toBe("written")
  expect(await w.put("one-more", "x")).toBe("size")
  expect((await readdir(w.home)).sort()).toEqual(["file", "folder"])
})

test("the thousandth file is the last", async () => {
  await using w = await world()
  await Promise.all(Array.from({ length: mostHomeFiles }, (_, at) => w.lay(`f${at}`, "")))
  expect(await w.put("one-more", "")).toBe("many")
  expect(await w.put("f1", "new", { replaces: true })).toBe("written")
})

test("nothing is written or removed through a link, and a link or second name itself can be replaced and removed", async () => {
  await using w = await world()
  const elsewhere = join(w.folder, "elsewhere")
  await mkdir(elsewhere)
  await writeFile(join(elsewhere, "file"), "not yours")
  await w.lay("x")
  await symlink(elsewhere, join(w.home, "out"))
  await symlink(join(elsewhere, "file"), join(w.home, "link"))
  await link(join(elsewhere, "file"), join(w.home, "second"))
  expect([await w.put("out/new"), await w.remove("out/file"), await w.executable("out/file", true)]).toEqual([
    "outside",
    false,
    false,
  ])
  expect([await w.put("link"), await w.put("second")]).toEqual(["exists", "exists"])
  expect(await w.put("link", "mine", { replaces: true })).toBe("written")
  expect(await w.put("second", "mine", { replaces: true })).toBe("written")
  expect(await w.remove("out")).toBe(true)
  expect(await readdir(elsewhere)).toEqual(["file"])
  expect(await readFile(join(elsewhere, "file"), "utf8")).toBe("not yours")
})

test("of twenty who put the same new file at once one is taken, and the others read that it exists", async () => {
  await using w = await world()
  const outcomes = await Promise.all(Array.from({ length: 20 }, (_, at) => w.put("same", `by ${at}`)))
  expect(outcomes.filter((outcome) => outcome === "written")).toHaveLength(1)
  expect(await w.text("same")).toBe(`by ${outcomes.indexOf("written")}`)
})
