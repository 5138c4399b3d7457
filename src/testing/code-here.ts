import { systemClock } from "../platform/clock.ts"
import { createDisk } from "../platform/disk/disk.ts"
import { createGit } from "../platform/git/git.ts"
import { createProcesses } from "../platform/process/processes.ts"
import { createRepos } from "../repos/index.ts"
import { repoName } from "./loops.ts"
import { nothingHosted } from "./shelves.ts"

/** Copies of one repository under these names, as an earlier run left them that began loops on them. */
export async function fetchCode(home: string, address: string, names: readonly string[]): Promise<void> {
  const processes = createProcesses({ PATH: process.env["PATH"] ?? "", HOME: home })
  const disk = createDisk()
  const git = createGit({ processes, disk, folder: `${home}/git`, knownHosts: `${home}/known_hosts` })
  const roster = names.map((name) => ({ name: repoName(name), git: address }))
  const repos = createRepos({
    ...{ git, disk, clock: systemClock, shelves: nothingHosted, roster: async () => roster },
    ...{ folder: `${home}/repos`, keys: `${home}/keys` },
  })
  for (const { name } of roster) {
    const fetched = await repos.refresh(name)
    if (fetched.kind !== "fresh") throw new Error(JSON.stringify(fetched))
  }
}
