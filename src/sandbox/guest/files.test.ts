import { describe, expect, test } from "bun:test"
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { tempFolder } from "../../testing/temp-folder.ts"
import { createFiles, type Files } from "./files.ts"
import { asFailure } from "./refusal.ts"

interface FilesWorld extends AsyncDisposable {
  files: Files
  root: string
  outside: string
}

async function filesWorld(): Promise<FilesWorld> {
  const temp = await tempFolder()
  const [root, outside] = [join(temp.path, "root"), join(temp.path, "outside")]
  for (const folder of [root, outside]) await mkdir(folder)
  await writeFile(join(outside, "secret"), "not yours")
  const contexts = { knowledge: root, notes: root, personal: root, repos: root }
  const files = createFiles({ workdir: root, home: root, "claude-state": root, ...contexts })
  return { files, root, outside, [Symbol.asyncDispose]: () => temp[Symbol.asyncDispose]() }
}

const at = (path: string) => ({ root: "workdir", path }) as const

async function readAll(files: Files, path: string, { offset = 0, maxBytes = 1_000_000 } = {}): Promise<string> {
  const pieces: Uint8Array[] = []
  await files.read({ op: "read", ...at(path), offset, maxBytes }, async (bytes) => void pieces.push(bytes))
  return Buffer.concat(pieces).toString()
}

async function* pieces(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text)
}

const write = (files: Files, path: string, text: string) => announce(files, path, { text, size: text.length })

const announce = (files: Files, path: string, { text, size }: { text: string; size: number }) =>
  files.write({ op: "write", ...at(path), size }, pieces(...(text.match(/.{1,3}/gs) ?? [])))

const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => "done",
    (error) => asFailure(error).kind,
  )

describe("a file inside", () => {
  test("is read in part or whole", async () => {
    await using world = await filesWorld()
    await mkdir(join(world.root, "a/b"), { recursive: true })
    await writeFile(join(world.root, "a/b/c.txt"), "0123456789")
    expect(await readAll(world.files, "a/b/c.txt")).toBe("0123456789")
    expect(await readAll(world.files, "/a//b/./c.txt")).toBe("0123456789")
    expect(await readAll(world.files, "a/b/c.txt", { offset: 3, maxBytes: 4 })).toBe("3456")
    expect(await readAll(world.files, "a/b/c.txt", { offset: 30 })).toBe("")
    expect(await refusal(readAll(world.files, "a/b/none"))).toBe("missing")
  })

  test("is written whole or not at all, and keeps its permissions", async () => {
    await using world = await filesWorld()
    await write(world.files, "run.sh", "first")
    await chmod(join(world.root, "run.sh"), 0o755)
    await write(world.files, "run.sh", "second")
    expect(await readFile(join(world.root, "run.sh"), "utf8")).toBe("second")
    expect((await stat(join(world.root, "run.sh"))).mode & 0o777).toBe(0o755)
    expect(await refusal(announce(world.files, "run.sh", { text: "short", size: 99 }))).toBe("broken")
    expect(await refusal(announce(world.files, "run.sh", { text: "too long", size: 3 }))).toBe("limit")
    expect(await readFile(join(world.root, "run.sh"), "utf8")).toBe("second")
    expect(await readdir(world.root)).toEqual(["run.sh"])
  })
})

