import { join } from "node:path"
import type { Accounts } from "../accounts/index.ts"
import type { UserName } from "../lib/ids.ts"
import type { LoopsDoor } from "../loops/index.ts"
import { parseGitAddress } from "../platform/git/commands.ts"
import { createGit } from "../platform/git/git.ts"
import type { Background } from "../platform/background.ts"
import type { Processes } from "../platform/process/processes.ts"
import {
  attachable,
  type Attaching,
  createAttaching,
  createGitHost,
  createHook,
  createProposals,
  createCodeSearch,
  createRepos,
  createShelves,
  createWorkspaceKeys,
  isKeyName,
  type Moved,
  type CodeShelf,
  type OwnShelves,
  outsideRoutes,
  type Remote,
  remoteWith,
  type Shelf,
  teamTools,
  usesOfKey,
} from "../repos/index.ts"
import type { Settings, WorkspaceConfig } from "../settings/index.ts"
import type { Vault } from "../vault/index.ts"
import type { AppNeeds } from "./app.ts"
import type { Bundle } from "./bundle.ts"

interface RepositoryNeeds extends Pick<AppNeeds, "disk" | "clock" | "ids" | "log"> {
  home: string
  background: Background
  bundle: Bundle
  processes: Processes
  settings: Pick<Settings, "workspace" | "freshWorkspace" | "changeWorkspace">
  isAdmin(user: UserName): boolean
  /** Whether anybody is signed in. */
  isWatched(): boolean
}

/** Everything that is git on this host: copies of outside repositories, and those that the server itself owns. */
export function openRepositories(needs: RepositoryNeeds) {
  const { disk, clock, ids, log, home, background, bundle, processes, settings, isAdmin, isWatched } = needs
  /** What belongs to the workspace and to no person; no sandbox ever sees it. */
  const secrets = join(home, "secrets", "@workspace")
  const keys = join(secrets, "keys")
  const git = createGit({
    processes,
    disk,
    folder: join(home, "runtime", "git"),
    knownHosts: join(secrets, "known_hosts"),
  })
  const owned = { git, disk, folder: join(home, "repos") }
  const roster = async () => (await settings.freshWorkspace()).repos
  const remoteOf = (shelf: Shelf) => remoteIn(settings.workspace(), shelf, keys)
  const asked = { isAdmin, isWatched, remoteOf, template: bundle.text }
  const shelves = createShelves({ ...owned, clock, log, background, ...asked })
  const repos = createRepos({ ...owned, clock, shelves, keys, roster })
  const attaching = createAttaching({ shelves, git, keys, settings })
  const look = () => background.run("look outside because a host said so", () => lookOutside(attaching))
  const hook = createHook({ disk, ids, clock, file: join(secrets, "hook"), look })
  const isGated = (context: Shelf["context"]) => context !== "personal" && settings.workspace().context[context].gated
  return {
    code: createCodeSearch({ git, repos }),
    repos,
    shelves,
    /** What waits for review in them, once loops and people can be asked. */
    proposals: (sources: ProposalSources) =>
      createProposals({
        shelves,
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
    outside: {
      routes: (pages: PagesOutside) =>
        outsideRoutes({
          ...{ ...pages, attaching, hook, isAdmin, clock },
          usesOf: async (key) => usesOfKey(await settings.freshWorkspace(), key),
          keys: createWorkspaceKeys({ disk, ids, folder: keys, workspace: () => settings.workspace().name }),
        }),
      begin: () => background.run("keep in step with outside repositories", () => openAttached(shelves, attaching)),
      [Symbol.dispose]: () => hook[Symbol.dispose](),
    },
    gitHost: createGitHost({ shelves, repos, git, clock, ids, isGated }),
    teamTools: () => teamTools({ shelves }),
  }
}

type PagesOutside = Omit<
  Parameters<typeof outsideRoutes>[0],
  "attaching" | "hook" | "isAdmin" | "keys" | "clock" | "usesOf"
>

const attachedNow = (attaching: Attaching) => attachable.filter((name) => attaching.attached(name) !== undefined)

/** What is open is kept in step: also what could not be brought outside before an earlier server ended. */
const openAttached = (shelves: Pick<OwnShelves, "open">, attaching: Attaching) =>
  Promise.all(attachedNow(attaching).map((context) => shelves.open({ context })))

const lookOutside = (attaching: Attaching) =>
  Promise.all(attachedNow(attaching).map((context) => attaching.retry(context)))

interface ProposalSources {
  loops: Pick<LoopsDoor, "record">
  vault: Pick<Vault, "list" | "scrubbable">
  people: Pick<Accounts["people"], "list">
}

/** The values of everybody's vaults, and the workspace's keys: to be searched for, and never shown. */
async function storedValues({ vault, people }: ProposalSources): Promise<string[]> {
  const values = new Set<string>()
  for (const { id: user } of people.list())
    for (const name of await vault.list(user))
      for (const { value } of await vault.scrubbable(user, name)) values.add(value)
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

/** An address that nothing could be fetched from, or a key that is none of the workspace's, is no remote. */
function remoteIn({ context }: WorkspaceConfig, shelf: Shelf, keys: string): Remote | undefined {
  if (shelf.context === "personal") return undefined
  const { remote, credential } = context[shelf.context]
  const address = parseGitAddress(remote)
  if (address === undefined || (credential !== undefined && !isKeyName(credential))) return undefined
  return remoteWith(address, credential, keys)
}
