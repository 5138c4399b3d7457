import { z } from "zod"
import { oneAtATime } from "../lib/one-at-a-time.ts"
import type { Background } from "../platform/background.ts"
import { type Clock, timestamp } from "../platform/clock.ts"
import type { Disk } from "../platform/disk/disk.ts"
import { CommandFailed } from "../platform/process/command.ts"
import type { OutsideState, Refresh } from "./contract.ts"
import { refusalOf } from "./git-words.ts"
import { bringTogether, type Met } from "./outside-meeting.ts"
import { hostOf, lookOutside, pushed, type Remote, wordsAbout } from "./outside-remote.ts"
import type { Place } from "./place.ts"

/** Keeps one outside repository in step with one of ours. Neither side is ever forced. */
export interface Outside extends Disposable {
  state(): Promise<OutsideState | undefined>
  /** Asks the other side, unless that was done within a minute, and brings here what is new there. */
  refresh(how?: { now: boolean }): Promise<Refresh>
  /**
   * Before the trunk moves here: whether the other side takes this commit. `moved`: it has something newer, which is here
   * now, too. Only while nothing else moves branches here.
   */
  offer(commit: string): Promise<"taken" | "moved" | "not-now">
  /** The trunk moved here: the other side hears of it, however long that takes. */
  follow(): void
  /** There is no other side any more. */
  forget(): void
}

export interface OutsideNeeds {
  place: Place
  clock: Clock
  disk: Disk
  background: Pick<Background, "run">
  remote(): Remote | undefined
  /** Whether anybody is there who would want to see what is new outside. */
  isWatched(): boolean
  /** What is known of the other side now; undefined once there is none. */
  told(state: OutsideState | undefined): void
}

const OutsideRecord = z.looseObject({
  version: z.literal(1),
  address: z.string(),
  state: z.enum(["in-step", "not-outside", "diverged", "refused"]),
  since: z.iso.datetime(),
  /** The last time the other side answered. */
  askedAt: z.iso.datetime().optional(),
  sentence: z.string().optional(),
  why: z.string().optional(),
  conflicts: z.array(z.string()).optional(),
  refused: z.object({ code: z.string(), path: z.string() }).optional(),
})
type Noted = z.infer<typeof OutsideRecord>
type Known = Met | { state: "not-outside"; sentence: string; why: string } | { state: "refused"; sentence: string }

const freshMs = 60_000
const everyMs = 300_000
/** The longest is the last: within a minute after the other side is back, everything is there. */
const pausesMs = [15_000, 30_000, 45_000]
/** Paths that are told of a collision. */
const mostConflicts = 50

export function createOutside(needs: OutsideNeeds): Outside {
  const { place, clock, disk, background, remote } = needs
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
    const known = "conflicts" in now ? { ...now, conflicts: now.conflicts.slice(0, mostConflicts) } : now
    const noted: Noted = { version: 1, address, since, ...known, ...(askedAt !== undefined && { askedAt }) }
    await file.update(() => noted)
    failures = answered ? 0 : failures + 1
    later(answered ? everyMs : (pausesMs[failures - 1] ?? pausesMs.at(-1) ?? everyMs))
    needs.told(stateOf(noted))
  }

  function later(ms: number): void {
    cancel?.()
    if (ended) return
    cancel = clock.after(ms, () => {
      // What could not be brought there is tried for as long as it takes; what is new there only matters to somebody.
      if (failures > 0 || needs.isWatched()) background.run("keep in step with an outside repository", meet)
      else later(everyMs)
    })
  }

  async function away(to: Remote, error: unknown): Promise<void> {
    if (!(error instanceof CommandFailed)) throw error
    const sentence = wordsAbout(to, error)
    // What git itself finds to be broken was answered, and is no better the next time.
    if (/fsck error/.test(error.stderr)) await note(to, { state: "refused", sentence }, true)
    else await note(to, { state: "not-outside", sentence, why: refusalOf(error) }, false)
  }

  const meet = oneAtATime(async () => {
    const to = remote()
    if (!to || ended) return
    try {
      await note(to, await bringTogether({ place, to, turn: place.inTurn }, await lookOutside(place, to)), true)
    } catch (error) {
      await away(to, error)
    }
  })

  return {
    async state() {
      const record = await had()
      return record && stateOf(record)
    },
    async refresh(how = { now: false }) {
      if (!remote()) return { kind: "hosted" }
      const age = clock.now() - Date.parse((await had())?.askedAt ?? "")
      // What was asked in the future was asked by a clock that was set back since.
      if (how.now || !(age >= 0 && age < freshMs)) await meet()
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
        return now.state === "diverged" || now.state === "refused" ? "not-now" : "moved"
      } catch (error) {
        await away(to, error)
        return "not-now"
      }
    },
    follow() {
      if (remote()) background.run("push to an outside repository", meet)
    },
    forget() {
      cancel?.()
      failures = 0
      needs.told(undefined)
    },
    [Symbol.dispose]() {
      ended = true
      cancel?.()
    },
  }
}

const stateOf = ({ address, state, since, askedAt, sentence, conflicts, refused }: Noted): OutsideState => ({
  ...{ state, since },
  host: hostOf(address),
  ...(askedAt !== undefined && { askedAt }),
  ...(sentence !== undefined && { sentence }),
  ...(conflicts !== undefined && { conflicts }),
  ...(refused !== undefined && { refused }),
})

function asRefresh(now: Noted | undefined, at: string): Refresh {
  const asked = now?.askedAt
  if (now?.state === "not-outside" || now?.state === "refused")
    return { kind: "stale", sentence: now.sentence ?? "", ...(asked !== undefined && { at: asked }) }
  return { kind: now?.state === "diverged" ? "diverged" : "fresh", at: asked ?? at }
}
