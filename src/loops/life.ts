import type { LoopId, UserName } from "../lib/ids.ts"
import { parseLoopId, parseRepoName } from "../lib/ids.ts"
import type { Background } from "../platform/background.ts"
import { type Clock, timestamp } from "../platform/clock.ts"
import type { Events } from "../platform/events.ts"
import { parseRef } from "../platform/git/commands.ts"
import { bestEffort, type Log } from "../platform/log.ts"
import type { SignedIn } from "../platform/http/visitor.ts"
import type { Repos } from "../repos/index.ts"
import type { Sandboxes } from "../sandbox/contract.ts"
import { type Intention, type NotAllowed, refusal } from "./access.ts"
import type { LoopNews, Transcript } from "./contract.ts"
import { archive, parseTitle, prepareAgain, rename, restore } from "./loop.ts"
import type { Preparations } from "./preparations.ts"
import type { LoopRecord } from "./record.ts"
import type { Records } from "./records.ts"
import type { NewEvent } from "./transcript-event.ts"

export type Done = { kind: "done"; record: LoopRecord }
export type Renamed = Done | NotAllowed | { kind: "archived" } | { kind: "refused"; title: "missing" | "too-long" }
export type Retried = Done | NotAllowed | { kind: "refused"; fields: SourceFaults }

export interface SourceFaults {
  repo?: "unknown"
  ref?: "invalid"
  /** Only an administrator confirms a host; and only a key that the host shows at that moment. */
  hostKey?: "not-admin" | "not-shown"
}

/** What people do with a loop as a thing: name it, put it away, take it out again, have it prepared once more. */
export interface Life {
  rename(id: unknown, user: SignedIn, title: unknown): Promise<Renamed>
  archive(id: unknown, user: SignedIn): Promise<Done | NotAllowed>
  restore(id: unknown, user: SignedIn): Promise<Done | NotAllowed>
  /** Prepares a broken loop again, with another repository or ref when those are given. */
  retry(id: unknown, user: SignedIn, source?: Source): Promise<Retried>
  /** Stops the container, as a resource; the next message starts it. */
  stopSandbox(id: unknown, user: SignedIn): Promise<Done | NotAllowed>
}

/** Writes into the audit what somebody did to a loop; durable when it resolves. */
export type NoteDeed = (user: SignedIn, action: string, about: { loop: LoopId; why?: string }) => Promise<void>

/** What its own people do to a loop is in its transcript; an administrator's act on somebody else's is audited, too. */
const isForeign = ({ createdBy, driver }: LoopRecord, { name }: SignedIn) => name !== createdBy && name !== driver

export interface LifeNeeds {
  records: Records
  clock: Clock
  log: Log
  events: Events<LoopNews>
  background: Background
  preparations: Preparations
  repos: Pick<Repos, "has" | "confirmHost">
  sandboxes: Pick<Sandboxes, "stop" | "remove">
  transcript(id: LoopId): Transcript
  /** Ends what the agent does in a loop, before its container goes. */
  endWork(loop: LoopId, why: "archived" | "deleted"): Promise<void>
  note: NoteDeed
}