describe("a folder inside", () => {
  test("is listed with kind and size, in order, and a long folder says that there is more", async () => {
    await using world = await filesWorld()
    await writeFile(join(world.root, "b\nc"), "12")
    await mkdir(join(world.root, "a"))
    await symlink("/etc/passwd", join(world.root, "z"))
    const { entries, more } = await world.files.list({ op: "list", ...at(""), maxEntries: 10 })
    expect(entries.map(({ name, kind }) => [name, kind])).toEqual([
      ["a", "folder"],
      ["b\nc", "file"],
      ["z", "link"],
    ])
    expect(entries[1]?.size).toBe(2)
    expect(more).toBe(false)
    const part = await world.files.list({ op: "list", ...at(""), maxEntries: 2 })
    expect([part.entries.length, part.more]).toEqual([2, true])
  })

  test("can be looked at, moved and removed", async () => {
    await using world = await filesWorld()
    await world.files.makeFolder({ op: "make-folder", ...at("d") })
    await write(world.files, "d/x", "1")
    await world.files.move({ op: "move", root: "workdir", from: "d/x", to: "y" })
    expect((await world.files.stat({ op: "stat", ...at("y") })).entry).toMatchObject({
      name: "y",
      kind: "file",
      size: 1,
    })
    expect((await world.files.stat({ op: "stat", ...at("d/x") })).entry).toBeNull()
    expect((await world.files.stat({ op: "stat", ...at("") })).entry).toMatchObject({ kind: "folder" })
    await write(world.files, "other", "2")
    expect(await refusal(world.files.move({ op: "move", root: "workdir", from: "y", to: "other" }))).toBe("exists")
    await world.files.remove({ op: "remove", ...at("d") })
    await world.files.remove({ op: "remove", ...at("y") })
    expect(await readdir(world.root)).toEqual(["other"])
  })
})

describe("nothing outside a root", () => {
  test("is reached by a path that goes up or holds a NUL", async () => {
    await using world = await filesWorld()
    for (const path of ["..", "../outside/secret", "a/../../outside/secret", "./../outside", "a\0b"]) {
      expect(await refusal(readAll(world.files, path))).toBe("escape")
      expect(await refusal(write(world.files, path, "x"))).toBe("escape")
      expect(await refusal(world.files.remove({ op: "remove", ...at(path) }))).toBe("escape")
    }
  })

  test("is reached through a link, neither as folder nor as file", async () => {
    await using world = await filesWorld()
    await symlink(world.outside, join(world.root, "door"))
    await symlink(join(world.outside, "secret"), join(world.root, "window"))
    await symlink("/proc/self/root/etc", join(world.root, "proc"))
    expect(await refusal(readAll(world.files, "door/secret"))).toBe("escape")
    expect(await refusal(readAll(world.files, "window"))).toBe("escape")
    expect(await refusal(readAll(world.files, "proc/passwd"))).toBe("escape")
    expect(await refusal(write(world.files, "window", "x"))).toBe("escape")
    expect(await refusal(write(world.files, "door/new", "x"))).toBe("escape")
    expect(await refusal(world.files.list({ op: "list", ...at("door"), maxEntries: 9 }))).not.toBe("done")
    expect(await refusal(world.files.move({ op: "move", root: "workdir", from: "window", to: "door/in" }))).toBe(
      "escape",
    )
    expect(await readdir(world.outside)).toEqual(["secret"])
  })

  test("is removed with a folder that holds links to it", async () => {
    await using world = await filesWorld()
    await mkdir(join(world.root, "d"))
    await symlink(world.outside, join(world.root, "d/door"))
    await world.files.remove({ op: "remove", ...at("d") })
    expect(await readFile(join(world.outside, "secret"), "utf8")).toBe("not yours")
    expect(await refusal(world.files.remove({ op: "remove", ...at("") }))).toBe("kind")
  })
})

describe("a race against the guest", () => {
  test("of swapping folders for links leads nowhere outside", async () => {
    await using world = await filesWorld()
    await mkdir(join(world.root, "real/deep"), { recursive: true })
    await writeFile(join(world.root, "real/deep/secret"), "mine")
    let over = false
    const swapping = (async () => {
      const { rename, rm } = await import("node:fs/promises")
      await symlink(world.outside, join(world.root, "real/link"))
      while (!over) {
        await rename(join(world.root, "real/deep"), join(world.root, "real/hidden"))
        await symlink(world.outside, join(world.root, "real/deep"))
        await rm(join(world.root, "real/deep"))
        await rename(join(world.root, "real/hidden"), join(world.root, "real/deep"))
      }
    })()
    const read = new Set<string>()
    for (let round = 0; round < 300; round++) {
      read.add(await readAll(world.files, "real/deep/secret").catch(() => "refused"))
    }
    over = true
    await swapping
    expect(read).not.toContain("not yours")
    expect(read).toContain("mine")
  })
})

