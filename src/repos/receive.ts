import type { NewId } from "../lib/ids.ts"
import { CutShort, type PipeReader } from "../platform/git/pipe-reader.ts"
import { NoProtocol, readLines } from "../platform/git/pkt-line.ts"
import { readRef } from "../platform/git/refs.ts"
import { indexPack, type Quarantine } from "../platform/git/serving.ts"
import { feedFrom } from "../platform/process/feed.ts"
import { isDiskFailure } from "../platform/disk/calls.ts"
import type { Asker } from "./asker.ts"
import type { By } from "./contract.ts"
import type { Outside } from "./outside.ts"
import type { Place } from "./place.ts"
import { parsePushed, type PushedCommand } from "./pushed-commands.ts"
import { type BranchMove, refusedPush } from "./push-content.ts"
import type { Judged } from "./push-policy.ts"
import type { PushRefused } from "./push-words.ts"
import { moved } from "./writing.ts"

export interface Received {
  commands: readonly PushedCommand[]
  capabilities: ReadonlySet<string>
  refused?: PushRefused
}

export interface PushNeeds {
  place: Place
  outside: Pick<Outside, "offer">
  ids: NewId
  asker: Asker
  trunk: string
  judge(command: PushedCommand): Judged
  /** Everything is there, and the branches are about to move. */
  beforeMove?(moves: readonly BranchMove[]): Promise<void>
}

/** Bytes of the list of commands, and of everything behind it. */
const most = { commands: 256 * 1024, push: 512 << 20 }

/**
 * Takes a push as a whole or not at all. The list of commands is read and judged first; what they bring is then looked
 * at in a quarantine, and only what passes becomes part of the repository. Undefined for a push of nothing.
 */
export async function receivePush(
  needs: PushNeeds,
  pipe: PipeReader,
  signal: AbortSignal,
): Promise<Received | undefined> {
  const list = await readList(pipe)
  if (list === undefined) return undefined
  if (list.kind !== "parsed") {
    await drain(pipe)
    return { commands: [], capabilities: sideBand, refused: { kind: "refused", code: list.kind } }
  }
  const { commands, capabilities } = list
  const judged = await judgeAll(needs, commands)
  if (judged.kind === "refused") await drain(pipe)
  const refused = judged.kind === "refused" ? judged : await bringIn(needs, judged.moves, { pipe, signal })
  return { commands, capabilities, ...(refused && { refused }) }
}

/** What a client that says nothing sensible is taken to understand. */
const sideBand: ReadonlySet<string> = new Set(["report-status", "side-band-64k"])

async function readList(pipe: PipeReader) {
  try {
    const lines = await readLines(pipe, most.commands)
    return lines.length === 0 ? undefined : parsePushed(lines)
  } catch (error) {
    if (error instanceof NoProtocol || error instanceof CutShort) return { kind: "malformed" as const }
    throw error
  }
}

/** A client listens only when it has said everything. */
async function drain(pipe: PipeReader): Promise<void> {
  let size = 0
  for await (const piece of pipe.rest()) {
    size += piece.length
    if (size > most.push) return
  }
}

async function judgeAll(
  { place, asker, judge }: PushNeeds,
  commands: readonly PushedCommand[],
): Promise<PushRefused | { kind: "allowed"; moves: BranchMove[] }> {
  const resting = await restingNow(asker)
  if (resting) return resting
  const moves: BranchMove[] = []
  for (const command of commands) {
    const judged = judge(command)
    if (judged.kind === "refused") return judged
    const { branch, forward } = judged
    // Nothing is made of a branch that is somewhere else than the pushing side thinks.
    if ((await readRef(place.disk, place.folder, command.ref)) !== command.from)
      return { kind: "refused", code: "not-forward", ref: command.ref }
    moves.push({ ...command, branch, forward })
  }
  return { kind: "allowed", moves }
}

async function restingNow(asker: Asker): Promise<PushRefused | undefined> {
  const state = await asker.rests()
  return state && { kind: "refused", code: "resting", state }
}

