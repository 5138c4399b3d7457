import { join } from "node:path"
import type { UserName } from "../lib/ids.ts"
import { createGit } from "../platform/git/git.ts"
import type { Processes } from "../platform/process/processes.ts"
import { createRepos, createShelves, teamTools } from "../repos/index.ts"
import type { Settings } from "../settings/index.ts"
import type { AppNeeds } from "./app.ts"
import type { Bundle } from "./bundle.ts"

interface RepositoryNeeds extends Pick<AppNeeds, "disk" | "clock" | "log"> {
  home: string
  bundle: Bundle
  processes: Processes
  settings: Pick<Settings, "freshWorkspace">
  isAdmin(user: UserName): boolean
}

/** Everything that is git on this host: copies of outside repositories, and those that the server itself owns. */
export function openRepositories({ disk, clock, log, home, bundle, processes, settings, isAdmin }: RepositoryNeeds) {
  /** What belongs to the workspace and to no person; no sandbox ever sees it. */
  const secrets = join(home, "secrets", "@workspace")
  const git = createGit({
    processes,
    disk,
    folder: join(home, "runtime", "git"),
    knownHosts: join(secrets, "known_hosts"),
  })
  const owned = { git, disk, folder: join(home, "repos") }
  const roster = async () => (await settings.freshWorkspace()).repos
  return {
    repos: createRepos({ ...owned, clock, keys: join(secrets, "keys"), roster }),
    shelves: createShelves({ ...owned, clock, log, template: bundle.text, isAdmin }),
    teamTools: () => teamTools(owned),
  }
}
