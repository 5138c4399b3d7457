import type { LoopId, NewId } from "../lib/ids.ts"
import type { DrivenLoop, LoopRecord } from "../loops/index.ts"
import type { Clock } from "../platform/clock.ts"
import type { Disk } from "../platform/disk/disk.ts"
import { Secret } from "../platform/secret.ts"
import {
  type Access,
  dayMs,
  isOver,
  isStillOf,
  labelOf,
  mostDays,
  mostOfLoop,
  mostOfUser,
  newShareId,
  parseAlias,
  parseShareId,
  restDays,
  type Share,
  type Target,
  usualDays,
} from "./share.ts"
import { type Freed, type SharesFile, sharesFile } from "./store.ts"

export interface SharesNeeds {
  disk: Disk
  home: string
  clock: Clock
  ids: NewId
  /** Names that would lead to the pages of the program itself. */
  taken(): readonly string[]
  /** The workspace lets shares be opened by a secret link. */
  allowsLinks(): boolean
  /** Something became stricter: whoever is inside is asked again. */
  onStricter(): void
}

export interface Wanted {
  /** Empty: the name that was given to it. */
  alias: string
  access: Access
  days: number
}

export type ShareCreated = { kind: "created"; share: Share } | { kind: "too-many-of-loop" | "too-many-of-user" }
export type ShareChanged =
  | { kind: "changed"; share: Share }
  | { kind: "no-such-share" }
  | { kind: "alias-wrong" | "alias-reserved" | "alias-taken" | "link-forbidden" }
  | { kind: "alias-rests"; days: number }

/** The shares of the workspace. One that has expired is as if it were not there. */
export interface Shares {
  create(loop: DrivenLoop, target: Target): Promise<ShareCreated>
  change(loop: DrivenLoop, id: string, wanted: Wanted): Promise<ShareChanged>
  /** A new secret link; the old one opens nothing any more. */
  renewLink(loop: DrivenLoop, id: string): Promise<Share | undefined>
  end(which: (share: Share) => boolean): Promise<Share[]>
  /** What a loop may not have any more, now that it is like this. */
  endLost(record: LoopRecord): Promise<void>
  ofLoop(loop: LoopId): Promise<Share[]>
  all(): Promise<Share[]>
  /** By the first part of its host name. */
  find(label: string): Promise<Share | undefined>
  visited(id: string): Promise<void>
  /** Made with the first share. */
  key(): Promise<Secret | undefined>
}

export function createShares(needs: SharesNeeds): Shares {
  const { disk, home, clock, ids } = needs
  const file = sharesFile(disk, home)

  /** Every request asks, and nobody else writes: read once, then as it was written last. */
  let known: Promise<SharesFile | undefined> | undefined
  const read = () =>
    (known ??= file.read().catch((error: unknown) => {
      known = undefined
      throw error
    }))

  const all = async () => (await read())?.shares.filter((share) => !isOver(share, clock.now())) ?? []

  async function change(how: (current: SharesFile) => SharesFile): Promise<void> {
    try {
      const changed = await file.update((current) => how(withoutOver(current ?? emptyFile(ids), clock.now())))
      known = Promise.resolve(changed)
    } catch (error) {
      // A write that failed may have reached the file all the same.
      known = undefined
      throw error
    }
  }

  async function create({ record }: DrivenLoop, target: Target): Promise<ShareCreated> {
    const now = clock.now()
    const share: Share = {
      ...{ id: newShareId(ids), loop: record.id, owner: record.driver, target, access: "driver" },
      ...{ createdAt: iso(now), expiresAt: iso(now + usualDays * dayMs), link: 0, visits: 0, inherits: false },
    }
    let outcome: ShareCreated = { kind: "created", share }
    await change((current) => {
      const full = whyFull(current.shares, share)
      if (full) outcome = { kind: full }
      return full ? current : { ...current, shares: [...current.shares, share] }
    })
    return outcome
  }

  async function changeTo(loop: DrivenLoop, id: string, wanted: Wanted): Promise<ShareChanged> {
    if (wanted.access === "link" && !needs.allowsLinks()) return { kind: "link-forbidden" }
    let outcome: ShareChanged = { kind: "no-such-share" }
    await change((current) => {
      const before = ownOf(current, loop, id)
      if (!before) return current
      const named = nameFor(current, before, { alias: wanted.alias, now: clock.now(), taken: needs.taken() })
      if (named.kind !== "named") {
        outcome = named
        return current
      }
      const expiresAt = iso(clock.now() + Math.min(wanted.days, mostDays) * dayMs)
      const { alias: _, ...rest } = before
      const share: Share = {
        ...{ ...rest, ...(named.alias !== undefined && { alias: named.alias }), inherits: named.inherits },
        ...{ access: wanted.access, expiresAt },
      }
      outcome = { kind: "changed", share }
      const freed = labelOf(before) === labelOf(share) ? [] : freedBy([before], clock.now())
      return { ...withShare(current, share), freed: [...current.freed, ...freed] }
    })
    needs.onStricter()
    return outcome
  }

  async function end(which: (share: Share) => boolean): Promise<Share[]> {
    if (!(await all()).some(which)) return []
    let ended: Share[] = []
    await change((current) => {
      ended = current.shares.filter(which)
      return {
        ...current,
        shares: current.shares.filter((share) => !ended.includes(share)),
        freed: [...current.freed, ...freedBy(ended, clock.now())],
      }
    })
    needs.onStricter()
    return ended
  }

  async function renewLink(loop: DrivenLoop, id: string): Promise<Share | undefined> {
    let renewed: Share | undefined
    await change((current) => {
      const before = ownOf(current, loop, id)
      if (!before) return current
      renewed = { ...before, link: before.link + 1 }
      return withShare(current, renewed)
    })
    if (renewed) needs.onStricter()
    return renewed
  }

  return {
    ...{ create, change: changeTo, renewLink, end, all },
    async endLost(record) {
      await end((share) => share.loop === record.id && !isStillOf(share, record))
    },
    ofLoop: async (loop) => (await all()).filter((share) => share.loop === loop),
    find: async (label) => (await all()).find((share) => labelOf(share) === label),
    visited: (id) =>
      change((current) => ({
        ...current,
        shares: current.shares.map((one) => (one.id === id ? { ...one, visits: one.visits + 1 } : one)),
      })),
    async key() {
      const key = (await read())?.key
      return key === undefined ? undefined : new Secret(key)
    },
  }
}

