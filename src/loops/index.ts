import type { RecentLoopView } from "../../views/props/frame.ts"
import { type LoopId, type NewId, parseLoopId, type UserName } from "../lib/ids.ts"
import type { Background } from "../platform/background.ts"
import type { Clock } from "../platform/clock.ts"
import type { Disk } from "../platform/disk/disk.ts"
import type { Events } from "../platform/events.ts"
import type { SignedIn } from "../platform/http/visitor.ts"
import type { Log } from "../platform/log.ts"
import type { Hub } from "../platform/sse/hub.ts"
import type { Repos } from "../repos/index.ts"
import type { Sandboxes, SandboxSpec } from "../sandbox/contract.ts"
import { drivingRefusal, sight } from "./access.ts"
import type { AgentNews, DrivenLoop, LoopActivity, LoopNews, Loops, ViewedLoop } from "./contract.ts"
import { createCreation, type Created, type LoopDefaults, type NewLoop } from "./create.ts"
import { createFarewell, type Farewell } from "./farewell.ts"
import { createLife, type Life } from "./life.ts"
import { isPrepared } from "./loop.ts"
import { countNeedsYou, recentLoops } from "./list.ts"
import { createLiveLists, type LiveLists } from "./live.tsx"
import { createLooks, type Looks } from "./looks.ts"
import { loopFolders, prepareLoop } from "./prepare.ts"
import { recentView } from "./present.ts"
import { createPreparations } from "./preparations.ts"
import type { LoopRecord } from "./record.ts"
import { createRecords } from "./records.ts"
import { createShelf, type Shelf } from "./shelf.ts"
import { startShelf } from "./start.ts"
import { createLoopStore } from "./store.ts"
import { createTranscripts } from "./transcript.ts"
import type { WorkReport } from "./work-report.ts"

export * from "./contract.ts"
export * from "./record.ts"
export * from "./transcript-event.ts"
export type { LoopDefaults, NewLoop } from "./create.ts"
export { statusOf } from "./status.ts"
export type { Following } from "./live.tsx"
export { brokenView, loopHeader, preparingView } from "./present.ts"
export { loopsRoutes } from "./routes.tsx"
export type { RouteNeeds } from "./route-needs.ts"
export { inspectWork, type WorkReport } from "./work-report.ts"

export interface LoopsNeeds {
  disk: Disk
  clock: Clock
  ids: NewId
  log: Log
  events: Events<LoopNews & AgentNews>
  hub: Hub
  background: Background
  /** `LOOPAT_HOME`. */
  home: string
  repos: Repos
  sandboxes: Pick<Sandboxes, "giveAway" | "erase" | "remove" | "stop">
  defaults(user: UserName): Promise<LoopDefaults>
  /** How a person's commits are signed inside. */
  identity(user: UserName): Promise<SandboxSpec["identity"]>
  /** Looks at a loop's working folder inside its sandbox; undefined when that cannot be done. */
  inspectWork(loop: LoopId): Promise<WorkReport | undefined>
  /** Ends what the agent does in a loop; resolves when it writes nothing more. */
  endWork(loop: LoopId, why: "archived" | "deleted"): Promise<void>
  /** Days that a deleted loop can be brought back. */
  keptDays(): number
}

/** The feature's door: loops, what people do with them, and their list. */
export interface LoopsDoor extends Loops, Life, Farewell {
  create(wanted: NewLoop, user: SignedIn): Promise<Created>
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
  /** The newest that the agent told of a loop. */
  activity(id: LoopId): LoopActivity | undefined
  readonly shelf: Shelf
  readonly looks: Looks
}

