import { commandIn } from "../lib/command-in.ts"
import { imageName, judgedImage, mostImageBytes, mostImages } from "../lib/message-images.ts"
import { type LoopId, parseRepoName, type RepoName, type UserName, type VaultName } from "../lib/ids.ts"
import { type Clock, timestamp } from "../platform/clock.ts"
import type { SignedIn } from "../platform/http/visitor.ts"
import type { LoopOrigin } from "../lib/loop-origin.ts"
import { parseRef } from "../platform/git/commands.ts"
import type { Repos } from "../repos/index.ts"
import type { NoteDeed } from "./life.ts"
import { codeBranch } from "./checkouts/places.ts"
import { parseTitle } from "./loop.ts"
import { hasMaterial } from "./origins/material.ts"
import type { Description } from "./origins/describe.ts"
import type { LoopRecord } from "./record.ts"
import { type LoopStore, loopIdOfRequest } from "./store.ts"
import type { KnownEvent } from "./transcript-event.ts"

/** What somebody asks for, as it came from a form or a program. */
export interface NewLoop {
  /** Chosen by the page or program: the same one twice makes one loop. */
  clientId: string
  title?: string
  repo?: string
  ref?: string
  message?: string
  /** Of the first message. Without content one was too large. */
  images?: readonly { name: string; content?: Uint8Array }[]
  visibility?: string
  /** The versions to begin with: `latest`, `cached`, or a branch, tag or commit. */
  knowledge?: string
  notes?: string
  /** What it is made from. */
  origin?: LoopOrigin
}

export type NewLoopField =
  "clientId" | "title" | "repo" | "ref" | "message" | "visibility" | "knowledge" | "notes" | "origin" | "images"
export type FieldFault =
  "missing" | "too-long" | "invalid" | "unknown" | "needs-repo" | "not-here" | "command" | "too-many" | "too-large"

export type Created =
  /** `again`: the same request had made it before. */
  | { kind: "created"; loop: LoopId; again: boolean }
  | { kind: "refused"; fields: Partial<Record<NewLoopField, FieldFault>> }

/** What a person's new loops start with where he says nothing. */
export interface LoopDefaults {
  vault: VaultName
  visibility: LoopRecord["visibility"]
  network: LoopRecord["network"]
  permissionMode: LoopRecord["permissionMode"]
  thinking: string
}

export interface CreateNeeds {
  store: LoopStore
  repos: Pick<Repos, "has">
  clock: Clock
  /** Undefined where there is nothing of the kind that this person may read. */
  describe(origin: LoopOrigin, user: SignedIn): Promise<Pick<Description, "title" | "private"> | undefined>
  defaults(user: UserName): Promise<LoopDefaults>
  note: NoteDeed
  /** The loop is on disk: put it on the shelf, tell, prepare. */
  placed(record: LoopRecord): void
  /** The loop was there already: a former try may have been cut short right after its rename. */
  found(id: LoopId): Promise<void>
}

const longestMessage = 1_048_576
const longestDerivedTitle = 60

/** Accepts a new loop: no network, no git, no program; four fsyncs. From the answer on the loop exists. */
export function createCreation(needs: CreateNeeds) {
  const { store, clock } = needs
  const underWay = new Map<LoopId, Promise<Created>>()

  async function place(id: LoopId, wanted: Wanted, user: SignedIn): Promise<Created> {
    if (await store.deletedRecord(id).read()) return { kind: "created", loop: id, again: true }
    const record = newRecord({ id, wanted, user: user.name, at: timestamp(clock) }, await needs.defaults(user.name))
    if (record.flags.crossLoop) await needs.note(user, "loop.cross-loop", { loop: id })
    if (saysSomething(wanted)) await store.markRunning(id, true)
    if (!(await store.place(record, firstLines(record, wanted), wanted.images))) {
      await needs.found(id)
      return { kind: "created", loop: id, again: true }
    }
    needs.placed(record)
    return { kind: "created", loop: id, again: false }
  }

  return async function create(request: NewLoop, user: SignedIn): Promise<Created> {
    const parsed = await parseRequest(request, user, needs)
    if (parsed.kind === "refused") return parsed
    const id = loopIdOfRequest(user.name, parsed.wanted.clientId)
    const before = underWay.get(id)
    if (before) return again(await before)
    const mine = place(id, parsed.wanted, user).finally(() => underWay.delete(id))
    underWay.set(id, mine)
    return mine
  }
}

