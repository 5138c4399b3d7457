import type { LoopId } from "../lib/ids.ts"
import { type Clock, timestamp } from "../platform/clock.ts"
import { isDiskFull } from "../platform/disk/calls.ts"
import type { Disk } from "../platform/disk/disk.ts"
import type { Log } from "../platform/log.ts"
import type { Refused, Repos } from "../repos/index.ts"
import type { Sandboxes, SandboxSpec } from "../sandbox/contract.ts"
import type { Transcript } from "./contract.ts"
import type { LaidOut } from "./checkouts/lay-out.ts"
import { cloneInside } from "./direct.ts"
import { becomeReady, type Breakage, breakDown, startStep } from "./loop.ts"
import type { LoopRecord } from "./record.ts"
import type { Records } from "./records.ts"
import type { LoopStore } from "./store.ts"

export interface PrepareNeeds {
  layOut(id: LoopId): Promise<LaidOut>
  records: Records
  store: LoopStore
  repos: Pick<Repos, "find" | "refresh" | "resolve" | "checkOut">
  disk: Disk
  clock: Clock
  log: Log
  sandboxes: Pick<Sandboxes, "giveAway" | "erase" | "start" | "stop">
  /** Of a loop that is still being prepared. */
  specOf(record: LoopRecord): Promise<SandboxSpec>
  transcript(id: LoopId): Transcript
  /** What the loop is made from, into its working folder. */
  writeMaterial(record: LoopRecord, folder: string): Promise<"written" | "gone">
}

export type Prepared = { kind: "ready" } | { kind: "broken" } | { kind: "stopped" }

/** One step. Doing it again after a kill gives the same result. */
interface Step {
  name: string
  run(record: LoopRecord, needs: PrepareNeeds, signal: AbortSignal): Promise<Breakage | undefined>
}

const steps: readonly Step[] = [
  { name: "repository", run: fetchRepository },
  { name: "checkout", run: makeFolders },
  { name: "contexts", run: makeContexts },
  { name: "clone", run: cloneWithDriver },
]

/**
 * Takes a loop from `preparing` to `driven` or `broken`, from whichever step it had reached. Throws only when not even
 * the breakage could be written down.
 */
export async function prepareLoop(id: LoopId, needs: PrepareNeeds, signal: AbortSignal): Promise<Prepared> {
  try {
    const outcome = await takeSteps(id, needs, signal)
    if ("kind" in outcome) return outcome
    return signal.aborted ? { kind: "stopped" } : await breakLoop(id, outcome, needs)
  } catch (error) {
    if (signal.aborted) return { kind: "stopped" }
    return breakLoop(id, unforeseen(id, error, needs), needs)
  }
}

async function takeSteps(id: LoopId, needs: PrepareNeeds, signal: AbortSignal): Promise<Prepared | Breakage> {
  for (const step of steps) {
    const record = await needs.records.change(id, (now) => startStep(now, step.name, timestamp(needs.clock)))
    if (signal.aborted || record?.state.kind !== "preparing") return { kind: "stopped" }
    const breakage = await step.run(record, needs, signal)
    if (breakage) return isAboutSpace(breakage) ? { ...breakage, reason: "disk-full" } : breakage
    if (signal.aborted) return { kind: "stopped" }
  }
  const record = await needs.records.change(id, becomeReady)
  return { kind: record?.state.kind === "driven" ? "ready" : "stopped" }
}

const isAboutSpace = ({ sentence }: Breakage) => /no space left on device/i.test(sentence)

function unforeseen(loop: LoopId, error: unknown, { log }: PrepareNeeds): Breakage {
  if (isDiskFull(error)) return { reason: "disk-full", sentence: String(error) }
  log.error("a loop could not be prepared", { loop, error })
  return { reason: "failed", sentence: error instanceof Error ? error.message.slice(0, 400) : "" }
}

async function breakLoop(id: LoopId, breakage: Breakage, needs: PrepareNeeds): Promise<Prepared> {
  const record = await needs.records.change(id, (now) => breakDown(now, breakage, timestamp(needs.clock)))
  // It became ready, and only making that durable failed.
  if (record?.state.kind === "driven") return { kind: "ready" }
  if (record?.state.kind !== "broken") return { kind: "stopped" }
  const text = breakage.sentence || breakage.reason
  await needs.transcript(id).append({ kind: "notice", turn: null, code: breakage.reason, text, level: "error" })
  return { kind: "broken" }
}

