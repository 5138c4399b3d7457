import type { RecentLoopView } from "../../views/props/frame.ts"
import type { LoopId } from "../lib/ids.ts"
import type { LoopOrigin } from "../lib/loop-origin.ts"
import type { SignedIn } from "../platform/http/visitor.ts"
import { createPulling, type Pulling } from "./checkouts/pull.ts"
import { contextVersions, type ContextVersion } from "./checkouts/versions.ts"
import type { LoopActivity, Loops } from "./contract.ts"
import { type Created, createCreation, type NewLoop } from "./create.ts"
import type { Farewell } from "./farewell.ts"
import { createLife, type Life } from "./life.ts"
import { countNeedsYou, readableEntry, type LoopFrom, type LoopMaterial, loopsFrom, recentLoops } from "./list.ts"
import type { LiveLists } from "./live.tsx"
import type { Looks } from "./looks.ts"
import { type Asker, describeOrigin, type Description } from "./origins/describe.ts"
import type { LoopsNeeds } from "./needs.ts"
import { createOwnLimits, type OwnLimits } from "./limits.ts"
import { createOutbound, type Outbound } from "./outbound.ts"
import { createParts } from "./parts.ts"
import { recentView } from "./present.ts"
import { createReading } from "./reading.ts"
import type { LoopRecord } from "./record.ts"
import type { Entry, Shelf } from "./shelf.ts"
import { createTalkSearch, type TalkSearch } from "./search/search-talk.ts"
import { specMaker } from "./spec.ts"
import { startShelf } from "./start.ts"
import { createStrictness, type Strictness } from "./strictness.ts"
import { createShown, type Shown } from "./visibility.ts"

export * from "./contract.ts"
export type { LoopFrom } from "./list.ts"
export * from "./record.ts"
export * from "./transcript-event.ts"
export type { LoopDefaults, NewLoop } from "./create.ts"
export { shownOn, streamLoop, type LoopStreamNeeds } from "./loop-stream.ts"
export {
  boxAt,
  type Checkout,
  contextIn,
  findCheckout,
  isVaultPath,
  listCheckouts,
  mayBeCheckout,
  vaultsFolder,
} from "./checkouts/inside.ts"
export { createGitInside, type GitInside, GitRefused, hasNoRepository } from "./checkouts/git-inside.ts"
export { asDriver, asDriverWith, asViewer, refuseDriver } from "./replies.tsx"
export { createWorkbench, linkLost, mayWrite, unplacedSentence, unplacedView } from "./workbench.ts"
export type { NotPlaced, Workbench } from "./workbench.ts"
export { statusOf } from "./status.ts"
export type { Following } from "./live.tsx"
export { brokenView, loopHeader, preparingView } from "./present.ts"
export { WantedStrictness } from "./strictness.ts"
export { loopsRoutes } from "./routes.tsx"
export { sightRoutes } from "./sight-routes.tsx"
export type { RouteNeeds } from "./route-needs.ts"
export { bundleName } from "./farewell-present.ts"
export { createSaveWork } from "./save-work.ts"
export { inspectWork, type WorkReport } from "./checkouts/work-report.ts"
export { followProposals } from "./proposed.ts"
export { createContextUpkeep } from "./checkouts/upkeep.ts"
export { createUpkeep } from "./upkeep.ts"
export type { LoopsNeeds } from "./needs.ts"

/** The feature's door: loops, what people do with them, and their list. */
export interface LoopsDoor extends Loops, Life, Shown, Farewell, Outbound, OwnLimits, Strictness, Pulling {
  create(wanted: NewLoop, user: SignedIn): Promise<Created>
  /** What a loop made from this would be prefilled with; undefined where this person may not make one. */
  describe(origin: LoopOrigin, asker: Asker): Promise<Description | undefined>
  /** The loops that this person may read and that were made from this, the newest activity first. */
  from(material: LoopMaterial, user: SignedIn): LoopFrom[]
  /** Finds what was said in loops that a person may read. */
  searchTalk: TalkSearch["search"]
  /** Reads the shelf and goes on with what was interrupted; call once, before listening. Returns at once. */
  start(): void
  /** Resolves when the shelf is complete. */
  readonly shelved: Promise<void>
  isShelved(): boolean
  /** Live changes of lists, badges and marks, for any page of a signed-in person. */
  readonly live: LiveLists
  /** How many of a person's own loops wait for him. */
  needsYou(user: SignedIn): number
  /** A few loops to jump to. */
  recent(user: SignedIn): RecentLoopView[]
  /** Since when nothing happens in a loop, in milliseconds; undefined while its agent does something or waits for a person. */
  idleSince(id: LoopId): number | undefined
  /** A line about what the server did with a loop's sandbox. `code` begins with `sandbox-`. */
  noteUpkeep(id: LoopId, note: UpkeepNote): Promise<void>
  /** The newest that the agent told of a loop. */
  activity(id: LoopId): LoopActivity | undefined
  /** How many loops were made on each repository, deleted ones that may come back among them. */
  loopsByRepository(): Promise<ReadonlyMap<string, number>>
  /** The commits that its contexts began with, and how far they are behind now. */
  versions(record: LoopRecord): Promise<ContextVersion[]>
  readonly shelf: Shelf
  readonly looks: Looks
}