const again = (created: Created): Created => (created.kind === "created" ? { ...created, again: true } : created)

interface Wanted {
  clientId: string
  title?: string
  repo?: { name: RepoName; ref?: string }
  message?: string
  images: Image[]
  visibility?: LoopRecord["visibility"]
  freshness?: LoopRecord["freshness"]
  origin?: LoopOrigin
}

/** As the transcript names it, and its bytes. */
export interface Image extends ImageLine {
  content: Uint8Array
}

type ImageLine = { name: string; type: string; bytes: number; sha256: string }

const saysSomething = ({ message, images }: Pick<Wanted, "message" | "images">) =>
  message !== undefined || images.length > 0

type Parsed = { kind: "accepted"; wanted: Wanted } | Extract<Created, { kind: "refused" }>

type ParseNeeds = Pick<CreateNeeds, "repos" | "describe">

async function parseRequest(request: NewLoop, user: SignedIn, { repos, describe }: ParseNeeds): Promise<Parsed> {
  const given = whatIsGiven(request)
  const fields: Partial<Record<NewLoopField, FieldFault>> = {}
  const clientId = /^[\w.:-]{1,128}$/.test(request.clientId) ? request.clientId : undefined
  if (clientId === undefined) fields.clientId = "invalid"
  const title = given.title === undefined ? undefined : parseTitle(given.title)
  if (given.title !== undefined && title === undefined) fields.title = "too-long"
  const message = faultOfMessage(given.message)
  if (message) fields.message = message
  const images = parseImages(request, fields)
  const repo = await parseRepo(given, repos, fields)
  const visibility = parseVisibility(given, fields)
  const freshness = parseFreshness(request, fields)
  const origin = await parseOrigin(request, user, { describe, fields })
  if (clientId === undefined || Object.keys(fields).length > 0) return { kind: "refused", fields }
  const wanted = { clientId, title, repo, message: given.message, images, visibility, freshness }
  return { kind: "accepted", wanted: { ...wanted, ...(origin && madeFrom(origin, wanted)) } }
}

type Origin = Pick<Description, "title" | "private"> & { origin: LoopOrigin }

async function parseOrigin(
  { origin, repo }: NewLoop,
  user: SignedIn,
  { describe, fields }: Pick<CreateNeeds, "describe"> & { fields: Partial<Record<NewLoopField, FieldFault>> },
): Promise<Origin | undefined> {
  if (!origin) return undefined
  const made = await describe(origin, user)
  if (!made) fields.origin = "unknown"
  if (repo?.trim() && hasMaterial(origin)) fields.repo = "not-here"
  return made && { ...made, origin }
}

/** Nobody is shown a loop whose material is not theirs. */
const madeFrom = (made: Origin, { title, visibility }: Omit<Wanted, "origin">) => ({
  origin: made.origin,
  title: title ?? made.title,
  visibility: made.private ? ("private" as const) : visibility,
})

function faultOfMessage(message: string | undefined): FieldFault | undefined {
  if (message === undefined) return undefined
  if (message.length > longestMessage) return "too-long"
  // There is no sandbox yet in which it could be run, and the agent must not take it for words.
  return commandIn(message) === undefined ? undefined : "command"
}

/** What each is, is judged by its bytes. */
function parseImages({ images = [] }: NewLoop, fields: Partial<Record<NewLoopField, FieldFault>>): Image[] {
  if (images.length > mostImages) fields.images = "too-many"
  return images.slice(0, mostImages).flatMap(({ name, content }) => {
    const image = content && judgedImage(content)
    if (content && image) return [{ name: imageName(name), ...image, content }]
    fields.images ??= content && content.length <= mostImageBytes ? "invalid" : "too-large"
    return []
  })
}

const visibilities = ["private", "workspace", "public"] as const

