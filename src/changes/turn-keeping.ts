import type { LoopId, NewId } from "../lib/ids.ts"
import {
  type AgentNews,
  createGitInside,
  type GitInside,
  type LoopNews,
  type Transcript,
  type Workbench,
} from "../loops/index.ts"
import type { Background } from "../platform/background.ts"
import { type Clock, within } from "../platform/clock.ts"
import type { Events } from "../platform/events.ts"
import type { Log } from "../platform/log.ts"
import { LinkFailed } from "../sandbox/index.ts"
import { endOfTurn, forgetOldTurns, keepMomentOf } from "./turns.ts"
import { UndoRefused } from "./undo.ts"

export interface TurnKeepingNeeds {
  loops: { transcript(loop: LoopId): Pick<Transcript, "append"> }
  running: Workbench["running"]
  events: Events<LoopNews & AgentNews>
  background: Background
  clock: Clock
  ids: NewId
  log: Log
}

/** Keeps what each loop's files were before and after every turn, beside the agent's own work. */
export interface TurnKeeping {
  /** Resolves when the moment before the turn that begins is kept, cannot be, or takes longer than tools wait. */
  begun(loop: LoopId): Promise<void>
}

/** The model is asked meanwhile: only a tool that comes sooner than this notices. */
const toolsWaitMs = 5_000

export function createTurnKeeping(needs: TurnKeepingNeeds): TurnKeeping {
  const { events, clock } = needs
  /** One moment of a loop after the other. */
  const order = new Map<LoopId, Promise<void>>()
  const beginning = new Map<LoopId, Promise<void>>()
  /** Loops whose people know already that their turns are not kept. */
  const told = new Set<LoopId>()

  function inOrder(loop: LoopId, what: string, work: (git: GitInside) => Promise<void>): Promise<void> {
    const box = needs.running(loop)
    if (!box) return Promise.resolve()
    const mine = (order.get(loop) ?? Promise.resolve())
      .then(() => work(createGitInside({ box, clock })))
      .catch((error: unknown) => passOver(loop, error))
      .finally(() => {
        if (order.get(loop) === mine) order.delete(loop)
      })
    order.set(loop, mine)
    needs.background.run(what, () => mine)
    return mine
  }

  /** A turn that could not be kept is one that people cannot go back from; the agent's work goes on. */
  async function passOver(loop: LoopId, error: unknown): Promise<void> {
    if (error instanceof LinkFailed && error.kind === "timeout") return tell(loop)
    if (!(error instanceof LinkFailed || error instanceof UndoRefused)) throw error
    needs.log.info("a turn's files were not kept", { loop, error })
  }

  async function tell(loop: LoopId): Promise<void> {
    if (told.has(loop)) return
    told.add(loop)
    const text = "The files of this turn were not kept: there are too many, or they are too large."
    await needs.loops
      .transcript(loop)
      .append({ kind: "notice", turn: null, code: "turn-not-kept", level: "info", text })
  }

  events.on("turn.begins", ({ loop, turn }) => {
    const mine = inOrder(loop, "keep the files before a turn", async (git) => {
      await keepMomentOf(git, { turn, moment: "before" }, needs)
    })
    beginning.set(loop, mine)
    void mine.finally(() => beginning.get(loop) === mine && beginning.delete(loop))
  })

  events.on("turn.finished", ({ loop, turn }) =>
    inOrder(loop, "keep the files after a turn", async (git) => {
      const end = await endOfTurn(git, turn, needs)
      if (end.kind === "too-large") return tell(loop)
      if (end.kind === "not-begun") return
      told.delete(loop)
      const { files, added, removed } = end
      if (files > 0)
        await needs.loops.transcript(loop).append({ kind: "turn-changed", turn: null, of: turn, files, added, removed })
      await forgetOldTurns(git, clock)
    }),
  )

  return {
    async begun(loop) {
      const mine = beginning.get(loop)
      if (mine) await within(clock, toolsWaitMs, mine)
    },
  }
}
