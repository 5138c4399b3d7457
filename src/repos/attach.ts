import { createSerial } from "../platform/disk/serial.ts"
import type { Git } from "../platform/git/git.ts"
import { sshHostOf } from "../platform/git/ssh.ts"
import { CommandFailed } from "../platform/process/command.ts"
import type { FileFault, Settings, WorkspaceConfig } from "../settings/index.ts"
import type { OutsideState, Refresh } from "./contract.ts"
import { type Confirmed, confirmShown } from "./host-keys.ts"
import type { Refused } from "./mirror.ts"
import { bringTogether, type Met } from "./outside-meeting.ts"
import { lookOutside, refusedBy, type Remote, remoteWith, type Tested, testRemote } from "./outside-remote.ts"
import type { Place } from "./place.ts"
import type { OwnShelves } from "./shelves.ts"

/** The contexts that can have a home outside besides. */
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

/** Contexts of the workspace and their outside repositories, for administrators. */
export interface Attaching {
  /** What the settings say. */
  attached(context: Attachable): RemoteWanted | undefined
  state(context: Attachable): Promise<OutsideState | undefined>
  test(context: Attachable, wanted: RemoteWanted): Promise<Tested>
  /** From now on the host of this address is known by this fingerprint, if that is what it shows. */
  confirmHost(address: string, fingerprint: string): Promise<Confirmed>
  attach(context: Attachable, wanted: RemoteWanted): Promise<AttachOutcome>
  /** All content stays here. */
  detach(context: Attachable): Promise<{ kind: "detached" } | FileFault>
  /** Asks the outside now. */
  retry(context: Attachable): Promise<Refresh>
}

export interface AttachNeeds {
  shelves: Pick<OwnShelves, "place" | "outsideOf">
  git: Git
  /** Folder of the workspace's keys. */
  keys: string
  settings: Pick<Settings, "workspace" | "changeWorkspace">
}

export function createAttaching({ shelves, git, keys, settings }: AttachNeeds): Attaching {
  const serial = createSerial()
  const remoteOf = ({ address, credential }: RemoteWanted) => remoteWith(address, credential, keys)
  const outsideOf = (context: Attachable) => shelves.outsideOf({ context })

  async function change(context: Attachable, rules: (now: ContextConfig) => ContextConfig) {
    return settings.changeWorkspace((config) => ({
      ...config,
      context: { ...config.context, [context]: rules(config.context[context]) },
    }))
  }

  async function attachNow(context: Attachable, wanted: RemoteWanted): Promise<AttachOutcome> {
    const place = await shelves.place({ context })
    const remote = remoteOf(wanted)
    const tested = await testRemote(place, remote)
    if (tested.kind === "refused" || !tested.writes) return tested
    // Before anything moves: whether it could be written down.
    const writable = await settings.changeWorkspace((config) => config)
    if (writable.kind === "unreadable") return writable
    const met = await meet(place, remote)
    if ("kind" in met) return met
    if (met.state !== "in-step") return { kind: "apart", met }
    const { address, credential } = wanted
    const changed = await change(context, ({ credential: _, ...now }) => ({
      ...now,
      remote: address,
      ...(credential !== undefined && { credential }),
    }))
    if (changed.kind === "unreadable") return changed
    await (await outsideOf(context)).refresh({ now: true })
    return { kind: "attached" }
  }

  return {
    attached(context) {
      const { remote, credential } = settings.workspace().context[context]
      return remote === undefined ? undefined : { address: remote, credential }
    },
    state: async (context) => (await outsideOf(context)).state(),
    test: async (context, wanted) => testRemote(await shelves.place({ context }), remoteOf(wanted)),
    confirmHost: (address, fingerprint) => confirmShown(git, sshHostOf(address), fingerprint),
    attach: (context, wanted) => serial(context, () => attachNow(context, wanted)),
    detach: (context) =>
      serial(context, async () => {
        const changed = await change(context, ({ remote: _, credential: __, ...now }) => now)
        if (changed.kind === "unreadable") return changed
        const outside = await outsideOf(context)
        outside.forget()
        return { kind: "detached" }
      }),
    retry: async (context) => (await outsideOf(context)).refresh({ now: true }),
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
