import type { LoopId } from "../lib/ids.ts"
import type { Background } from "../platform/background.ts"
import type { Clock } from "../platform/clock.ts"
import { type Box, LinkFailed, type Sandboxes } from "../sandbox/index.ts"
import type { UpkeepNote } from "./index.ts"

export interface UpkeepNeeds {
  sandboxes: Pick<Sandboxes, "loops" | "running">
  clock: Clock
  background: Pick<Background, "run">
  /** Bytes that one loop may have on disk. */
  quota(): number
  /** A line that the loop's people read. */
  tell(loop: LoopId, note: UpkeepNote): Promise<void>
  /** Stops what the agent does. */
  pause(loop: LoopId): void
}

/** Looks every few minutes at what running loops use, and says what would else be found out by its effects. */
export interface Upkeep extends Disposable {
  begin(): void
  /** Looks at one loop now: whether it has used up its disk. */
  isFull(loop: LoopId): Promise<boolean>
  /** Looks whether the system ended something for want of memory or processes since the last look. */
  lookAtLimits(loop: LoopId): Promise<void>
}

type Level = "fine" | "near" | "full"

const lookMs = 5 * 60_000
const measureMs = 120_000
/** Below this it counts as fine again, so that nothing is told twice for a few bytes. */
const fineShare = 0.75
const nearShare = 0.8

export function createUpkeep({ sandboxes, clock, background, quota, tell, pause }: UpkeepNeeds): Upkeep {
  const levels = new Map<LoopId, Level>()
  const seen = new Map<LoopId, { kills: number; refusals: number }>()
  let cancel: (() => void) | undefined

  async function measure(loop: LoopId): Promise<Level> {
    const box = sandboxes.running(loop)
    const used = box && (await withLink(() => diskUse(box)))
    // Only now: somebody else may have looked meanwhile, and told.
    const before = levels.get(loop) ?? "fine"
    if (used === undefined) return before
    const now = levelOf(used / quota(), before)
    levels.set(loop, now)
    if (now !== before && now === "full") {
      pause(loop)
      await tell(loop, {
        code: "sandbox-disk-full",
        text: "The loop has used up its disk; the agent pauses.",
        level: "warning",
      })
    } else if (now === "near" && before === "fine") {
      await tell(loop, {
        code: "sandbox-disk-near",
        text: "The loop has used four fifths of its disk.",
        level: "warning",
      })
    }
    return now
  }

  async function lookAtLimits(loop: LoopId): Promise<void> {
    const box = sandboxes.running(loop)
    const stats = box && (await withLink(() => box.stats()))
    if (!stats) return
    const { kills = 0, refusals = 0 } = stats
    const known = seen.get(loop)
    // A container that was made anew counts from nothing again; a guest that was started again does not.
    const goesOn = known !== undefined && kills >= known.kills && refusals >= known.refusals
    const before = goesOn ? known : { kills: 0, refusals: 0 }
    seen.set(loop, { kills, refusals })
    if (kills > before.kills)
      await tell(loop, {
        code: "sandbox-memory",
        text: "A program used up the loop's memory and was ended.",
        level: "warning",
      })
    if (refusals > before.refusals)
      await tell(loop, {
        code: "sandbox-processes",
        text: "The loop has used up its number of processes.",
        level: "warning",
      })
  }

  async function lookAtAll(): Promise<void> {
    const running = sandboxes.loops()
    for (const known of [levels, seen]) for (const loop of known.keys()) if (!running.includes(loop)) known.delete(loop)
    // One after the other: to count a large tree is work for the disk that everybody shares.
    for (const loop of running) {
      await measure(loop)
      await lookAtLimits(loop)
    }
  }

  function lookLater(): void {
    cancel = clock.after(lookMs, () => {
      background.run("look at what loops use", lookAtAll)
      lookLater()
    })
  }

  return {
    begin: lookLater,
    isFull: async (loop) => levels.get(loop) === "full" && (await measure(loop)) === "full",
    lookAtLimits,
    [Symbol.dispose]: () => cancel?.(),
  }
}

function levelOf(share: number, before: Level): Level {
  if (share >= 1) return "full"
  if (share >= nearShare) return "near"
  return share >= fineShare && before !== "fine" ? "near" : "fine"
}

/** A sandbox that went away meanwhile uses nothing that could be told. */
async function withLink<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look()
  } catch (error) {
    if (error instanceof LinkFailed) return undefined
    throw error
  }
}

/** What lies in the loop's own folders, as claimed from inside. */
async function diskUse(box: Box): Promise<number | undefined> {
  const folders = [`/loopat/loop/${box.loop}/workdir`, `/loopat/loop/${box.loop}/.claude`, "/home/loopat"]
  const { stdout } = await box.capture(
    { argv: ["/usr/bin/du", "--summarize", "--block-size=1", "--", ...folders] },
    { timeoutMs: measureMs, maxOutput: 1 << 20 },
  )
  const sizes = stdout.split("\n").flatMap((line) => /^(\d{1,16})\t/.exec(line)?.[1] ?? [])
  return sizes.length === 0 ? undefined : sizes.reduce((sum, size) => sum + Number(size), 0)
}
