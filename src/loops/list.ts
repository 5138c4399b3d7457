import type { ShelfName } from "../lib/context-urls.ts"
import type { LoopId, UserName } from "../lib/ids.ts"
import { topicsOf } from "../lib/topics.ts"
import type { LoopFilter, LoopGrouping } from "../lib/urls.ts"
import type { SignedIn } from "../platform/http/visitor.ts"
import { sight } from "./access.ts"
import type { LoopRecord } from "./record.ts"
import type { Entry, Shelf } from "./shelf.ts"

export interface ListQuery {
  show: LoopFilter
  /** Words that must all be in the title. */
  search: string
  repo?: string
  /** In lower case. */
  topic?: string
  by: LoopGrouping
  /** Where the page before ended. */
  after?: string
  now: number
}

export interface ListPage {
  /** In their order; those by time also when they are empty: a live change may fill them. */
  groups: ListGroup[]
  /** Where the next page begins; undefined at the end. */
  next?: string
}

interface ListGroup {
  group: "needs-you" | "working" | "today" | "earlier" | "archived" | "repo" | "topic"
  /** The repository or topic; undefined for loops without one. */
  name?: string
  entries: Entry[]
}

const rowsPerPage = 60

/** One page of the loops that this person sees. Touches as many entries as it must, and no file. */
export function listPage(shelf: Shelf, user: SignedIn, query: ListQuery): ListPage {
  return query.by === "time" ? pageByTime(shelf, user, query) : pageByName(shelf, user, { ...query, by: query.by })
}

/** The page's loops by repository or first topic, the group with the newest activity first. */
function pageByName(shelf: Shelf, user: SignedIn, query: ListQuery & { by: "repo" | "topic" }): ListPage {
  const { entries, more } = take(shelf.ordered(), (entry) => matches(entry, user, query), {
    after: query.after,
    room: rowsPerPage,
  })
  const groups = new Map<string | undefined, ListGroup>()
  for (const entry of entries) {
    const name = sight(entry, user) === "all" ? nameIn(entry, query.by) : undefined
    const group = groups.get(name) ?? { group: query.by, ...(name !== undefined && { name }), entries: [] }
    group.entries.push(entry)
    groups.set(name, group)
  }
  return { groups: [...groups.values()], next: nextAfter(entries, more) }
}

const nameIn = ({ repo, title }: Entry, by: "repo" | "topic"): string | undefined =>
  by === "repo" ? repo?.name : topicsOf(title)[0]

function nextAfter(entries: readonly Entry[], more: boolean): string | undefined {
  const last = entries.at(-1)
  return more && last ? `${last.active}-${last.id}` : undefined
}

function pageByTime(shelf: Shelf, user: SignedIn, query: ListQuery): ListPage {
  const wanted = (entry: Entry) => matches(entry, user, query)
  const first = query.after === undefined
  const pinned = query.show === "archived" ? [] : shelf.lively().filter((entry) => isPinned(entry) && wanted(entry))
  const needsYou = pinned.filter((entry) => needs(entry, user))
  const working = pinned.filter((entry) => !needs(entry, user))
  const apart = new Set(pinned)
  const rest = query.show === "archived" ? ["archived" as const] : (["today", "earlier"] as const)
  const room = first ? Math.max(1, rowsPerPage - pinned.length) : rowsPerPage
  const { entries, more } = take(shelf.ordered(), (entry) => !apart.has(entry) && wanted(entry), {
    after: query.after,
    room,
  })

  const midnight = new Date(query.now).setHours(0, 0, 0, 0)
  const isIn = (group: (typeof rest)[number], entry: Entry) =>
    group === "archived" || (group === "today") === entry.active >= midnight
  const pins: ListPage["groups"] = [
    { group: "needs-you", entries: byActivity(needsYou) },
    { group: "working", entries: byActivity(working) },
  ]
  return {
    groups: [
      ...(first && query.show !== "archived" ? pins : []),
      ...rest.map((group) => ({ group, entries: entries.filter((entry) => isIn(group, entry)) })),
    ],
    next: nextAfter(entries, more),
  }
}

/** How many of a person's own loops wait for him. */
export const countNeedsYou = (shelf: Shelf, user: SignedIn): number =>
  shelf.lively().filter((entry) => needs(entry, user)).length

