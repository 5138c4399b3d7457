import { join } from "node:path"
import type { UserName } from "../lib/ids.ts"
import { createGit } from "../platform/git/git.ts"
import type { Processes } from "../platform/process/processes.ts"
import { createGitHost, createRepos, createShelves, type Shelf, teamTools } from "../repos/index.ts"
import type { Settings } from "../settings/index.ts"
import type { AppNeeds } from "./app.ts"
import type { Bundle } from "./bundle.ts"

interface RepositoryNeeds extends Pick<AppNeeds, "disk" | "clock" | "ids" | "log"> {
  home: string
  bundle: Bundle
  processes: Processes
  settings: Pick<Settings, "workspace" | "freshWorkspace">
  isAdmin(user: UserName): boolean
}

/** Everything that is git on this host: copies of outside repositories, and those that the server itself owns. */
export function openRepositories(needs: RepositoryNeeds) {
  const { disk, clock, ids, log, home, bundle, processes, settings, isAdmin } = needs
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
  const shelves = createShelves({ ...owned, clock, log, template: bundle.text, isAdmin })
  const isGated = (context: Shelf["context"]) => context !== "personal" && settings.workspace().context[context].gated
  return {
    repos: createRepos({ ...owned, clock, keys: join(secrets, "keys"), roster }),
    shelves,
    gitHost: createGitHost({ shelves, clock, ids, isGated }),
    teamTools: () => teamTools(owned),
  }
}
