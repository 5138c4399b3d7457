import { expect, test } from "bun:test"
import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { createDisk } from "../platform/disk/disk.ts"
import { createGit } from "../platform/git/git.ts"
import { createProcesses } from "../platform/process/processes.ts"
import { gitFolder } from "../testing/git-folder.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import { teamTools } from "./tool-files.ts"

test("the team's tools are those of the last commit of knowledge, and none where it names none", async () => {
  await using temp = await tempFolder()
  await using processes = createProcesses({ PATH: process.env.PATH ?? "/usr/bin:/bin", HOME: temp.path })
  const disk = createDisk()
  const git = createGit({ processes, disk, folder: join(temp.path, "git"), knownHosts: join(temp.path, "known") })
  const repositories = join(temp.path, "repos")
  const read = () => teamTools({ git, disk, folder: repositories })
  expect(await read()).toBeUndefined()

  await using work = await gitFolder()
  const tier = join(work.path, ".loopat/.claude")
  await mkdir(tier, { recursive: true })
  await mkdir(repositories)
  const inWork = async (...args: string[]) => expect(await work.git(args)).toMatchObject({ code: 0 })
  await writeFile(join(work.path, "page.md"), "words")
  await inWork("add", ".")
  await inWork("commit", "--quiet", "-m", "First")
  const bare = join(repositories, "knowledge.git")
  await inWork("clone", "--quiet", "--bare", work.path, bare)
  expect(await read()).toBeUndefined()

  await writeFile(join(tier, "mise.toml"), '[tools]\nnode = "22"\n# 键\n')
  await inWork("add", ".")
  await inWork("commit", "--quiet", "-m", "Tools")
  await inWork("push", "--quiet", bare, "main")
  expect(await read()).toEqual({ config: '[tools]\nnode = "22"\n# 键\n' })

  await writeFile(join(tier, "mise.lock"), "[[tools.node]]\n")
  await inWork("add", ".")
  await inWork("commit", "--quiet", "-m", "Lock")
  await writeFile(join(tier, "mise.toml"), "not yet committed")
  await inWork("push", "--quiet", bare, "main")
  expect(await read()).toEqual({ config: '[tools]\nnode = "22"\n# 键\n', lock: "[[tools.node]]\n" })
})