const recentRows = 12

/** The newest loops that a person takes part in and that are not put away. */
export function recentLoops(shelf: Shelf, user: SignedIn): Entry[] {
  const query = { show: "mine", search: "" } as const
  return take(shelf.ordered(), (entry) => matches(entry, user, query), { after: undefined, room: recentRows }).entries
}

/** A turn that failed is over: its loop stands where its time puts it, marked as failed. */
const isPinned = ({ activity }: Entry) => activity?.status !== "failed"

const needs = (entry: Entry, user: SignedIn) => entry.activity?.status === "needs-you" && entry.driver === user.name

const byActivity = (entries: Entry[]) => entries.sort((a, b) => b.active - a.active)

type Wanted = Pick<ListQuery, "show" | "search" | "repo" | "topic">

export function matches(entry: Entry, user: SignedIn, wanted: Wanted): boolean {
  const { show } = wanted
  const seen = sight(entry, user)
  if (seen === "nothing" || !hasWhatIsLookedFor(entry, wanted, seen === "all")) return false
  if ((entry.state.kind === "archived") !== (show === "archived")) {
    if (show !== "all") return false
  }
  if (show === "mine" && entry.createdBy !== user.name && entry.driver !== user.name) return false
  return show !== "driving" || entry.driver === user.name
}

/** Of a loop that somebody may not read nothing is found, by whatever it is looked for. */
function hasWhatIsLookedFor({ title, repo: own }: Entry, { search, repo, topic }: Wanted, readable: boolean): boolean {
  if (search === "" && repo === undefined && topic === undefined) return true
  if (!readable || (repo !== undefined && own?.name !== repo)) return false
  if (topic !== undefined && !topicsOf(title).includes(topic)) return false
  return search === "" || hasWords(title, search)
}

function hasWords(title: string, search: string): boolean {
  const text = title.toLocaleLowerCase()
  return search
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

function take(
  ordered: readonly Entry[],
  wanted: (entry: Entry) => boolean,
  { after, room }: { after: string | undefined; room: number },
): { entries: Entry[]; more: boolean } {
  const [, active = "", id = ""] = /^(\d{1,16}(?:\.\d+)?)-([0-9a-f-]{36})$/.exec(after ?? "") ?? []
  const start =
    active === ""
      ? 0
      : ordered.findIndex((one) => one.active < Number(active) || (one.active === Number(active) && one.id > id))
  const entries: Entry[] = []
  for (let at = start < 0 ? ordered.length : start; at < ordered.length; at++) {
    const entry = ordered[at]
    if (!entry || !wanted(entry)) continue
    if (entries.length === room) return { entries, more: true }
    entries.push(entry)
  }
  return { entries, more: false }
}

/** A loop that was made from a document, for whoever reads the document. */
export interface LoopFrom {
  id: LoopId
  title: string
  kind: LoopRecord["kind"]
  driver: UserName
  archived: boolean
  /** Last activity, in milliseconds since the epoch. */
  active: number
}

/** A document, or a text that is held for its author. */
export type LoopMaterial = { shelf: ShelfName; path: string } | { held: string }

/** Of the loops that this person may read, the newest activity first. */
export const loopsFrom = (shelf: Pick<Shelf, "ordered">, material: LoopMaterial, user: SignedIn): LoopFrom[] =>
  shelf
    .ordered()
    .filter((entry) => isFrom(entry, material, user))
    .filter((entry) => sight(entry, user) === "all")
    .map(({ id, title, kind, driver, state, active }) => ({
      ...{ id, title, kind, driver, active },
      archived: state.kind === "archived",
    }))

/** `personal` is everybody's own. */
function isFrom({ origin, createdBy }: Entry, material: LoopMaterial, user: SignedIn): boolean {
  if ("held" in material) return origin?.held === material.held
  if (origin?.shelf !== material.shelf || origin.path !== material.path) return false
  return material.shelf !== "personal" || createdBy === user.name
}

/** What lists know of a loop that this person may read. */
export function readableEntry(shelf: Pick<Shelf, "get">, id: LoopId, user: SignedIn): Entry | undefined {
  const entry = shelf.get(id)
  return entry && sight(entry, user) === "all" ? entry : undefined
}
