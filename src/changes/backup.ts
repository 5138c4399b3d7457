import { id6, type LoopId, type NewId } from "../lib/ids.ts"
import {
  type AgentNews,
  contextIn,
  createGitInside,
  type GitInside,
  GitRefused,
  type LoopNews,
  type Loops,
  type Workbench,
} from "../loops/index.ts"
import type { Background } from "../platform/background.ts"
import { type Clock, timestamp } from "../platform/clock.ts"
import type { Disk } from "../platform/disk/disk.ts"
import { createSerial } from "../platform/disk/serial.ts"
import type { Events } from "../platform/events.ts"
import { anyOwnCommit, anyOwnEdit } from "../platform/git/inside-unsaved.ts"
import { bestEffort, type Log } from "../platform/log.ts"
import { type Box, LinkFailed } from "../sandbox/index.ts"
import { identityVariables } from "../platform/git/inside-changes.ts"
import { packUnsaved } from "./unsaved.ts"

export interface BackupNeeds {
  loops: Pick<Loops, "record" | "serverFile" | "change">
  running: Workbench["running"]
  events: Pick<Events<LoopNews & AgentNews>, "on">
  background: Pick<Background, "run">
  disk: Pick<Disk, "writePieces" | "makeFolder" | "remove" | "exists">
  clock: Clock
  ids: NewId
  log: Log
  /** Of one bundle. */
  mostBytes?: number
}

const contexts = ["knowledge", "notes", "personal"] as const
type Context = (typeof contexts)[number]
const usualMostBytes = 100 << 20
const identity = identityVariables({ displayName: "loopat", email: "loopat@localhost" })

/**
 * Takes along, after each turn, what a loop's checkouts of contexts hold and nobody else has: a git bundle for each, which
 * the server never looks into. It stands for the newest state alone.
 */
export function createBackups(needs: BackupNeeds): void {
  const serial = createSerial()
  needs.events.on("turn.finished", ({ loop }) =>
    needs.background.run("back up a loop's contexts", () =>
      serial(loop, () => bestEffort(needs.log, "back up a loop's contexts", () => backUp(loop, needs))),
    ),
  )
}

async function backUp(loop: LoopId, needs: BackupNeeds): Promise<void> {
  const box = needs.running(loop)
  if (!box || !(await needs.loops.record(loop))) return
  for (const context of contexts) {
    const outcome = await backUpContext(context, box, needs).catch((error) =>
      leaveAlone(error, { context, loop, log: needs.log }),
    )
    if (outcome !== "unknown") await tell(outcome, { context, loop, needs })
  }
}

/** `unknown`: as it was before, for all that anybody knows. */
type Outcome = "backed-up" | "too-large" | "unknown"

async function backUpContext(context: Context, box: Box, needs: BackupNeeds): Promise<Outcome> {
  const { clock, ids, disk, mostBytes = usualMostBytes } = needs
  const folder = needs.loops.serverFile(box.loop, "backup")
  const path = `${folder}/${context}.bundle`
  const git = createGitInside({ box, clock, checkout: contextIn(context) })
  const own = await hasOwn(git)
  // What was taken along of a checkout that cannot be read any more is all there is of it.
  if (own === undefined) return "unknown"
  if (!own) {
    if (await disk.exists(path)) await disk.remove(path)
    return "backed-up"
  }
  const packed = await packUnsaved(git, { ids, identity, branch: `unsaved-${id6(box.loop)}` })
  if (packed.kind !== "packed") return "unknown"
  await disk.makeFolder(folder)
  await disk.writePieces(path, limited(packed.body, mostBytes))
  return "backed-up"
}

/** Until it is solved the loop's page says so, and the agent is told with its next start. */
async function tell(
  outcome: "backed-up" | "too-large",
  { context, loop, needs }: { context: Context; loop: LoopId; needs: BackupNeeds },
): Promise<void> {
  const isMine = ({ code, about }: { code: string; about: string }) => code === tooLarge && about === context
  const isTold = (await needs.loops.record(loop))?.warnings.some(isMine) ?? false
  if (isTold === (outcome === "too-large")) return
  const warning = { about: context, code: tooLarge, at: timestamp(needs.clock) }
  const text = `What only this loop has of ${context} is too large to be backed up. Promote it, or remove what is large.`
  await needs.loops.change(loop, (now) => {
    const warnings = now.warnings.filter((one) => !isMine(one))
    return { ...now, warnings: isTold ? warnings : [...warnings, { ...warning, text }] }
  })
}

const tooLarge = "backup-too-large"

/** Undefined where there is no repository, or one that git refuses. */
async function hasOwn(git: GitInside): Promise<boolean | undefined> {
  const [edit, commit] = [await git.ask(anyOwnEdit), await git.ask(anyOwnCommit)]
  return edit.ok && commit.ok ? edit.out.length + commit.out.length > 0 : undefined
}

/** More is not taken along, and what was taken before stays. */
async function* limited(body: ReadableStream<Uint8Array>, mostBytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const piece of body) {
    bytes += piece.length
    if (bytes > mostBytes) throw new TooLarge(`a backup takes at most ${mostBytes} bytes`)
    yield piece
  }
}

class TooLarge extends Error {}

/** A sandbox that goes away meanwhile, and what it has made of its checkouts, is no fault of the server. */
function leaveAlone(error: unknown, about: { context: string; loop: LoopId; log: Log }): "too-large" | "unknown" {
  const { context, loop, log } = about
  if (error instanceof TooLarge) {
    log.warn("what only this loop has of a context is too large to back up: promote or remove it there", {
      ...{ loop, context },
      error,
    })
    return "too-large"
  }
  if (!(error instanceof LinkFailed || error instanceof GitRefused)) throw error
  return "unknown"
}