describe("what is no plain file", () => {
  test("is not opened: a pipe nobody writes to does not hold the guest up", async () => {
    await using world = await filesWorld()
    expect(Bun.spawnSync(["mkfifo", join(world.root, "pipe")]).exitCode).toBe(0)
    expect(await refusal(readAll(world.files, "pipe"))).toBe("kind")
    expect(await refusal(write(world.files, "pipe", "x"))).toBe("kind")
    expect(await refusal(readAll(world.files, ""))).toBe("kind")
  })
})

describe("a file that somebody else may change meanwhile", () => {
  const sha = (text: string) => new Bun.CryptoHasher("sha256").update(text).digest("hex")
  const expecting = (files: Files, expected: string, text: string) =>
    files.write({ op: "write", ...at("note"), size: text.length, expected }, pieces(text))

  test("is replaced only while it is what the writer has read", async () => {
    await using world = await filesWorld()
    await write(world.files, "note", "one")
    await expecting(world.files, sha("one"), "two")
    expect(await refusal(expecting(world.files, sha("one"), "three"))).toBe("changed")
    expect(await readFile(join(world.root, "note"), "utf8")).toBe("two")
    expect(await refusal(expecting(world.files, sha(""), ""))).toBe("changed")
    expect(await readdir(world.root)).toEqual(["note"])
  })

  test("is never replaced by a new one, and a folder is not either", async () => {
    await using world = await filesWorld()
    await expecting(world.files, "absent", "first")
    expect(await refusal(expecting(world.files, "absent", "second"))).toBe("exists")
    expect(await readFile(join(world.root, "note"), "utf8")).toBe("first")
    await world.files.remove({ op: "remove", ...at("note") })
    expect(await refusal(expecting(world.files, sha("first"), "gone meanwhile"))).toBe("changed")
    await mkdir(join(world.root, "note"))
    expect(await refusal(expecting(world.files, "absent", "x"))).toBe("kind")
    expect(await readdir(world.root)).toEqual(["note"])
  })

  test("of unknown length may come in pieces up to a limit, beyond which nothing of it is kept", async () => {
    await using world = await filesWorld()
    await world.files.write({ op: "write", ...at("big"), most: 9 }, pieces("123", "456", "789"))
    expect(await readAll(world.files, "big")).toBe("123456789")
    expect(await refusal(world.files.write({ op: "write", ...at("more"), most: 8 }, pieces("123456789")))).toBe("limit")
    expect(await readdir(world.root)).toEqual(["big"])
  })
})

describe("a folder with many and with odd names", () => {
  test("is listed folders first, as people count, a part at a time, without the names to skip", async () => {
    await using world = await filesWorld()
    for (const name of ["f10", "F9", "f1", "node_modules"]) await writeFile(join(world.root, name), "")
    for (const name of ["z", "d"]) await mkdir(join(world.root, name))
    const list = async (offset: number) => {
      const request = { op: "list" as const, ...at(""), maxEntries: 3, offset, skip: ["node_modules"] }
      const { entries, more } = await world.files.list(request)
      return [entries.map(({ name }) => name).join(" "), more]
    }
    expect([await list(0), await list(3), await list(6)]).toEqual([
      ["d z f1", true],
      ["F9 f10", false],
      ["", false],
    ])
  })

  test("gives every name an address, also one that is no UTF-8", async () => {
    await using world = await filesWorld()
    await writeFile(Buffer.concat([Buffer.from(`${world.root}/odd`), Buffer.of(0xff)]), "odd one")
    await writeFile(join(world.root, "\ufffd"), "")
    await symlink("../outside/secret", join(world.root, "leads"))
    const { entries } = await world.files.list({ op: "list", ...at(""), maxEntries: 9 })
    expect(entries.map(({ name }) => name)).toEqual(["leads", "odd\udcff", "\ufffd"])
    expect(await readAll(world.files, "odd\udcff")).toBe("odd one")
    await world.files.move({ op: "move", root: "workdir", from: "odd\udcff", to: "even" })
    expect(await readAll(world.files, "even")).toBe("odd one")
    expect((await world.files.stat({ op: "stat", ...at("leads") })).entry?.target).toBe("../outside/secret")
  })
})
