import { expect, test } from "bun:test"
import { readdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { createBackground } from "../platform/background.ts"
import { createDisk } from "../platform/disk/disk.ts"
import { silentLog } from "../platform/log.ts"
import { type Clone, gitHostWorld, ownLoop } from "../testing/git-host.ts"
import { failingOnce } from "../testing/faults.ts"
import { gitIn } from "../testing/shelves.ts"
import { createTidy } from "./tidy.ts"

const branch = `refs/heads/loop/${ownLoop}`
const zero = "0".repeat(40)
type TreeEntry = readonly [mode: string, name: string | Uint8Array, id: string]

/** Objects that git itself would not make. */
function forge(clone: Clone) {
  async function object(type: string, content: Uint8Array): Promise<string> {
    const file = join(clone.path, ".git/forged")
    await writeFile(file, content)
    return (await clone.git("hash-object", "-t", type, "-w", "--literally", file)).out.trim()
  }
  const tree = (...entries: TreeEntry[]) =>
    object(
      "tree",
      Buffer.concat(
        entries.flatMap(([mode, name, id]) => [
          Buffer.from(`${mode} `),
          Buffer.from(name),
          Buffer.from([0]),
          Buffer.from(id, "hex"),
        ]),
      ),
    )
  return {
    tree,
    blob: (text: string) => object("blob", Buffer.from(text)),
    /** Pushes this tree as the loop's own branch, on top of what is there. */
    async push(root: string) {
      const commit = (await clone.git("commit-tree", "-p", "HEAD", "-m", "evil", root)).out.trim()
      return clone.git("push", "origin", `+${commit}:${branch}`)
    },
  }
}

async function unharmed(here: Awaited<ReturnType<typeof gitHostWorld>>, name: "notes" | "knowledge") {
  const repository = await here.shelves.open({ context: name })
  await gitIn(repository.folder, "fsck", "--strict", "--full")
  expect((await readdir(join(repository.folder, "objects"))).filter((one) => one.startsWith("incoming"))).toEqual([])
  return repository
}

test("forged trees never get in: git's own folder by any name, ways up, names twice, bytes that are no text", async () => {
  await using here = await gitHostWorld()
  const clone = await here.clone("loop", "notes")
  const { tree, blob, push } = forge(clone)
  const script = await blob("#!/bin/sh\ntouch /tmp/proof\n")
  const inside = await tree(["100755", "post-update", script])
  const roots: Record<string, string> = {}
  for (const name of [
    ".git",
    ".GIT",
    "git~1",
    "..",
    ".",
    "a/b",
    ".g\u200cit",
    ".git ",
    ".git.",
    ".git::$INDEX_ALLOCATION",
  ])
    roots[name] = await tree(["40000", name, inside])
  roots["a name twice"] = await tree(["120000", "a", await blob("/etc")], ["40000", "a", inside])
  roots["no text"] = await tree(["100644", new Uint8Array([0x61, 0xff, 0xfe]), script])
  roots["a way up"] = await tree(["120000", "up", await blob("../../../etc/passwd")])
  roots["a hostile submodule"] = await tree([
    "100644",
    ".gitmodules",
    await blob('[submodule "x"]\n\tpath = x\n\turl = --upload-pack=touch /tmp/proof\n'),
  ])
  for (const [name, root] of Object.entries(roots)) {
    const { code, said } = await push(root)
    expect([name, code === 0, said]).toEqual([name, false, expect.stringContaining("remote: loopat:")])
  }
  expect(await (await unharmed(here, "notes")).branches("loop/")).toEqual([])
})

test("a tree that unfolds to a million files costs no more than saying no", async () => {
  await using here = await gitHostWorld()
  const clone = await here.clone("loop", "notes")
  const { tree, blob, push } = forge(clone)
  const leaf = await blob("x")
  let root = await tree(...Array.from({ length: 10 }, (_, n): TreeEntry => ["100644", `f${n}`, leaf]))
  for (let depth = 0; depth < 5; depth++)
    root = await tree(...Array.from({ length: 10 }, (_, n): TreeEntry => ["40000", `d${n}`, root]))
  const { code, said } = await push(root)
  expect([code === 0, said]).toEqual([false, expect.stringContaining("more than can be looked through at once")])
  await unharmed(here, "notes")
})

test("bytes that are no push, commits that are not there and half a push leave everything as it was", async () => {
  await using here = await gitHostWorld()
  const notes = await here.shelves.open({ context: "notes" })
  const head = (await notes.resolve()) ?? ""
  const line = (text: string) => `${(text.length + 4).toString(16).padStart(4, "0")}${text}`
  const command = (to: string) => line(`${zero} ${to} ${branch}\0report-status side-band-64k`)
  const push = async (body: string | Uint8Array<ArrayBuffer>) => {
    const answer = await fetch(`${here.address("loop", "notes")}/git-receive-pack`, { method: "POST", body })
    return { code: answer.status, said: await answer.text() }
  }
  const check = async (body: string | Uint8Array<ArrayBuffer>, words: string) =>
    expect(await push(body)).toEqual({ code: 200, said: expect.stringContaining(words) })
  await check("hello", "this is no push")
  await check("fffff", "this is no push")
  await check(`${command(head)}0000`, "git finds these objects broken")
  await check(`${command(head)}0000PACK\0\0\0\x02\0\0\xff\xff`, "git finds these objects broken")
  await check(`${line(`shallow ${head}`)}${command(head)}0000`, "git fetch --unshallow")
  const empty = Buffer.from(`${command("1".repeat(40))}0000PACK\0\0\0\x02\0\0\0\0`)
  const pack = empty.subarray(empty.indexOf("PACK"))
  const whole = Buffer.concat([empty, new Bun.CryptoHasher("sha1").update(pack).digest()])
  await check(whole, "commits or files of this push are missing")
  expect(await push("0000")).toEqual({ code: 200, said: "" })
  expect((await fetch(`${here.address("loop", "notes")}/info/refs?service=git-upload-archive`)).status).toBe(404)
  expect((await fetch(`${here.address("loop", "notes")}/../../../etc/passwd`)).status).toBe(404)
  expect((await fetch(here.address("loop", "code"))).status).toBe(404)
  expect(await (await unharmed(here, "notes")).branches("loop/")).toEqual([])
  expect(await notes.resolve()).toBe(head)
})

test("a disk that fails at any step of a push loses nothing, and the next push is taken", async () => {
  let left = Number.POSITIVE_INFINITY
  const disk = createDisk((calls) => failingOnce(calls, () => --left === 0))
  await using here = await gitHostWorld({ disk })
  const clone = await here.clone("loop", "notes")
  const notes = await here.shelves.open({ context: "notes" })
  let failures = 0
  for (let nth = 1; ; nth++) {
    const commit = await clone.commit({ [`${nth}.md`]: String(nth) })
    const before = await notes.resolve()
    left = nth
    const pushed = await clone.git("push", "origin", "HEAD:main")
    const wasHurt = left <= 0
    left = Number.POSITIVE_INFINITY
    // What is told as taken is there, what is refused is not.
    expect(await notes.resolve()).toBe(pushed.code === 0 ? commit : before)
    if (!wasHurt) break
    failures++
    await clone.git("push", "--quiet", "origin", "HEAD:main")
    expect(await notes.resolve()).toBe(commit)
  }
  expect(failures).toBeGreaterThan(3)
  // What it could not remove goes when a server opens the repository again.
  await here.open().open({ context: "notes" })
  await unharmed(here, "notes")
  console.log(`${failures} steps of a push failed for want of room, nothing was lost`)
})

test("packs are put together in time, and no object goes that a loop may borrow", async () => {
  await using here = await gitHostWorld()
  const clone = await here.clone("loop", "notes")
  const dropped: string[] = []
  for (let n = 0; n < 12; n++) {
    await clone.git("reset", "--quiet", "--hard", "origin/main")
    dropped.push(await clone.commit({ "page.md": `version ${n}` }))
    await clone.git("push", "--quiet", "origin", `+HEAD:${branch}`)
  }
  const notes = await unharmed(here, "notes")
  const packs = async () =>
    (await readdir(join(notes.folder, "objects/pack"))).filter((name) => name.endsWith(".pack")).length
  expect(await packs()).toBe(12)
  const background = createBackground(silentLog)
  createTidy(background, 1)(await here.shelves.place({ context: "notes" }))
  await background[Symbol.asyncDispose]()
  expect(await packs()).toBe(1)
  await unharmed(here, "notes")
  for (const commit of dropped) expect(await notes.resolve(commit)).toBe(commit)
})