async function bringIn(
  needs: PushNeeds,
  moves: readonly BranchMove[],
  { pipe, signal }: { pipe: PipeReader; signal: AbortSignal },
): Promise<PushRefused | undefined> {
  const { place, ids, asker } = needs
  const folder = `${place.folder}/objects/incoming-${ids.hex(8)}`
  const quarantine = { repository: place.folder, folder }
  try {
    await place.disk.makeFolder(`${folder}/pack`)
    const brings = moves.some(({ to }) => to !== undefined)
    const broken = brings ? await takePack(place, quarantine, { pipe, signal }) : undefined
    if (broken) return broken
    const refused = await refusedPush(place, quarantine, { moves, asker })
    return refused ?? (await place.inTurn(() => accept(needs, quarantine, moves)))
  } catch (error) {
    if (isDiskFailure(error)) return { kind: "refused", code: "no-room" }
    if (signal.aborted) return { kind: "refused", code: "busy" }
    throw error
  } finally {
    await removeQuarantine(place, folder)
  }
}

/** What a sick disk keeps is cleared when the repository is next opened; whether the push was taken is decided. */
async function removeQuarantine({ disk }: Place, folder: string): Promise<void> {
  try {
    await disk.remove(folder)
  } catch (error) {
    if (!isDiskFailure(error)) throw error
  }
}

async function takePack(
  place: Place,
  quarantine: Quarantine,
  { pipe, signal }: { pipe: PipeReader; signal: AbortSignal },
): Promise<PushRefused | undefined> {
  await using running = await place.git.start(indexPack(quarantine, most.push), { signal })
  const said = Promise.all([new Response(running.stdout).text(), new Response(running.stderr).text()])
  const fed = await feedFrom(running, pipe.rest(), most.push)
  if (fed === "too-many") running.kill()
  const [[, complaint], code] = await Promise.all([said, running.exited])
  if (signal.aborted) return { kind: "refused", code: "busy" }
  if (fed === "too-many" || /exceeds maximum allowed size/.test(complaint))
    return { kind: "refused", code: "too-large" }
  if (/No space left on device|Disk quota exceeded/.test(complaint)) return { kind: "refused", code: "no-room" }
  if (code !== 0) return { kind: "refused", code: /unresolved delta/.test(complaint) ? "incomplete" : "broken" }
  return undefined
}

/** The objects first, then all branches at once: a program killed in between leaves objects that nobody refers to. */
async function accept(
  needs: PushNeeds,
  quarantine: Quarantine,
  moves: readonly BranchMove[],
): Promise<PushRefused | undefined> {
  const { place, asker } = needs
  const resting = await restingNow(asker)
  if (resting) return resting
  await moveIn(place, quarantine)
  const first = await offeredOutside(needs, moves)
  if (first) return first
  await needs.beforeMove?.(moves)
  if (!(await moved(place, moves))) return { kind: "refused", code: "not-forward", ref: moves[0]?.ref ?? "" }
  const by: By = { user: asker.user, pushed: true, ...(asker.kind === "loop" && { loop: asker.loop }) }
  for (const { branch, from, to } of moves)
    place.announce({ branch, by, ...(from !== undefined && { from }), ...(to !== undefined && { to }) })
  return undefined
}

/** What has newer content elsewhere is fetched here and merged by whoever pushes, before anything moves. */
async function offeredOutside(
  { outside, trunk }: PushNeeds,
  moves: readonly BranchMove[],
): Promise<PushRefused | undefined> {
  const move = moves.find(({ branch }) => branch === trunk)
  if (move?.to === undefined || (await outside.offer(move.to)) !== "moved") return undefined
  return { kind: "refused", code: "not-forward", ref: move.ref }
}

/** A pack is found by its index, so that comes last. */
async function moveIn({ disk, folder }: Place, quarantine: Quarantine): Promise<void> {
  const names = await disk.list(`${quarantine.folder}/pack`)
  const isIndex = (name: string) => name.endsWith(".idx")
  await disk.makeFolder(`${folder}/objects/pack`)
  for (const name of [...names.filter((one) => !isIndex(one)), ...names.filter(isIndex)]) {
    const place = `${folder}/objects/pack/${name}`
    if (!(await disk.exists(place))) await disk.move(`${quarantine.folder}/pack/${name}`, place)
  }
}
