import { id8, type LoopId, parseLoopId } from "../lib/ids.ts"
import type { Background } from "../platform/background.ts"
import { type Clock, timestamp } from "../platform/clock.ts"
import { isDiskFailure } from "../platform/disk/calls.ts"
import type { Events } from "../platform/events.ts"
import { bestEffort, type Log } from "../platform/log.ts"
import type { SignedIn } from "../platform/http/visitor.ts"
import type { Sandboxes } from "../sandbox/contract.ts"
import { drivingRefusal, type NotAllowed, refusal, sight } from "./access.ts"
import type { LoopNews } from "./contract.ts"
import { comeBack, type Done, type NoteDeed } from "./life.ts"
import { bringBack, isPrepared, remove } from "./loop.ts"
import type { Preparations } from "./preparations.ts"
import type { LoopRecord } from "./record.ts"
import type { Records } from "./records.ts"
import type { LoopStore } from "./store.ts"
import type { Transcripts } from "./transcript.ts"
import type { NewEvent } from "./transcript-event.ts"
import { type CheckoutWork, hasWork, type WorkReport } from "./checkouts/work-report.ts"

/** What a person is told before a loop goes. */
export interface DeleteReport {
  id: LoopId
  /** What must be typed when there is work: the title, or the id's beginning for an admin who may not read the loop. */
  name: string
  /** Undefined when the working folder could not be looked at. */
  work?: WorkReport
  /** True when the name must be typed. */
  hasWork: boolean
  /** Whoever asks may take the work along. */
  maySave: boolean
  /** And may have it brought elsewhere, as its driver. */
  mayPush: boolean
  days: number
}

export type Deleted = Done | NotAllowed | { kind: "has-work"; report: DeleteReport }
export type Erased = { kind: "erased" } | NotAllowed | { kind: "title-differs" } | { kind: "not-erased" }

/** Deleting, bringing back and erasing. Nothing is erased that a person did not ask for or that can still come back. */
export interface Farewell {
  report(id: unknown, user: SignedIn): Promise<{ kind: "report"; report: DeleteReport } | NotAllowed>
  /** With work in it, only when `typed` is the title. */
  delete(id: unknown, user: SignedIn, typed?: string): Promise<Deleted>
  undelete(id: unknown, user: SignedIn): Promise<Done | NotAllowed>
  /** A deleted loop that this person may bring back. */
  deletedFor(id: unknown, user: SignedIn): Promise<{ id: LoopId; title: string } | undefined>
  /** Erases a deleted loop before its time. */
  erase(id: unknown, user: SignedIn, typed: string): Promise<Erased>
  /** Finishes what a kill interrupted and erases what is due; then once an hour. */
  purge(): Promise<void>
  /** Moves a loop whose record says `deleted` out of sight. */
  moveAway(id: LoopId): Promise<void>
}

export interface FarewellNeeds {
  records: Records
  store: LoopStore
  transcripts: Transcripts
  preparations: Preparations
  clock: Clock
  log: Log
  events: Events<LoopNews>
  background: Background
  sandboxes: Pick<Sandboxes, "remove" | "erase">
  inspectWork(loop: LoopId): Promise<WorkReport | undefined>
  endWork(loop: LoopId, why: "archived" | "deleted"): Promise<void>
  /** Days that a deleted loop can be brought back. */
  keptDays(): number
  note: NoteDeed
}

const dayMs = 86_400_000
const nothing: WorkReport = []

