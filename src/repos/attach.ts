import { createSerial } from "../platform/disk/serial.ts"
import type { Git } from "../platform/git/git.ts"
import { sshHostOf } from "../platform/git/ssh.ts"
import { CommandFailed } from "../platform/process/command.ts"
import type { FileFault, Settings, WorkspaceConfig } from "../settings/index.ts"
import type { OutsideState, Refresh, Shelf } from "./contract.ts"
import { type Confirmed, confirmShown } from "./host-keys.ts"
import type { Refused } from "./mirror.ts"
import { bringTogether, type Met } from "./outside-meeting.ts"
import { lookOutside, refusedBy, type Remote, remoteWith, type Tested, testRemote } from "./outside-remote.ts"
import type { Place } from "./place.ts"
import type { OwnShelves } from "./shelves.ts"

/** The contexts of the workspace that can have a home outside besides. */
export const attachable = ["knowledge", "notes"] as const
export type Attachable = (typeof attachable)[number]

/** Where a context is to be kept besides, and the name of the secret to show there. */
export interface RemoteWanted {
  address: string
  credential: string | undefined
}

export type AttachOutcome =
  | { kind: "attached" }
  | Exclude<Tested, { writes: true }>
  /** The sides could not be made one: nothing was attached, and all goes on here. */
  | { kind: "apart"; met: Exclude<Met, { state: "in-step" }> }
  | FileFault

/** Repositories of the server and their homes outside, for whoever may decide about them. */
export interface Attaching<About extends string> {
  /** What is written down. */
  attached(about: About): RemoteWanted | undefined
  state(about: About): Promise<OutsideState | undefined>
  test(about: About, wanted: RemoteWanted): Promise<Tested>
  /** From now on the host of this address is known by this fingerprint, if that is what it shows. */
  confirmHost(address: string, fingerprint: string): Promise<Confirmed>
  attach(about: About, wanted: RemoteWanted): Promise<AttachOutcome>
  /** All content stays here. */
  detach(about: About): Promise<{ kind: "detached" } | FileFault>
  /** Asks the outside now. */
  retry(about: About): Promise<Refresh>
}

/** Where it is written down which home a repository has outside. */
export interface Homes<About extends string> {
  shelf(about: About): Shelf
  attached(about: About): RemoteWanted | undefined
  /** Folder of the secrets that may be shown there. */
  secrets(about: About): string
  /** What keeps the next from being written down. */
  fault(): Promise<FileFault | undefined>
  keep(about: About, wanted: RemoteWanted | undefined): Promise<FileFault | undefined>
}

export interface AttachNeeds<About extends string> {
  shelves: Pick<OwnShelves, "place" | "outsideOf">
  git: Git
  homes: Homes<About>
}

export function createAttaching<About extends string>({ shelves, git, homes }: AttachNeeds<About>): Attaching<About> {
  const serial = createSerial()
  const remoteOf = (about: About, { address, credential }: RemoteWanted) =>
    remoteWith(address, credential, homes.secrets(about))
  const outsideOf = (about: About) => shelves.outsideOf(homes.shelf(about))
  const placeOf = (about: About) => shelves.place(homes.shelf(about))

  async function attachNow(about: About, wanted: RemoteWanted): Promise<AttachOutcome> {
    const place = await placeOf(about)
    const remote = remoteOf(about, wanted)
    const tested = await testRemote(place, remote)
    if (tested.kind === "refused" || !tested.writes) return tested
    // Before anything moves: whether it could be written down.
    const fault = await homes.fault()
    if (fault) return fault
    const met = await meet(place, remote)
    if ("kind" in met) return met
    if (met.state !== "in-step") return { kind: "apart", met }
    const late = await homes.keep(about, wanted)
    if (late) return late
    await (await outsideOf(about)).refresh({ now: true })
    return { kind: "attached" }
  }

  return {
    attached: homes.attached,
    state: async (about) => (await outsideOf(about)).state(),
    test: async (about, wanted) => testRemote(await placeOf(about), remoteOf(about, wanted)),
    confirmHost: (address, fingerprint) => confirmShown(git, sshHostOf(address), fingerprint),
    attach: (about, wanted) => serial(about, () => attachNow(about, wanted)),
    detach: (about) =>
      serial(about, async () => {
        const fault = await homes.keep(about, undefined)
        if (fault) return fault
        const outside = await outsideOf(about)
        outside.forget()
        return { kind: "detached" }
      }),
    retry: async (about) => (await outsideOf(about)).refresh({ now: true }),
  }
}

/** Of knowledge and notes, as `config.json` says. */
export function workspaceHomes({
  keys,
  settings,
}: {
  /** Folder of the workspace's keys. */
  keys: string
  settings: Pick<Settings, "workspace" | "changeWorkspace">
}): Homes<Attachable> {
  const faultOf = (changed: Awaited<ReturnType<Settings["changeWorkspace"]>>) =>
    changed.kind === "unreadable" ? changed : undefined
  return {
    shelf: (context) => ({ context }),
    attached(context) {
      const { remote, credential } = settings.workspace().context[context]
      return remote === undefined ? undefined : { address: remote, credential }
    },
    secrets: () => keys,
    fault: async () => faultOf(await settings.changeWorkspace((config) => config)),
    async keep(context, wanted) {
      const rules = ({ remote: _, credential: __, ...now }: ContextConfig): ContextConfig => ({
        ...now,
        ...(wanted && { remote: wanted.address }),
        ...(wanted?.credential !== undefined && { credential: wanted.credential }),
      })
      return faultOf(
        await settings.changeWorkspace((config) => ({
          ...config,
          context: { ...config.context, [context]: rules(config.context[context]) },
        })),
      )
    },
  }
}

type ContextConfig = WorkspaceConfig["context"][Attachable]

/** Twice, because work goes on here while the outside is asked. */
async function meet(place: Place, remote: Remote): Promise<Met | ({ kind: "refused" } & Refused)> {
  try {
    const meeting = { place, to: remote, turn: place.inTurn }
    const met = await bringTogether(meeting, await lookOutside(place, remote))
    return met.state === "not-outside" ? await bringTogether(meeting, await lookOutside(place, remote)) : met
  } catch (error) {
    if (error instanceof CommandFailed) return { kind: "refused", ...(await refusedBy(place, remote, error)) }
    throw error
  }
}