export function createLoops(needs: LoopsNeeds): LoopsDoor {
  const { disk, clock, log, events, background, repos, sandboxes } = needs
  const store = createLoopStore({ disk, home: needs.home, run: needs.ids.hex(6) })
  const shelf = createShelf(clock.now())
  const records = createRecords({ store, shelf, events })
  const transcripts = createTranscripts({
    clock,
    file: store.transcript,
    appended(loop, lines) {
      shelf.touch(loop, clock.now())
      looks.noteEnds(loop, lines)
      events.announce("transcript.appended", { loop, events: lines })
    },
  })
  const looks = createLooks({
    store,
    shelf,
    background,
    lastSeq: (id) => transcripts.of(id).lastSeq(),
    changed: (id) => live.changed(id),
  })
  const preparing = { records, store, repos, disk, clock, log, sandboxes, transcript: transcripts.of }
  const preparations = createPreparations({
    background,
    prepare: (id, signal) => prepareLoop(id, preparing, signal),
    ready: (loop) => events.announce("loop.ready", { loop }),
  })
  const shared = { ...needs, records, store, shelf, transcripts, preparations, transcript: transcripts.of }
  const farewell = createFarewell(shared)
  const shelving = Promise.withResolvers<void>()
  const live = createLiveLists({ hub: needs.hub, clock, shelf, looks, background, shelved: shelving.promise })
  const unwatch = watchNews({ events, shelf, live })
  let complete = false

  return {
    ...createLife(shared),
    ...farewell,
    ...createReading({ records, readDeleted: records.readDeleted }),
    create: createCreation({
      store,
      repos,
      clock,
      defaults: needs.defaults,
      placed(record) {
        shelf.put(record, clock.now())
        events.announce("loop.created", { loop: record.id, by: record.createdBy })
        preparations.start(record.id)
      },
    }),
    start() {
      background.run("read the loops of this workspace", async (signal) => {
        await startShelf({ store, shelf, records, preparations, farewell, clock, log, background }, signal)
        complete = true
        shelving.resolve()
      })
    },
    shelved: shelving.promise,
    isShelved: () => complete,
    shelf,
    looks,
    live,
    needsYou: (user) => countNeedsYou(shelf, user),
    recent: (user) => recentLoops(shelf, user).map((entry) => recentView(entry, user)),
    activity: (id) => shelf.get(id)?.activity,

    record: (id) => records.read(id),
    async change(id, change) {
      const record = await records.change(id, change)
      if (!record) throw new Error(`there is no loop ${id}`)
      return record
    },
    transcript: transcripts.of,
    async sandboxSpec(id) {
      const record = await records.read(id)
      if (!record || !isPrepared(record)) return undefined
      return sandboxSpec(record, { folder: store.folder(id), repos, identity: await needs.identity(record.driver) })
    },
    async unfinished() {
      const marked = await store.running()
      const known = await Promise.all(marked.map((id) => disk.exists(store.folder(id))))
      return marked.filter((_, index) => known[index])
    },
    markUnfinished: (id, unfinished) => store.markRunning(id, unfinished),
    serverFile: (id, name) => `${store.folder(id)}/${name}`,
    async [Symbol.asyncDispose]() {
      unwatch()
      live[Symbol.dispose]()
    },
  }
}

interface NewsNeeds {
  events: LoopsNeeds["events"]
  shelf: Shelf
  live: LiveLists
}

/** Keeps lists true to what is told about loops. */
function watchNews({ events, shelf, live }: NewsNeeds): () => void {
  const stops = [
    events.on("agent.activity", ({ loop, activity }) => {
      shelf.setActivity(loop, activity)
      live.changed(loop)
    }),
    events.on("turn.finished", ({ loop }) => live.changed(loop)),
    events.on("loop.created", ({ loop }) => live.appeared(loop)),
    events.on("loop.restored", ({ loop }) => live.appeared(loop)),
    events.on("loop.changed", ({ loop }) => live.changed(loop)),
    events.on("loop.deleted", ({ loop }) => {
      live.gone(loop)
      shelf.remove(loop)
    }),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

interface Reading {
  records: { read(id: LoopId): Promise<LoopRecord | undefined> }
  readDeleted(id: LoopId): Promise<LoopRecord | undefined>
}

/** The only two ways to a loop for a person. */
function createReading({ records, readDeleted }: Reading): Pick<Loops, "forViewer" | "forDriver"> {
  const right = Symbol("driver")

  const viewed = (record: LoopRecord, user: SignedIn): ViewedLoop => ({
    record,
    viewer: user.name,
    drives: record.driver === user.name,
    owns: record.createdBy === user.name,
  })

  /** A deleted loop exists only for the people it belonged to. */
  async function goneFor(id: LoopId, user: SignedIn) {
    const record = await readDeleted(id)
    const mine = record && (record.createdBy === user.name || record.driver === user.name)
    return { kind: mine ? ("deleted" as const) : ("not-found" as const) }
  }

  return {
    async forViewer(given, user) {
      const id = parseLoopId(given)
      const record = id && (await records.read(id))
      if (!record || sight(record, user) !== "all") return { kind: "not-found" }
      return { kind: "viewed", loop: viewed(record, user) }
    },
    async forDriver(given, user) {
      const id = parseLoopId(given)
      if (!id) return { kind: "not-found" }
      const record = await records.read(id)
      if (!record) return goneFor(id, user)
      const mine = record.createdBy === user.name || record.driver === user.name
      if (sight(record, user) !== "all" && !(record.state.kind === "deleted" && mine)) return { kind: "not-found" }
      const refused = drivingRefusal(record, user.name)
      if (refused) return refused
      const loop: DrivenLoop = { ...viewed(record, user), drives: true, right }
      return { kind: "driven", loop }
    },
  }
}

interface SpecSource {
  folder: string
  repos: Pick<Repos, "objects">
  identity: SandboxSpec["identity"]
}

function sandboxSpec(record: LoopRecord, { folder, repos, identity }: SpecSource): SandboxSpec {
  return {
    loop: record.id,
    driver: record.driver,
    folders: loopFolders(folder, record),
    objects: record.repo ? { [record.repo.name]: repos.objects(record.repo.name) } : {},
    network: record.network,
    nested: record.flags.nested,
    identity,
  }
}
