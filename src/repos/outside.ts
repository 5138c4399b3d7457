import { z } from "zod"
import { oneAtATime } from "../lib/one-at-a-time.ts"
import { parseUserName } from "../lib/ids.ts"
import type { Background } from "../platform/background.ts"
import { type Clock, timestamp } from "../platform/clock.ts"
import type { Disk } from "../platform/disk/disk.ts"
import { askTrunk, isLocalAddress, parseTrunk } from "../platform/git/commands.ts"
import { fetchBranch, isAncestor, pushBranch } from "../platform/git/shelf-commands.ts"
import { CommandFailed } from "../platform/process/command.ts"
import type { OutsideState, Refresh } from "./contract.ts"
import { wordsOf } from "./git-words.ts"
import type { Place } from "./place.ts"
import { mergeCommit, mergedTree, moved } from "./writing.ts"

/** Where a repository of the server lives besides, as the workspace's settings say. */
export interface Remote {
  address: string
  /** Path of a private key of the workspace. */
  sshKey?: string
}

/** Keeps one outside repository in step with one of ours. Neither side is ever forced. */
export interface Outside extends Disposable {
  state(): Promise<OutsideState | undefined>
  /** Asks the other side, unless that was done within a minute, and brings here what is new there. */
  refresh(): Promise<Refresh>
  /**
   * Before the trunk moves here: whether the other side takes this commit. `moved`: it has something newer, which is here
   * now, too. Only while nothing else moves branches here.
   */
  offer(commit: string): Promise<"taken" | "moved" | "not-now">
  /** The trunk moved here: the other side hears of it, however long that takes. */
  follow(): void
}

export interface OutsideNeeds {
  place: Place
  clock: Clock
  disk: Disk
  background: Pick<Background, "run">
  remote(): Remote | undefined
}

const OutsideRecord = z.looseObject({
  version: z.literal(1),
  address: z.string(),
  state: z.enum(["in-step", "not-outside", "diverged"]),
  since: z.iso.datetime(),
  /** The last time the other side answered. */
  askedAt: z.iso.datetime().optional(),
  sentence: z.string().optional(),
})
type Known = Pick<z.infer<typeof OutsideRecord>, "state" | "sentence">

const freshMs = 60_000
const everyMs = 300_000
const pausesMs = [30_000, 60_000, 120_000, 300_000]

export function createOutside({ place, clock, disk, background, remote }: OutsideNeeds): Outside {
  const file = disk.jsonFile(`${place.folder}/outside.json`, (value) => OutsideRecord.parse(value))
  let cancel: (() => void) | undefined
  let failures = 0
  let ended = false

  async function had() {
    const record = await file.read()
    return record?.address === remote()?.address ? record : undefined
  }

  async function note({ address }: Remote, now: Known, answered: boolean): Promise<void> {
    const before = await had()
    const at = timestamp(clock)
    const since = before?.state === now.state ? before.since : at
    const askedAt = answered ? at : before?.askedAt
    await file.update(() => ({ version: 1, address, since, ...now, ...(askedAt !== undefined && { askedAt }) }))
    failures = answered ? 0 : failures + 1
    later(answered ? everyMs : (pausesMs[failures - 1] ?? everyMs))
  }

  function later(ms: number): void {
    cancel?.()
    if (!ended) cancel = clock.after(ms, () => background.run("keep in step with an outside repository", meet))
  }

  /** What git says when it cannot get there, without what is this host's own business. */
  async function away(to: Remote, error: unknown): Promise<string> {
    if (!(error instanceof CommandFailed)) throw error
    const words = wordsOf(error)
    const sentence = isLocalAddress(to.address) ? words.replaceAll(to.address, "the outside repository") : words
    await note(to, { state: "not-outside", sentence }, false)
    return sentence
  }

  const meet = oneAtATime(async () => {
    const to = remote()
    if (!to || ended) return
    try {
      const theirs = await lookOutside(place, to)
      await note(to, await bringTogether({ place, to, turn: place.inTurn }, theirs), true)
    } catch (error) {
      await away(to, error)
    }
  })

  return {
    async state() {
      const record = await had()
      return (
        record && {
          state: record.state,
          since: record.since,
          ...(record.sentence !== undefined && { sentence: record.sentence }),
        }
      )
    },
    async refresh() {
      if (!remote()) return { kind: "hosted" }
      const age = clock.now() - Date.parse((await had())?.askedAt ?? "")
      // What was asked in the future was asked by a clock that was set back since.
      if (!(age >= 0 && age < freshMs)) await meet()
      return asRefresh(await had(), timestamp(clock))
    },
    async offer(commit) {
      const to = remote()
      if (!to) return "not-now"
      try {
        const branch = await place.trunk()
        if (await pushed(place, to, { commit, branch })) {
          await note(to, { state: "in-step" }, true)
          return "taken"
        }
        const here = { place, to, turn: <T>(work: () => Promise<T>) => work() }
        const now = await bringTogether(here, await lookOutside(place, to))
        await note(to, now, true)
        // Where the sides do not merge, work goes on here until somebody joins them.
        return now.state === "diverged" ? "not-now" : "moved"
      } catch (error) {
        await away(to, error)
        return "not-now"
      }
    },
    follow() {
      if (remote()) background.run("push to an outside repository", meet)
    },
    [Symbol.dispose]() {
      ended = true
      cancel?.()
    },
  }
}

