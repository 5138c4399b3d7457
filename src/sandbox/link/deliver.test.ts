import { expect, test } from "bun:test"
import { lstat, mkdir, readdir, readFile, readlink, rm, stat, symlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { linkWorld } from "../../testing/link-world.ts"
import { forgetDelivered } from "../guest/deliver.ts"

const file = (path: string, content: string | Uint8Array = path, executable = false) => ({
  ...{ path, executable },
  content: typeof content === "string" ? Buffer.from(content) : content,
})

async function world() {
  const link = await linkWorld()
  const { box } = await link.guest()
  const [to, home] = [join(link.folder, "memory/home"), join(link.folder, "home")]
  await mkdir(join(link.folder, "memory"))
  return {
    ...{ folder: link.folder, to, home },
    deliver: (...files: ReturnType<typeof file>[]) => box.deliver(to, files),
    inHome: (path: string) => readFile(join(home, path), "utf8"),
    [Symbol.asyncDispose]: () => link[Symbol.asyncDispose](),
  }
}

const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8)
const nothing = { moved: [], leftOut: [] }

test("files reach the home whole, for their owner alone, and executable ones can be run", async () => {
  await using w = await world()
  const large = crypto.getRandomValues(new Uint8Array(60_000))
  const many = Buffer.concat(Array.from({ length: 50 }, () => large))
  const files = [file(".ssh/id", "key"), file("empty", ""), file("large", many), file(".ssh/a/b", "deep")]
  expect(await w.deliver(...files, file("bin/tool", "#!/bin/sh\necho ran\n", true))).toEqual(nothing)
  expect(await w.inHome(".ssh/id")).toBe("key")
  expect(await w.inHome(".ssh/a/b")).toBe("deep")
  expect(await w.inHome("empty")).toBe("")
  expect(Buffer.compare(await readFile(join(w.home, "large")), many)).toBe(0)
  expect((await Bun.$`${join(w.home, "bin/tool")}`.text()).trim()).toBe("ran")
  expect(await readlink(join(w.home, ".ssh"))).toBe(join(w.to, ".ssh"))
  const modes = [".", ".ssh", ".ssh/a", ".ssh/id", "empty", "bin/tool"].map((path) => mode(join(w.to, path)))
  expect(await Promise.all(modes)).toEqual(["700", "700", "700", "600", "600", "700"])
})

test("what has the name of an entry in the home is moved aside under a free name, and never lost", async () => {
  await using w = await world()
  await writeFile(join(w.home, ".npmrc"), "first")
  await mkdir(join(w.home, ".ssh"))
  await writeFile(join(w.home, ".ssh/known_hosts"), "mine")
  await symlink("/etc/hostname", join(w.home, "elsewhere"))
  const files = [file(".npmrc"), file(".ssh/id"), file("elsewhere")]
  expect(await w.deliver(...files)).toEqual({
    moved: [".npmrc", ".ssh", "elsewhere"].map((entry) => ({ entry, to: `.before-vault/${entry}` })),
    leftOut: [],
  })
  expect(await w.inHome(".before-vault/.npmrc")).toBe("first")
  expect(await w.inHome(".before-vault/.ssh/known_hosts")).toBe("mine")
  expect(await readlink(join(w.home, ".before-vault/elsewhere"))).toBe("/etc/hostname")
  expect(await w.inHome(".npmrc")).toBe(".npmrc")
  expect(await mode(join(w.home, ".before-vault"))).toBe("700")

  // A program that replaces the link by a file of its own loses that no more than the first.
  await rm(join(w.home, ".npmrc"))
  await writeFile(join(w.home, ".npmrc"), "second")
  expect((await w.deliver(...files)).moved).toEqual([{ entry: ".npmrc", to: ".before-vault/.npmrc.2" }])
  expect(await w.inHome(".before-vault/.npmrc")).toBe("first")
  expect(await w.inHome(".before-vault/.npmrc.2")).toBe("second")
})

test("what was edited or added is the vault's again, and what the vault lost leaves no link", async () => {
  await using w = await world()
  await w.deliver(file(".ssh/id", "key"), file("gone"), file("kept"))
  await writeFile(join(w.home, ".ssh/id"), "edited")
  await writeFile(join(w.home, ".ssh/added"), "added")
  await symlink("/nowhere", join(w.home, "own-link"))
  expect(await w.deliver(file(".ssh/id", "key"), file("kept"))).toEqual(nothing)
  expect(await readdir(join(w.home, ".ssh"))).toEqual(["id"])
  expect(await w.inHome(".ssh/id")).toBe("key")
  expect((await readdir(w.home)).sort()).toEqual([".ssh", "kept", "own-link"])
})

test("after the memory is empty again, links into it go when the guest begins, and no other", async () => {
  await using w = await world()
  await w.deliver(file(".ssh/id"), file("kept"))
  await symlink(join(w.to, "nowhere"), join(w.home, "own-link"))
  await forgetDelivered(w.home, w.to)
  expect((await readdir(w.home)).sort()).toEqual([".ssh", "kept", "own-link"])
  await rm(w.to, { recursive: true })
  await forgetDelivered(w.home, w.to)
  expect(await readdir(w.home)).toEqual(["own-link"])
  await forgetDelivered(join(w.folder, "no-home"), w.to)
})

test("planted links lead no file elsewhere: what cannot be put in its place is named, and the rest arrives", async () => {
  await using w = await world()
  const elsewhere = join(w.folder, "elsewhere")
  await mkdir(elsewhere)
  await symlink(elsewhere, w.to)
  await symlink(elsewhere, join(w.home, ".before-vault"))
  await writeFile(join(w.home, "taken"), "mine")
  const { moved, leftOut } = await w.deliver(file("taken"), file("free"), file("free/below"), file("x".repeat(256)))
  expect(moved).toEqual([])
  expect(leftOut.map(({ path }) => path)).toEqual(["free/below", "x".repeat(256), "taken"])
  expect(JSON.stringify(leftOut)).not.toContain("/proc/self")
  expect(await readdir(elsewhere)).toEqual([])
  expect((await lstat(w.to)).isDirectory()).toBe(true)
  expect(await w.inHome("taken")).toBe("mine")
  expect(await w.inHome("free")).toBe("free")

  await rm(join(w.folder, "memory"), { recursive: true })
  await symlink(elsewhere, join(w.folder, "memory"))
  const refused = await w.deliver(file("a")).then(
    () => "done",
    (error) => error.because,
  )
  expect(refused).toBe("escape")
  expect(await readdir(elsewhere)).toEqual([])
})