/** Fetches as freshness asks and writes down which commit the loop starts from. */
async function fetchRepository(record: LoopRecord, needs: PrepareNeeds): Promise<Breakage | undefined> {
  if (!record.repo || record.repo.start !== undefined) return undefined
  const repo = await whoseRepository(record.repo, needs)
  if (repo.direct) {
    await needs.records.change(record.id, (now) => ({ ...now, repo }))
    return undefined
  }
  const fetched = await needs.repos.refresh(repo.name)
  if (fetched.kind === "not-in-roster") return { reason: "repo-gone", sentence: repo.name }
  if (fetched.kind === "unreachable") return breakageOf(fetched)
  const start = await needs.repos.resolve(repo.name, repo.ref || undefined)
  if (!start) return { reason: repo.ref === "" ? "repo-empty" : "ref-unknown", sentence: repo.ref || repo.name }
  // No program has run in a loop that was never ready: what was laid out for another start is ours to remove.
  const { workdir } = loopFolders(needs.store.folder(record.id), record)
  if (await needs.disk.exists(workdir)) await needs.sandboxes.erase(workdir)
  if (fetched.kind === "stale") await warnStale(record, fetched, needs)
  await needs.records.change(record.id, (now) => ({
    ...now,
    repo: { ...repo, ref: start.ref, start: start.commit },
  }))
  return undefined
}

/** Whether the server has something of it is for the roster to say, at each try. */
async function whoseRepository(
  repo: NonNullable<LoopRecord["repo"]>,
  { repos }: PrepareNeeds,
): Promise<NonNullable<LoopRecord["repo"]>> {
  const { direct: _, ...other } = repo
  return (await repos.find(repo.name))?.access === "direct" ? { ...other, direct: true } : other
}

const breakageOf = ({ why, sentence, hostKey }: Refused): Breakage => ({
  reason: `repo-${why}`,
  sentence,
  ...(hostKey && { hostKey }),
})

/** A host that may be somebody else is a warning of its own: the loop goes on from the copy, and nothing was sent there. */
async function warnStale(record: LoopRecord, stale: Refused & { at: string }, needs: PrepareNeeds): Promise<void> {
  const about = record.repo?.name ?? ""
  const code = stale.why === "host-changed" ? "host-changed" : "stale"
  const warning = { about, code, text: stale.sentence, at: stale.at }
  const isOld = (one: LoopRecord["warnings"][number]) => one.about === about && staleCodes.includes(one.code)
  await needs.records.change(record.id, (now) => ({
    ...now,
    warnings: [...now.warnings.filter((one) => !isOld(one)), warning],
  }))
}

const staleCodes = ["stale", "host-changed"]

async function makeFolders(record: LoopRecord, needs: PrepareNeeds): Promise<Breakage | undefined> {
  const { disk } = needs
  const folders = loopFolders(needs.store.folder(record.id), record)
  if (!(await disk.exists(folders.workdir))) {
    const breakage = await makeWorkdir(record, folders.workdir, needs)
    if (breakage) return breakage
  }
  for (const folder of [folders.claudeState, folders.home]) await disk.makeFolder(folder)
  for (const folder of Object.values(folders)) await needs.sandboxes.giveAway(folder)
  return undefined
}

/** Made under another name and renamed, so that a `workdir` that exists is a whole one. */
async function makeWorkdir(record: LoopRecord, workdir: string, needs: PrepareNeeds): Promise<Breakage | undefined> {
  const { id, repo } = record
  const folder = `${needs.store.folder(id)}/.workdir-half-made`
  await needs.disk.remove(folder)
  if (!repo) {
    await needs.disk.makeFolder(folder)
    if ((await needs.writeMaterial(record, folder)) === "gone") return { reason: "source-gone", sentence: "" }
    await needs.disk.move(folder, workdir)
    return undefined
  }
  if (repo.direct) {
    await needs.disk.makeFolder(workdir)
    return undefined
  }
  if (repo.start === undefined) throw new Error("the start commit was not written down")
  const made = await needs.repos.checkOut({ name: repo.name, commit: repo.start, branch: repo.branch, folder })
  if (made.kind === "failed") return { reason: "checkout-failed", sentence: made.sentence }
  await needs.disk.move(folder, workdir)
  return undefined
}

async function makeContexts({ id }: LoopRecord, needs: PrepareNeeds): Promise<Breakage | undefined> {
  const laid = await needs.layOut(id)
  return laid.kind === "version-unknown"
    ? { reason: "version-unknown", sentence: `${laid.context} ${laid.ref}` }
    : undefined
}

/** Of a repository of which the server has nothing. */
async function cloneWithDriver(
  record: LoopRecord,
  needs: PrepareNeeds,
  signal: AbortSignal,
): Promise<Breakage | undefined> {
  const { repo } = record
  if (!repo?.direct || repo.start !== undefined) return undefined
  const entry = await needs.repos.find(repo.name)
  if (entry?.access !== "direct") return { reason: "repo-gone", sentence: repo.name }
  const cloned = await cloneInside(record, { repo, address: entry.git }, { ...needs, signal })
  if (cloned.kind === "broken") return { reason: cloned.reason, sentence: cloned.sentence }
  const { ref, start } = cloned
  await needs.records.change(record.id, (now) => ({
    ...now,
    repo: { ...repo, ref, start },
    versions: { ...now.versions, repo: start },
  }))
  return undefined
}

/** The folders of a loop that its sandbox may write. */
export const loopFolders = (folder: string, { driver }: Pick<LoopRecord, "driver">) => ({
  workdir: `${folder}/workdir`,
  claudeState: `${folder}/.claude`,
  home: `${folder}/home/${driver}`,
})