export function createFarewell(needs: FarewellNeeds): Farewell {
  const { records, store, clock, events } = needs
  const leaving = new Map<LoopId, Promise<void>>()

  async function permitted(given: unknown, user: SignedIn) {
    const id = parseLoopId(given)
    const record = id && (await records.read(id))
    if (!id || !record || record.state.kind === "deleted") return { kind: "not-found" as const }
    return refusal(record, user, "delete") ?? { kind: "may" as const, id, record }
  }

  async function permittedAfter(given: unknown, user: SignedIn) {
    const id = parseLoopId(given)
    if (!id) return { kind: "not-found" as const }
    await leaving.get(id)
    // In its old place when moving it away, or back, was cut short.
    const record = (await records.readDeleted(id)) ?? (await records.read(id))
    if (record?.state.kind !== "deleted") return { kind: "not-found" as const }
    return refusal(record, user, "undelete") ?? { kind: "may" as const, id, record }
  }

  async function reportOn(record: LoopRecord, user: SignedIn): Promise<DeleteReport> {
    const found = isPrepared(record) ? await needs.inspectWork(record.id) : nothing
    const maySave = mayRead(record, user)
    const mayPush = drivingRefusal(record, user.name) === undefined
    const named = mayPush ? found : found?.map(({ suspects: _, ...one }) => one)
    const work = maySave ? withoutOthers(named, record, user) : counted(named)
    return {
      id: record.id,
      name: nameFor(record, user),
      work,
      hasWork: hasWork(found),
      maySave,
      mayPush,
      days: needs.keptDays(),
    }
  }

  /** The record has changed, and that is what counts: a line that cannot be written must not stop what follows. */
  const note = (id: LoopId, line: NewEvent) =>
    bestEffort(needs.log, "note a change of a loop in its transcript", () => needs.transcripts.of(id).append(line))

  function moveAway(id: LoopId): Promise<void> {
    const before = leaving.get(id)
    if (before) return before
    const mine = leave(id).finally(() => leaving.delete(id))
    leaving.set(id, mine)
    return mine
  }

  async function leave(id: LoopId): Promise<void> {
    await needs.preparations.stop(id)
    await bestEffort(needs.log, "end the work in a deleted loop", () => needs.endWork(id, "deleted"))
    await bestEffort(needs.log, "remove a deleted loop's sandbox", () => needs.sandboxes.remove(id))
    await store.markRunning(id, false)
    await store.moveAway(id)
    needs.transcripts.forget(id)
  }

  async function eraseFolder(id: LoopId): Promise<boolean> {
    try {
      await needs.sandboxes.erase(store.deletedFolder(id))
      return true
    } catch (error) {
      if (isDiskFailure(error)) throw error
      needs.log.error("a deleted loop's folder could not be erased", { loop: id, error })
      return false
    }
  }

  async function eraseDue(): Promise<void> {
    for (const id of await store.deleted()) {
      const record = await records.readDeleted(id).catch((error) => {
        needs.log.error("a deleted loop's record cannot be read", { loop: id, error })
        return undefined
      })
      if (record?.state.kind === "deleted" && Date.parse(record.state.purgeAt) <= clock.now())
        await bestEffort(needs.log, "erase a deleted loop that is due", () => eraseFolder(id))
    }
  }

  return {
    moveAway,
    purge: eraseDue,

    async deletedFor(given, user) {
      const may = await permittedAfter(given, user)
      return may.kind === "may" ? { id: may.id, title: nameFor(may.record, user) } : undefined
    },

    async report(given, user) {
      const may = await permitted(given, user)
      return may.kind === "may" ? { kind: "report", report: await reportOn(may.record, user) } : may
    },

    async delete(given, user, typed) {
      const may = await permitted(given, user)
      if (may.kind !== "may") return may
      if (typed?.trim() !== nameFor(may.record, user)) {
        const report = await reportOn(may.record, user)
        if (report.hasWork) return { kind: "has-work", report }
      }
      const at = timestamp(clock)
      const purgeAt = new Date(clock.now() + needs.keptDays() * dayMs).toISOString()
      let changed = false
      const record = await records.change(may.id, (now) => {
        changed = now.state.kind !== "deleted"
        return remove(now, user.name, { at, purgeAt })
      })
      if (!record || !changed) return { kind: "not-found" }
      await note(may.id, { kind: "deleted", turn: null, by: user.name })
      events.announce("loop.deleted", { loop: may.id, by: user.name })
      const left = moveAway(may.id)
      needs.background.run("move a deleted loop away", () => left)
      await needs.note(user, "loop.delete", { loop: may.id })
      return { kind: "done", record }
    },

    async undelete(given, user) {
      const may = await permittedAfter(given, user)
      if (may.kind !== "may") return may
      if (await records.readDeleted(may.id)) await store.bringBack(may.id)
      const record = await records.change(may.id, bringBack)
      if (!record) return { kind: "not-found" }
      await note(may.id, { kind: "restored", turn: null, by: user.name })
      comeBack(record, user.name, needs)
      await needs.note(user, "loop.undelete", { loop: may.id })
      return { kind: "done", record }
    },

    async erase(given, user, typed) {
      const may = await permittedAfter(given, user)
      if (may.kind !== "may") return may
      if (typed.trim() !== nameFor(may.record, user)) return { kind: "title-differs" }
      if (await records.read(may.id)) await moveAway(may.id)
      await needs.note(user, "loop.purge", { loop: may.id })
      return { kind: (await eraseFolder(may.id)) ? "erased" : "not-erased" }
    },
  }
}

/** Whoever may delete a private loop without being one of its people does not thereby read it. */
const mayRead = (record: LoopRecord, user: SignedIn) => sight({ ...record, state: { kind: "driven" } }, user) === "all"

const nameFor = (record: LoopRecord, user: SignedIn): string => (mayRead(record, user) ? record.title : id8(record.id))

/** How much there is, without its names. */
function counted(work: WorkReport | undefined): WorkReport | undefined {
  const more = work?.reduce((sum, one) => sum + countOf(one), 0)
  return more === undefined || more === 0 ? work : [{ checkout: "", uncommitted: [], unpushed: [], more }]
}

const countOf = ({ uncommitted, unpushed, more, unseen }: CheckoutWork): number =>
  uncommitted.length + unpushed.length + more + (unseen ? 1 : 0)

/** The driver's own is named to nobody else. */
const withoutOthers = (work: WorkReport | undefined, { driver }: LoopRecord, user: SignedIn): WorkReport | undefined =>
  work?.map((one) =>
    one.checkout === "personal" && driver !== user.name
      ? { checkout: one.checkout, uncommitted: [], unpushed: [], more: countOf(one) }
      : one,
  )