function parseVisibility(
  { visibility: given }: { visibility?: string },
  fields: Partial<Record<NewLoopField, FieldFault>>,
): LoopRecord["visibility"] | undefined {
  const visibility = visibilities.find((one) => one === given)
  if (given !== undefined && visibility === undefined) fields.visibility = "unknown"
  return visibility
}

/** A field left empty was not given. */
const whatIsGiven = ({ title, repo, ref, message, visibility }: NewLoop) => ({
  title: title?.trim() || undefined,
  repo: repo?.trim() || undefined,
  ref: ref?.trim() || undefined,
  message: message?.trim() ? message : undefined,
  visibility: visibility || undefined,
})

function parseFreshness(
  request: NewLoop,
  fields: Partial<Record<NewLoopField, FieldFault>>,
): LoopRecord["freshness"] | undefined {
  const given = (["knowledge", "notes"] as const).flatMap((context) => {
    const typed = request[context]?.trim()
    if (!typed || typed === "latest") return []
    // The choice of a version without one.
    const ref = typed === "version" ? undefined : parseRef(typed)
    if (ref === undefined) fields[context] = typed === "version" ? "missing" : "invalid"
    return ref === undefined ? [] : [[context, ref] as const]
  })
  return given.length > 0 ? Object.fromEntries(given) : undefined
}

async function parseRepo(
  given: { repo?: string; ref?: string },
  repos: Pick<Repos, "has">,
  fields: Partial<Record<NewLoopField, FieldFault>>,
): Promise<Wanted["repo"]> {
  if (given.repo === undefined) {
    if (given.ref !== undefined) fields.ref = "needs-repo"
    return undefined
  }
  const name = parseRepoName(given.repo)
  const ref = given.ref === undefined ? undefined : parseRef(given.ref)
  if (given.ref !== undefined && ref === undefined) fields.ref = "invalid"
  if (name !== undefined && (await repos.has(name))) return { name, ref }
  fields.repo = "unknown"
  return undefined
}

interface Placing {
  id: LoopId
  wanted: Wanted
  user: UserName
  at: string
}

function newRecord({ id, wanted, user, at }: Placing, defaults: LoopDefaults): LoopRecord {
  const title = wanted.title ?? titleFrom(wanted.message)
  return {
    version: 1,
    id,
    kind: wanted.origin?.kind ?? "work",
    ...(wanted.origin && { origin: wanted.origin }),
    title,
    titleBy: wanted.title === undefined ? "default" : "person",
    createdAt: at,
    createdBy: user,
    driver: user,
    drivers: [{ user, from: at }],
    state: { kind: "preparing", since: at, step: "accepted", steps: [] },
    visibility: wanted.visibility ?? defaults.visibility,
    ...(wanted.freshness && { freshness: wanted.freshness }),
    ...(wanted.repo && {
      repo: { name: wanted.repo.name, ref: wanted.repo.ref ?? "", branch: codeBranch(id, title) },
    }),
    profiles: [],
    vault: defaults.vault,
    network: defaults.network,
    flags: { crossLoop: wanted.origin?.kind === "cross-loop", nested: false },
    permissionMode: defaults.permissionMode,
    rules: [],
    thinking: defaults.thinking,
    warnings: [],
    clientId: wanted.clientId,
  }
}

/** Until somebody or the agent names it, a loop is called by the beginning of its first message. */
function titleFrom(message: string | undefined): string {
  const line = parseTitle(message?.slice(0, 2_000).trim().split("\n")[0]?.slice(0, 400)) ?? "untitled"
  const letters = [...line]
  return letters.length <= longestDerivedTitle
    ? line
    : `${letters
        .slice(0, longestDerivedTitle - 1)
        .join("")
        .trimEnd()}…`
}

function firstLines(record: LoopRecord, { message = "", images, clientId }: Wanted): KnownEvent[] {
  const { createdAt: at, createdBy: by } = record
  const born: KnownEvent = { seq: 1, at, turn: null, kind: "loop-created", version: 1, by }
  if (message === "" && images.length === 0) return [born]
  const first = { kind: "user-message", by, via: "web", clientId: `first:${clientId}`, text: message } as const
  const attachments = images.map(({ content: _, ...line }) => line)
  return [born, { seq: 2, at, turn: null, ...first, attachments }]
}
