import { join } from "node:path"
import type { Accounts } from "../accounts/index.ts"
import { hostLookup } from "../gateway/index.ts"
import { parseGitAddress } from "../platform/git/commands.ts"
import type { Git } from "../platform/git/git.ts"
import type { Background } from "../platform/background.ts"
import type { UserName } from "../lib/ids.ts"
import {
  attachable,
  createAttaching,
  createHook,
  createPersonalKeys,
  createWorkspaceKeys,
  isKeyName,
  mayKnock,
  type OwnShelves,
  outsideRoutes,
  personalHomes,
  personalRemote,
  type Remote,
  remoteWith,
  type Shelf,
  usesOfKey,
  workspaceHomes,
} from "../repos/index.ts"
import type { Settings, WorkspaceConfig } from "../settings/index.ts"
import type { AppNeeds } from "./app.ts"

interface OutsideNeeds extends Pick<AppNeeds, "disk" | "clock" | "ids"> {
  home: string
  background: Pick<Background, "run">
  settings: Pick<Settings, "workspace" | "freshWorkspace" | "changeWorkspace">
  isAdmin(user: UserName): boolean
  people(): Pick<Accounts["people"], "get" | "list" | "setPersonalRemote">
}

/** Where contexts live besides: which there are, and once the repositories can be opened, what is done about them. */
export function outsideHomes({ people, settings, home, ...needs }: OutsideNeeds) {
  const { disk, clock, ids, background, isAdmin } = needs
  const secrets = join(home, "secrets")
  const keys = join(secrets, "@workspace", "keys")
  const homes = personalHomes({
    secrets,
    remoteOf: (user) => people().get(user)?.personalRemote,
    setRemote: (user, address) => people().setPersonalRemote(user, address),
  })
  const workspace = () => settings.workspace().name
  const hosts = async () => hostsOfWorkspace(await settings.freshWorkspace())
  return {
    /** Folder of the workspace's keys. */
    keys,
    remoteOf: (shelf: Shelf): Remote | undefined =>
      shelf.context === "personal"
        ? personalRemote(homes, shelf.user)
        : remoteIn(settings.workspace().context[shelf.context], keys),
    open(shelves: OwnShelves, git: Git) {
      const attaching = createAttaching({ shelves, git, homes: workspaceHomes({ keys, settings }) })
      const personal = createAttaching({ shelves, git, homes })
      const attached = (): Shelf[] => [
        ...attachable.filter((context) => attaching.attached(context)).map((context) => ({ context })),
        ...ownersIn(people().list(), (user) => personal.attached(user) !== undefined).map(homes.shelf),
      ]
      const look = () => background.run("look outside because a host said so", () => lookOutside(shelves, attached()))
      const hook = createHook({ disk, ids, clock, file: join(secrets, "@workspace", "hook"), look })
      return {
        routes: (pages: PagesOutside) =>
          outsideRoutes({
            ...{ ...pages, attaching, hook, isAdmin, clock },
            reviewsOutside: (context) => settings.workspace().context[context].review === "outside",
            async setReview(context, review) {
              const done = await settings.changeWorkspace((config) => ({
                ...config,
                context: { ...config.context, [context]: { ...config.context[context], review } },
              }))
              return done.kind === "unreadable" ? done : { kind: "changed" }
            },
            usesOf: async (key) => usesOfKey(await settings.freshWorkspace(), key),
            keys: createWorkspaceKeys({ disk, ids, folder: keys, workspace }),
            personal: {
              attaching: personal,
              keys: createPersonalKeys({ disk, ids, secrets, workspace }),
              mayKnock: (address) => mayKnock(address, { lookup: hostLookup, ofWorkspace: hosts }),
            },
          }),
        begin: () => background.run("keep in step with outside repositories", () => openAll(shelves, attached())),
        [Symbol.dispose]: () => hook[Symbol.dispose](),
      }
    },
  }
}

type PagesOutside = Omit<
  Parameters<typeof outsideRoutes>[0],
  "attaching" | "hook" | "isAdmin" | "keys" | "clock" | "personal" | "usesOf" | "reviewsOutside" | "setReview"
>

const ownersIn = (people: ReturnType<Accounts["people"]["list"]>, owns: (user: UserName) => boolean): UserName[] =>
  people.filter(({ id, status }) => status === "active" && owns(id)).map(({ id }) => id)

/** What is open is kept in step: also what could not be brought outside before an earlier server ended. */
const openAll = (shelves: Pick<OwnShelves, "open">, attached: readonly Shelf[]) =>
  Promise.all(attached.map((shelf) => shelves.open(shelf)))

async function lookOutside(shelves: Pick<OwnShelves, "open">, attached: readonly Shelf[]): Promise<void> {
  const all = await openAll(shelves, attached)
  await Promise.all(all.map((repository) => repository.refresh({ now: true })))
}

const hostsOfWorkspace = ({ context, repos }: WorkspaceConfig): string[] =>
  [context.knowledge.remote, context.notes.remote, ...repos.map(({ git }) => git)].flatMap((address) => address ?? [])

/** An address that nothing could be fetched from, or a key that is none of the workspace's, is no remote. */
function remoteIn(
  { remote, credential }: WorkspaceConfig["context"]["knowledge" | "notes"],
  keys: string,
): Remote | undefined {
  const address = parseGitAddress(remote)
  if (address === undefined || (credential !== undefined && !isKeyName(credential))) return undefined
  return remoteWith(address, credential, keys)
}
