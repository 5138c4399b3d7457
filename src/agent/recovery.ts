import type { LoopRecord } from "../loops/index.ts"
import type { ActorNeeds } from "./actor.ts"
import { type History, openAsks } from "./history.ts"
import type { Core, Parts } from "./parts.ts"
import type { AgentState, Failure, Hold } from "./turn.ts"

/** Goes on with what an earlier server left: joins its agent where it still runs, else says what became of the turn. */
export async function recover(
  needs: ActorNeeds,
  record: LoopRecord,
  { starting, ear, companion }: Parts,
): Promise<Recovered> {
  const { history, log, loop } = needs
  const joined = await starting.join(record).catch((error: unknown) => {
    log.warn("could not join the agent of an earlier server", { loop, error })
    return false
  })
  const held = holdOf(record)
  const state = stateBefore(history, record, joined)
  return {
    joined,
    state,
    goOn({ dispatch }, outdated) {
      const { turn } = history
      if (turn && joined) ear.resumed(turn, companion)
      else if (turn && state.phase.kind !== "parked")
        dispatch({ kind: "process-ended", failure: outdated ? replaced : restarted })
      else if (!state.stalled) dispatch(held ? { kind: "held", why: held } : { kind: "released" })
    },
  }
}

/** What the transcript says, before anything is heard of the agent: it may speak while it is being joined. */
export const stateBefore = (history: History, record: LoopRecord, joined: boolean): AgentState => {
  const held = holdOf(record)
  return { ...stateOf(history, joined), ...(held && { held }) }
}

export interface Recovered {
  joined: boolean
  state: AgentState
  /** Acts on it, once the actor has taken the state over. */
  goOn(core: Pick<Core, "dispatch">, outdated: boolean): void
}

/** Why a loop's messages wait, as its record says. */
export function holdOf({ state }: LoopRecord): Hold | undefined {
  return state.kind === "driven" ? undefined : state.kind
}

const restarted: Failure = {
  reason: "server-restarted",
  sentence: "The server was restarted and the agent did not survive it. What it had done so far is kept.",
  action: "continue",
}

const replaced: Failure = {
  reason: "sandbox-outdated",
  sentence: "The server was updated and its link to the sandbox with it. What the agent had done so far is kept.",
  action: "continue",
}

/** What the transcript says about a loop whose server was stopped or killed. */
function stateOf(history: History, joined: boolean): AgentState {
  const { turn } = history
  const queue = history.waiting.map(({ seq }) => seq)
  if (!turn) return { phase: { kind: "idle" }, queue, stalled: history.failed && queue.length > 0 }
  const asks = openAsks(history)
  if (asks.length === 0) return { phase: { kind: "running", turn: turn.id, by: turn.by }, queue, stalled: false }
  if (joined) return { phase: { kind: "asking", turn: turn.id, asks }, queue, stalled: false }
  const answered = [...history.asks]
    .filter(([, one]) => one.answered && one.answered.by !== "loopat")
    .map(([ask]) => ask)
  return { phase: { kind: "parked", turn: turn.id, asks, answered }, queue, stalled: false }
}