function asRefresh(now: z.infer<typeof OutsideRecord> | undefined, at: string): Refresh {
  const asked = now?.askedAt
  if (now?.state === "not-outside")
    return { kind: "stale", sentence: now.sentence ?? "", ...(asked !== undefined && { at: asked }) }
  return { kind: now?.state === "diverged" ? "diverged" : "fresh", at: asked ?? at }
}

interface Theirs {
  branch: string
  /** Absent while nothing is there. */
  commit?: string
}

const keyOf = ({ sshKey }: Remote) => (sshKey === undefined ? {} : { sshKey })

async function lookOutside(place: Place, remote: Remote): Promise<Theirs> {
  const { text } = await place.run({ ...askTrunk(remote.address, 15_000), ...keyOf(remote) })
  const commit = /^([0-9a-f]{40})\tHEAD$/m.exec(text)?.[1]
  const branch = parseTrunk(text) ?? (await place.trunk())
  if (commit === undefined) return { branch }
  const into = "refs/loopat/outside/trunk"
  if (!(await place.objects.head(commit)))
    await place.run({ ...fetchBranch(place.folder, remote.address, { branch, into }), ...keyOf(remote) })
  return { branch, commit }
}

/** False where the other side has something that this commit does not know of. */
async function pushed(place: Place, remote: Remote, what: { commit: string; branch: string }): Promise<boolean> {
  try {
    await place.run({ ...pushBranch(place.folder, remote.address, what), ...keyOf(remote) })
    return true
  } catch (error) {
    const said = error instanceof CommandFailed ? `${error.stderr}` : ""
    if (/fetch first|non-fast-forward|\[rejected\]|failed to push some refs/.test(said)) return false
    throw error
  }
}

interface Here {
  place: Place
  to: Remote
  /** Only what moves a branch here keeps others waiting; the network does not. */
  turn: Place["inTurn"]
}

/** Forward on whichever side is behind, a merge where both went on, and nothing where that is not clean. */
async function bringTogether({ place, to, turn }: Here, { branch, commit: outside }: Theirs): Promise<Known> {
  const joined = await turn(() => join(place, outside))
  if (joined === undefined) return { state: "diverged" }
  if (joined === outside || (await pushed(place, to, { commit: joined, branch }))) return { state: "in-step" }
  return { state: "not-outside", sentence: "it moved on meanwhile" }
}

const by = parseUserName("loopat")

/** The commit that has both; undefined where they do not merge. */
async function join(place: Place, outside: string | undefined): Promise<string | undefined> {
  const trunk = await place.trunk()
  const ours = await place.tip(trunk)
  if (ours === undefined) throw new Error("a repository of the server has no commit")
  if (outside === undefined || (await has(place, outside, ours))) return ours
  const both = (await has(place, ours, outside)) ? outside : await merged(place, ours, outside)
  if (both === undefined || !by) return undefined
  if (!(await moved(place, [{ ref: `refs/heads/${trunk}`, from: ours, to: both }]))) return undefined
  place.announce({ branch: trunk, from: ours, to: both, by: { user: by } })
  return both
}

const has = async (place: Place, older: string, newer: string): Promise<boolean> =>
  (await place.run(isAncestor(place.folder, older, newer))).code === 0

async function merged(place: Place, ours: string, outside: string): Promise<string | undefined> {
  const tried = await mergedTree(place, ours, outside)
  if (tried.kind !== "clean") return undefined
  const author = { name: "loopat", email: "loopat@loopat.local" }
  const message = "Merge what came from outside"
  return mergeCommit(place, { tree: tried.tree, parents: [ours, outside], author, message })
}