export interface UpkeepNote {
  code: `sandbox-${string}`
  text: string
  level?: "info" | "warning"
}

export function createLoops(needs: LoopsNeeds): LoopsDoor {
  const parts = createParts(needs)
  const { store, shelf, records, transcripts, preparations, farewell, looks, live, shelving, origins } = parts
  const { clock, events, repos } = needs
  let complete = false
  const { search } = createTalkSearch({
    ...{ ...needs, folder: store.folder, ordered: shelf.ordered },
    isThere: (loop) => shelf.get(loop) !== undefined,
    readable: (loop, user) => readableEntry(shelf, loop, user),
    isShelved: () => complete,
    name: () => needs.ids.hex(8),
  })

  const specOf = specMaker(parts)

  return {
    ...createLife(parts),
    ...createShown(parts),
    ...createOutbound(parts),
    ...createOwnLimits(parts),
    ...createStrictness(parts),
    ...createPulling(parts),
    ...farewell,
    ...createReading(records),
    describe: (origin, asker) => describeOrigin(origin, asker, origins),
    from: (material, user) => loopsFrom(shelf, material, user),
    create: createCreation({
      describe: (origin, user) => describeOrigin(origin, { user, locale: "en" }, origins),
      store,
      repos,
      clock,
      defaults: needs.defaults,
      note: needs.note,
      placed(record) {
        shelf.put(record, clock.now())
        events.announce("loop.created", { loop: record.id, by: record.createdBy })
        preparations.start(record.id)
      },
      async found(id) {
        const record = shelf.get(id) ? undefined : await records.read(id)
        if (record) takeUp(record, parts)
      },
    }),
    start() {
      needs.background.run("read the loops of this workspace", async (signal) => {
        await startShelf(parts, signal)
        complete = true
        shelving.resolve()
      })
    },
    shelved: shelving.promise,
    isShelved: () => complete,
    searchTalk: search,
    ...{ shelf, looks, live },
    needsYou: (user) => countNeedsYou(shelf, user),
    recent: (user) => recentLoops(shelf, user).map((entry) => recentView(entry, user)),
    activity: (id) => shelf.get(id)?.activity,
    idleSince: (id) => idleSince(shelf.get(id)),
    async noteUpkeep(id, { code, text, level = "info" }) {
      await transcripts.of(id).append({ kind: "notice", turn: null, code, level, text })
    },

    record: (id) => records.read(id),
    async change(id, change) {
      const record = await records.change(id, change)
      if (!record) throw new Error(`there is no loop ${id}`)
      return record
    },
    transcript: transcripts.of,
    sandboxSpec: specOf,
    loopsByRepository: () => loopsByRepository(parts),
    versions: async (record) => (needs.contexts ? contextVersions(record, needs.contexts.shelves) : []),
    async layOut(id) {
      const laid = await parts.layOut(id)
      if (laid.kind === "version-unknown") throw new Error(`${laid.context} has no version ${laid.ref}`)
    },
    async unfinished() {
      const marked = await store.running()
      const known = await Promise.all(marked.map((id) => needs.disk.exists(store.folder(id))))
      return marked.filter((_, index) => known[index])
    },
    markUnfinished: (id, unfinished) => store.markRunning(id, unfinished),
    serverFile: (id, name) => `${store.folder(id)}/${name}`,
    async [Symbol.asyncDispose]() {
      parts.unwatch()
      preparations[Symbol.dispose]()
      live[Symbol.dispose]()
    },
  }
}

/** Shelves a loop that lies on disk and goes on with what was interrupted in it. */
function takeUp(record: LoopRecord, { shelf, preparations }: ReturnType<typeof createParts>): void {
  shelf.put(record)
  if (record.state.kind === "preparing") preparations.start(record.id)
}

/** Asked of the disk: whether something may be thrown away is not for a list in memory to say. */
async function loopsByRepository({
  store,
}: Pick<ReturnType<typeof createParts>, "store">): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  const alive = (await store.all()).map((id) => store.record(id).read())
  const deleted = (await store.deleted()).map((id) => store.deletedRecord(id).read())
  for (const record of await Promise.all([...alive, ...deleted]))
    if (record?.repo) counts.set(record.repo.name, (counts.get(record.repo.name) ?? 0) + 1)
  return counts
}

function idleSince(entry: Entry | undefined): number | undefined {
  const { activity, active = 0 } = entry ?? {}
  if (!activity) return active
  return activity.status === "idle" || activity.status === "failed" ? activity.since : undefined
}