export function createLife(needs: LifeNeeds): Life {
  const { records, clock, events } = needs

  async function permitted(given: unknown, user: SignedIn, intention: Intention) {
    const id = parseLoopId(given)
    const record = id && (await records.read(id))
    if (!id || !record || record.state.kind === "deleted") return { kind: "not-found" as const }
    return refusal(record, user, intention) ?? { kind: "may" as const, id, record }
  }

  /** Undefined only when the loop was deleted in the same moment. */
  async function change(id: LoopId, how: (record: LoopRecord) => LoopRecord): Promise<Done | NotAllowed> {
    const record = await records.change(id, how)
    return record ? { kind: "done", record } : { kind: "not-found" }
  }

  async function noteForeign(user: SignedIn, action: string, record: LoopRecord): Promise<void> {
    if (isForeign(record, user)) await needs.note(user, action, { loop: record.id })
  }

  /** The record has changed, and that is what counts: a line that cannot be written must not stop what follows. */
  const note = (id: LoopId, line: NewEvent) =>
    bestEffort(needs.log, "note a change of a loop in its transcript", () => needs.transcript(id).append(line))

  return {
    async rename(given, user, text) {
      const may = await permitted(given, user, "rename")
      if (may.kind !== "may") return may
      if (may.record.state.kind === "archived") return { kind: "archived" }
      const title = parseTitle(text)
      if (title === undefined) return { kind: "refused", title: isBlank(text) ? "missing" : "too-long" }
      const from = may.record.title
      const outcome = await change(may.id, (record) => rename(record, title))
      if (outcome.kind === "done" && from !== title) {
        await note(may.id, { kind: "set", turn: null, what: "title", from, to: title, by: user.name })
        await noteForeign(user, "loop.rename", may.record)
      }
      return outcome
    },

    async archive(given, user) {
      const may = await permitted(given, user, "archive")
      if (may.kind !== "may") return may
      if (may.record.state.kind === "archived") return { kind: "done", record: may.record }
      await needs.preparations.stop(may.id)
      let changed = false
      const outcome = await change(may.id, (record) => {
        const next = archive(record, user.name, timestamp(clock))
        changed = next !== record
        return next
      })
      if (outcome.kind !== "done" || !changed) return outcome
      await note(may.id, { kind: "archived", turn: null, by: user.name })
      events.announce("loop.archived", { loop: may.id, by: user.name })
      needs.background.run("put away an archived loop's sandbox", async () => {
        await needs.endWork(may.id, "archived")
        await needs.sandboxes.remove(may.id)
      })
      await noteForeign(user, "loop.archive", may.record)
      return outcome
    },

    async restore(given, user) {
      const may = await permitted(given, user, "restore")
      if (may.kind !== "may") return may
      if (may.record.state.kind !== "archived") return { kind: "done", record: may.record }
      const outcome = await change(may.id, restore)
      if (outcome.kind !== "done") return outcome
      await note(may.id, { kind: "restored", turn: null, by: user.name })
      comeBack(outcome.record, user.name, needs)
      await noteForeign(user, "loop.restore", may.record)
      return outcome
    },

    async retry(given, user, source = {}) {
      const may = await permitted(given, user, "prepare")
      if (may.kind !== "may") return may
      // Nothing is lost by starting twice, and a former try may have been cut short right after its write.
      if (may.record.state.kind === "preparing") needs.preparations.start(may.id)
      if (may.record.state.kind !== "broken") return { kind: "done", record: may.record }
      const parsed = await parseSource(may.record, source, needs.repos)
      if (parsed.kind === "refused") return parsed
      const fault = await confirmHost(may.record, { source, user }, needs.repos)
      if (fault) return { kind: "refused", fields: { hostKey: fault } }
      const outcome = await change(may.id, (record) =>
        record.state.kind === "broken" ? { ...prepareAgain(record, timestamp(clock)), repo: parsed.repo } : record,
      )
      if (outcome.kind === "done") needs.preparations.start(may.id)
      return outcome
    },

    async stopSandbox(given, user) {
      const may = await permitted(given, user, "stop-sandbox")
      if (may.kind !== "may") return may
      await needs.sandboxes.stop(may.id, `stopped by ${user.name}`)
      await noteForeign(user, "loop.stop", may.record)
      return { kind: "done", record: may.record }
    },
  }
}

/** A loop is there again: whoever cares is told, and what was not finished preparing goes on. */
export function comeBack(
  record: LoopRecord,
  by: UserName,
  { events, preparations }: Pick<LifeNeeds, "events" | "preparations">,
): void {
  events.announce("loop.restored", { loop: record.id, by })
  if (record.state.kind === "preparing") preparations.start(record.id)
}

const isBlank = (text: unknown) => typeof text !== "string" || text.trim() === ""

interface Source {
  repo?: string
  ref?: string
  /** Fingerprint of the repository's host, compared by a person. */
  hostKey?: string
}

/** A host that is confirmed is so for the whole workspace: that is an administrator's word. */
async function confirmHost(
  { repo }: LoopRecord,
  { source, user }: { source: Source; user: SignedIn },
  repos: Pick<Repos, "confirmHost">,
): Promise<SourceFaults["hostKey"]> {
  if (source.hostKey === undefined || !repo) return undefined
  if (user.role !== "admin") return "not-admin"
  const confirmed = await repos.confirmHost(repo.name, source.hostKey)
  return confirmed.kind === "confirmed" ? undefined : "not-shown"
}

type ParsedSource = { kind: "source"; repo: LoopRecord["repo"] } | Extract<Retried, { kind: "refused" }>

async function parseSource({ repo }: LoopRecord, given: Source, repos: Pick<Repos, "has">): Promise<ParsedSource> {
  if (!repo) return { kind: "source", repo }
  if (given.repo === undefined && given.ref === undefined)
    return { kind: "source", repo: { ...repo, start: undefined } }
  const name = parseRepoName(given.repo?.trim() || repo.name)
  const ref = parseOptionalRef(given.ref)
  const known = name !== undefined && (await repos.has(name))
  if (known && ref !== undefined) return { kind: "source", repo: { ...repo, name, ref, start: undefined } }
  const fields: Extract<Retried, { kind: "refused" }>["fields"] = {}
  if (!known) fields.repo = "unknown"
  if (ref === undefined) fields.ref = "invalid"
  return { kind: "refused", fields }
}

/** Nothing typed is the trunk, written as an empty ref. */
function parseOptionalRef(given: string | undefined): string | undefined {
  const typed = given?.trim() ?? ""
  return typed === "" ? "" : parseRef(typed)
}
