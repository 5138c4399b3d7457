import { expect, test } from "bun:test"
import { createDisk } from "../platform/disk/disk.ts"
import { createGit } from "../platform/git/git.ts"
import { createProcesses } from "../platform/process/processes.ts"
import { testClock } from "../testing/clock.ts"
import { outsideRepository } from "../testing/git-repository.ts"
import { repoName } from "../testing/loops.ts"
import { nothingHosted } from "../testing/shelves.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import { createCodeSearch, createRepos, type RepoEntry } from "./index.ts"

const app = repoName("app")

async function world(files: Record<string, string>) {
  const folder = await tempFolder()
  const outside = await outsideRepository(`${folder.path}/outside`, files)
  const processes = createProcesses({ PATH: process.env.PATH ?? "", HOME: folder.path })
  const disk = createDisk()
  const git = createGit({ processes, disk, folder: `${folder.path}/git`, knownHosts: `${folder.path}/known_hosts` })
  const roster: RepoEntry[] = [
    { name: app, git: outside.path },
    { name: repoName("own"), git: "https://example.org/own.git", access: "direct" },
  ]
  const repos = createRepos({
    ...{ git, disk, clock: testClock(), shelves: nothingHosted, roster: async () => roster },
    ...{ folder: `${folder.path}/repos`, keys: `${folder.path}/keys` },
  })
  return {
    ...{ repos, code: createCodeSearch({ git, repos }) },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

const lineOf = (count: number) => Array.from({ length: count }, (_, n) => `needle ${n}\n`).join("")

test("code is searched by words in what the server has of it: files with all of them, lines with any", async () => {
  await using here = await world({
    "src/tax.ts": "const rate = 19\nconst other = 1\n// the Tax rate\n",
    "only.ts": "rate\n",
    "bin.dat": "rate\0tax\n",
    "-n": "tax rate\n",
    "税.md": "税率 tax rate\n",
  })
  expect(await here.code.search(app, ["tax", "rate"])).toEqual({ kind: "not-here" })
  await here.repos.refresh(app)
  const found = await here.code.search(app, ["tax", "rate"])
  expect(found).toEqual({
    kind: "found",
    all: true,
    lines: [
      { path: "-n", number: 1, text: "tax rate" },
      { path: "src/tax.ts", number: 1, text: "const rate = 19" },
      { path: "src/tax.ts", number: 3, text: "// the Tax rate" },
      { path: "税.md", number: 1, text: "税率 tax rate" },
    ],
  })
  expect(await here.code.search(app, ["税率"])).toMatchObject({ lines: [{ path: "税.md" }] })
  expect(await here.code.search(app, ["nothing like this"])).toEqual({ kind: "found", all: true, lines: [] })
})

test("words are never options, patterns or places of the command", async () => {
  await using here = await world({ "a.txt": "x.y --output=/tmp/z -e $(id) `id`\n" })
  await here.repos.refresh(app)
  for (const word of ["--output=/tmp/z", "-e", "$(id)", "`id`", "x.y"])
    expect([word, await here.code.search(app, [word])]).toMatchObject([word, { lines: [{ path: "a.txt" }] }])
  for (const word of [".*", "x?y", "--all", "-Q", "a\0b"])
    expect([word, await here.code.search(app, [word])]).toMatchObject([word, { lines: [] }])
})

test("what is everywhere is cut, and a repository that each person clones alone is not searched by anybody", async () => {
  await using here = await world(Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`f${n}.txt`, lineOf(40)])))
  await here.repos.refresh(app)
  const found = await here.code.search(app, ["needle"])
  expect(found.kind === "found" && [found.lines.length, found.all]).toEqual([200, false])
  expect(await here.code.names()).toEqual([app])
  for (const name of ["own", "unknown"])
    expect(await here.code.search(repoName(name), ["x"])).toEqual({ kind: "not-here" })
})
