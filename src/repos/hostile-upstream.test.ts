import { expect, test } from "bun:test"
import { lstat, readdir, readFile, readlink } from "node:fs/promises"
import { join } from "node:path"
import { createDisk } from "../platform/disk/disk.ts"
import { createGit } from "../platform/git/git.ts"
import { createProcesses } from "../platform/process/processes.ts"
import { systemClock } from "../platform/clock.ts"
import { outsideRepository } from "../testing/git-repository.ts"
import { repoName } from "../testing/loops.ts"
import { nothingHosted } from "../testing/shelves.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import { createRepos } from "./index.ts"

type TreeEntry = readonly [mode: string, name: string, id: string]

/** An outside repository in which objects can be made that git itself would not make, and our copy of it. */
async function world() {
  const folder = await tempFolder()
  const outside = await outsideRepository(`${folder.path}/outside`, { readme: "hello" })
  const processes = createProcesses({ PATH: process.env.PATH ?? "", HOME: folder.path })
  const disk = createDisk()
  const app = repoName("app")
  const repos = createRepos({
    git: createGit({ processes, disk, folder: `${folder.path}/git`, knownHosts: `${folder.path}/known_hosts` }),
    disk,
    shelves: nothingHosted,
    clock: systemClock,
    folder: `${folder.path}/repos`,
    keys: `${folder.path}/keys`,
    roster: async () => [{ name: app, git: outside.path }],
  })
  async function object(type: string, content: Uint8Array): Promise<string> {
    const file = join(folder.path, "object")
    await Bun.write(file, content)
    return (await outside.git("hash-object", "-t", type, "-w", "--literally", file)).trim()
  }
  const tree = (...entries: TreeEntry[]) =>
    object(
      "tree",
      Buffer.concat(entries.flatMap(([mode, name, id]) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(id, "hex")])),
    )
  return {
    path: folder.path,
    outside,
    tree,
    blob: (text: string) => object("blob", Buffer.from(text)),
    /** Makes this tree the outside's trunk, and starts a loop's checkout from it. */
    async start(id: string): Promise<string> {
      const author = ["-c", "user.name=O", "-c", "user.email=o@x"]
      const commit = (await outside.git(...author, "commit-tree", "-m", "evil", id)).trim()
      await outside.git("update-ref", "refs/heads/trunk", commit)
      const fetched = await repos.refresh(app)
      if (fetched.kind !== "fresh") return fetched.kind
      const wanted = { name: app, commit, branch: "loop/x", folder: `${folder.path}/checkout` }
      return (await repos.checkOut(wanted)).kind
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

const proofless = async (path: string) => expect(await readdir(path)).not.toContain("proof")

test("a tree that would write into `.git`, above itself or through its own link never gets in", async () => {
  const names = [".git", ".GIT", "git~1", "..", ".", "a/b", ".g\u200cit", ".git ", ".git."]
  for (const name of names) {
    await using here = await world()
    const script = await here.blob(`#!/bin/sh\ntouch ${here.path}/proof\n`)
    const hooks = await here.tree(["100755", "post-checkout", script])
    const inside = await here.tree(["40000", "hooks", hooks])
    expect([name, await here.start(await here.tree(["40000", name, inside]))]).toEqual([name, "unreachable"])
    await proofless(here.path)
  }
  await using here = await world()
  const target = await here.blob(here.path)
  const inside = await here.tree(["100644", "proof", await here.blob("written through a link")])
  const twice = await here.tree(["120000", "a", target], ["40000", "a", inside])
  expect(await here.start(twice)).toBe("unreachable")
  await proofless(here.path)
})

test("links, odd names, names that differ in case, filters and thousands of refs are copied and do nothing", async () => {
  await using here = await world()
  const evil = await here.blob(`#!/bin/sh\ntouch ${here.path}/proof\n`)
  const odd = ["--help", "-rf", "new\nline", "esc\u001b[2J", "bidi\u202egpj.exe", "CON", "a", "A", "$(touch proof)"]
  const attributes = await here.blob("* filter=evil diff=evil text eol=crlf ident\n")
  const modules = await here.blob('[submodule "x"]\n\tpath = x\n\turl = https://host.example/x\n')
  const entries: TreeEntry[] = [
    ["100644", ".gitattributes", attributes],
    ["100644", ".gitmodules", modules],
    ["100755", "evil.sh", evil],
    ["120000", "passwd", await here.blob("/etc/passwd")],
    ["120000", "up", await here.blob("../..")],
    ...odd.map((name): TreeEntry => ["100644", name, evil]),
  ]
  const sorted = entries.toSorted(([, a], [, b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  const tree = await here.tree(...sorted)
  const head = (await here.outside.git("rev-parse", "HEAD")).trim()
  const refs = Array.from({ length: 5_000 }, (_, n) => `${head} refs/heads/many/${n}\n`).join("")
  await Bun.write(`${here.outside.path}/.git/packed-refs`, refs)
  await here.outside.git("config", "uploadpack.packObjectsHook", `touch ${here.path}/proof`)

  expect(await here.start(tree)).toBe("checked-out")
  const checkout = `${here.path}/checkout`
  expect((await lstat(`${checkout}/passwd`)).isSymbolicLink()).toBe(true)
  expect(await readlink(`${checkout}/up`)).toBe("../..")
  expect((await readdir(checkout)).filter((name) => odd.includes(name)).sort()).toEqual(odd.toSorted())
  expect(await readFile(`${checkout}/evil.sh`, "utf8")).toContain("touch")
  await proofless(here.path)
})