const ownOf = ({ shares }: SharesFile, { record }: DrivenLoop, id: string): Share | undefined =>
  shares.find((share) => share.id === id && isStillOf(share, record))

const withShare = (current: SharesFile, share: Share): SharesFile => ({
  ...current,
  shares: current.shares.map((one) => (one.id === share.id ? share : one)),
})

const iso = (ms: number): string => new Date(ms).toISOString()

const emptyFile = (ids: NewId): SharesFile => ({ version: 1, key: ids.hex(32), shares: [], freed: [] })

function withoutOver(current: SharesFile, now: number): SharesFile {
  const over = current.shares.filter((share) => isOver(share, now))
  if (over.length === 0) return current
  const shares = current.shares.filter((share) => !over.includes(share))
  return { ...current, shares, freed: [...current.freed, ...freedBy(over, now)] }
}

function freedBy(shares: readonly Share[], now: number): Freed[] {
  return shares.flatMap(({ alias, loop, expiresAt }) =>
    alias === undefined ? [] : [{ alias, loop, at: iso(Math.min(now, Date.parse(expiresAt))) }],
  )
}

function whyFull(
  shares: readonly Share[],
  { loop, owner }: Share,
): "too-many-of-loop" | "too-many-of-user" | undefined {
  const count = (of: (share: Share) => boolean) => shares.filter(of).length
  if (count((share) => share.loop === loop) >= mostOfLoop) return "too-many-of-loop"
  return count((share) => share.owner === owner) >= mostOfUser ? "too-many-of-user" : undefined
}

interface Asked {
  alias: string
  now: number
  taken: readonly string[]
}

type Named =
  | { kind: "named"; alias?: string; inherits: boolean }
  | Exclude<ShareChanged, { kind: "changed" | "no-such-share" | "link-forbidden" }>

/** Whether a share may have the name that was asked for. A name that another loop gave back rests first. */
function nameFor({ shares, freed }: SharesFile, share: Share, { alias: text, now, taken }: Asked): Named {
  const others = shares.filter(({ id }) => id !== share.id)
  const isTaken = (label: string) => others.some((one) => labelOf(one) === label)
  if (text.trim() === "") return isTaken(share.id) ? { kind: "alias-taken" } : { kind: "named", inherits: false }
  const parsed = parseAlias(text)
  if (parsed.kind !== "alias") return { kind: parsed.kind === "wrong" ? "alias-wrong" : "alias-reserved" }
  const { alias } = parsed
  if (alias === share.alias) return { kind: "named", alias, inherits: share.inherits }
  if (taken.includes(alias)) return { kind: "alias-reserved" }
  // A share that got an alias was known by its id before: visitors still come, and bring what it left with them.
  const isKnown = others.some(({ id, loop }) => id === alias && loop !== share.loop)
  if (isKnown || isTaken(alias)) return { kind: "alias-taken" }
  const before = freed.filter((one) => one.alias === alias)
  const rests = before
    .filter(({ loop }) => loop !== share.loop)
    .map(({ at }) => Date.parse(at) + restDays * dayMs - now)
  const longest = Math.max(0, ...rests)
  if (longest > 0) return { kind: "alias-rests", days: Math.ceil(longest / dayMs) }
  const wasAnothers = parseShareId(alias) !== undefined && alias !== share.id
  return { kind: "named", alias, inherits: before.length > 0 || wasAnothers }
}
