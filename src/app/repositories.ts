import { join } from "node:path"
import type { Accounts } from "../accounts/index.ts"
import type { UserName } from "../lib/ids.ts"
import type { LoopsDoor } from "../loops/index.ts"
import { createGit } from "../platform/git/git.ts"
import type { Background } from "../platform/background.ts"
import type { Processes } from "../platform/process/processes.ts"
import {
  createGitHost,
  createProposals,
  createCodeReading,
  createCodeSearch,
  createRepos,
  createShelves,
  type Moved,
  type CodeShelf,
  type OwnShelves,
  type Shelf,
  teamTools,
} from "../repos/index.ts"
import type { Settings } from "../settings/index.ts"
import type { Vault } from "../vault/index.ts"
import type { AppNeeds } from "./app.ts"
import type { Bundle } from "./bundle.ts"
import { outsideHomes } from "./outside-homes.ts"
import { valuesOf } from "./work-inside.ts"

interface RepositoryNeeds extends Pick<AppNeeds, "disk" | "clock" | "ids" | "log"> {
  home: string
  background: Background
  bundle: Bundle
  processes: Processes
  settings: Pick<Settings, "workspace" | "freshWorkspace" | "changeWorkspace">
  isAdmin(user: UserName): boolean
  /** Whether anybody is signed in. */
  isWatched(): boolean
  people: Parameters<typeof outsideHomes>[0]["people"]
}

/** Everything that is git on this host: copies of outside repositories, and those that the server itself owns. */
export function openRepositories(needs: RepositoryNeeds) {
  const { disk, clock, ids, log, home, background, bundle, processes, settings, isAdmin, isWatched } = needs
  const git = createGit({
    processes,
    disk,
    folder: join(home, "runtime", "git"),
    knownHosts: join(home, "secrets", "@workspace", "known_hosts"),
  })
  const owned = { git, disk, folder: join(home, "repos") }
  const roster = async () => (await settings.freshWorkspace()).repos
  const { keys, remoteOf, open } = outsideHomes(needs)
  const asked = { isAdmin, isWatched, remoteOf, template: bundle.text }
  const shelves = createShelves({ ...owned, clock, log, background, ...asked })
  const repos = createRepos({ ...owned, clock, shelves, keys, roster })
  const isGated = (context: Shelf["context"]) => context !== "personal" && settings.workspace().context[context].gated
  return {
    code: createCodeSearch({ git, repos }),
    reading: createCodeReading({ git, clock, repos }),
    repos,
    shelves,
    /** What waits for review in them, once loops and people can be asked. */
    proposals: (sources: ProposalSources) =>
      createProposals({
        shelves,
        background,
        reviewRemote: (context) =>
          settings.workspace().context[context].review === "outside" ? (remoteOf({ context }) ?? "missing") : undefined,
        reviewers: (context) => settings.workspace().context[context].reviewers,
        async peopleOf(loop) {
          const record = await sources.loops.record(loop)
          return record ? [record.createdBy, record.driver] : []
        },
        secrets: () => storedValues(sources),
      }),
    /** What loops make their checkouts with. */
    contexts: { shelves, git },
    /** The contexts' homes outside. */
    outside: open(shelves, git),
    gitHost: createGitHost({ shelves, repos, git, clock, ids, isGated }),
    teamTools: () => teamTools({ shelves }),
  }
}

interface ProposalSources {
  loops: Pick<LoopsDoor, "record">
  vault: Pick<Vault, "list" | "scrubbable">
  people: Pick<Accounts["people"], "list">
}

/** The values of everybody's vaults, and the workspace's keys: to be searched for, and never shown. */
async function storedValues({ vault, people }: ProposalSources): Promise<string[]> {
  const values = new Set<string>()
  for (const { id } of people.list()) for (const value of await valuesOf(vault, id)) values.add(value)
  return [...values]
}

/** The audit keeps each move of a branch in a repository of everybody. */
export function auditMoves(
  shelves: Pick<OwnShelves, "onMoved" | "onCodeMoved">,
  background: Pick<Background, "run">,
  audit: Pick<Accounts["audit"], "write">,
): void {
  shelves.onMoved((news) => {
    if (news.shelf.context !== "personal")
      background.run("note what came to a context", () => audit.write(deedOfMove(news)))
  })
  shelves.onCodeMoved((news) => background.run("note what came to a repository", () => audit.write(deedOfMove(news))))
}

function deedOfMove({
  shelf,
  branch,
  from,
  to,
  by,
}: Moved<Shelf | CodeShelf>): Parameters<Accounts["audit"]["write"]>[0] {
  const name = (commit: string | undefined) => commit?.slice(0, 12) ?? "nothing"
  return {
    actor: by.user,
    via: by.pushed ? "git" : "web",
    action: `${shelf.context === "code" ? "code" : "context"}.${to === undefined ? "branch.remove" : "push"}`,
    object: `${shelf.context === "code" ? shelf.name : shelf.context}:${branch}`,
    outcome: "ok",
    why: `${name(from)} to ${name(to)}${by.loop ? ` by loop ${by.loop}` : ""}`,
  }
}
