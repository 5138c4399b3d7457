import type { ActorNeeds } from "./actor.ts"
import { type Asks, createAsks } from "./asks.ts"
import { agentFile, nothingSaved } from "./agent-file.ts"
import { type Companion, createCompanion } from "./companion.ts"
import { type Context, createContext } from "./context-usage.ts"
import { createEar, type Ear } from "./ear.ts"
import { createEffects, type Effects } from "./effects.ts"
import type { AgentEnd, Mode } from "./live-agent.ts"
import { createBlobs } from "./oversize.ts"
import { isForPeople, isHarmless } from "./rules.ts"
import { createStarting, type Starting } from "./starting.ts"
import { createTimers, type Timers } from "./timers.ts"
import { type AgentEvent, type AgentState, type Failure, openTurn } from "./turn.ts"
import { createWatch, type Watch } from "./watch.ts"
import { createWriter, type Writer } from "./writer.ts"

/** What the parts of an actor share: its state, and the one way to change it. */
export interface Core {
  readonly state: AgentState
  readonly mode: Mode
  dispatch(event: AgentEvent): void
  /** Something ended that no event tells of. */
  lookAgain(): void
  /** One thing after the other, in the order in which it was decided. */
  inOrder(what: string, work: () => Promise<void>): void
}

export interface Parts {
  writer: Writer
  asks: Asks
  ear: Ear
  companion: Companion
  context: Context
  starting: Starting
  effects: Effects
  timers: Timers
  watch: Watch
  /** As the actor says it. */
  idle(): boolean
}

export function createParts(needs: ActorNeeds, core: Core): Parts {
  const { loop, history, clock, loops, times } = needs
  const { dispatch, inOrder } = core
  const writer = createWriter(loops.transcript(loop), clock, (refusal) => {
    if (refusal === undefined) needs.log.info("the disk takes the agent's lines again", { loop })
    else needs.log.warn("the disk refuses the agent's lines, which wait for room", { loop, error: refusal })
    needs.live.changed()
  })
  const turn = () => openTurn(core.state)
  const asks = createAsks({
    loop,
    history,
    writer,
    record: () => loops.record(loop),
    turn: () => turn() ?? null,
    opened: (ask) => dispatch({ kind: "asked", ask }),
    closed: (ask) => dispatch({ kind: "closed", ask }),
  })
  const ear = createEar({
    ...needs,
    blobs: createBlobs(needs.disk, loops),
    writer,
    inOrder,
    dispatch,
    turn,
    safe: (upTo) => companion.agent?.safe(upTo),
    flooded: () =>
      inOrder("end an agent that says too much", async () => {
        await companion.end()
        await writer.flushed()
        dispatch({ kind: "process-ended", failure: saidTooMuch })
      }),
  })
  const file = agentFile(needs)
  const companion = createCompanion({
    ...needs,
    file,
    writer,
    hasSpoken: () => history.uuids.size > 0,
    undone: () => history.undone,
    another: ear.another,
    listener: {
      decide: asks.decide,
      beforeTool: async () => needs.beforeTool?.(loop),
      mustAsk: (tool) => core.mode === "default" && !isHarmless(tool) && !isForPeople(tool),
    },
    ended: (end) =>
      inOrder("end the turn of an agent that is gone", async () => {
        ear.brokeOff()
        await writer.flushed()
        dispatch({ kind: "process-ended", failure: failureOf(end) })
      }),
    cleared: (id) =>
      inOrder("note that the conversation was cleared", async () => {
        await loops.change(loop, (record) => ({ ...record, agentSession: id }))
        await file.update((saved = nothingSaved) => ({ ...saved, session: id }))
        await writer.now({ kind: "session", turn: turn() ?? null, id, why: "cleared" })
      }),
  })
  const context = createContext({
    ...needs,
    file,
    agent: () => companion.agent,
    window: () => (starting.choice?.kind === "usable" ? starting.choice.window : undefined),
    changed: needs.live.changed,
  })
  const starting = createStarting({ ...needs, companion, ear, dispatch, over: core.lookAgain })
  const idle = () => core.state.phase.kind === "idle" && core.state.queue.length === 0 && needs.marker.claims === 0
  const effects = createEffects({ ...needs, writer, asks, companion, context, starting, ear, idle, dispatch })
  const timers = createTimers({ clock, times, viewers: needs.viewers, dispatch })
  const watch = createWatch({
    ...needs,
    companion,
    lost: () =>
      inOrder("end a turn that has no agent", async () => {
        // Its end may have been told while this waited.
        if (!companion.agent) dispatch({ kind: "process-ended", failure: failureOf(unknownEnd) })
      }),
  })
  return { writer, asks, ear, companion, context, starting, effects, timers, watch, idle }
}

const saidTooMuch: Failure = {
  reason: "agent-flood",
  sentence: "The agent said far more than anybody could read and was ended. What it said before is kept.",
  action: "continue",
}

const unknownEnd: AgentEnd = { code: null, signal: null, lastWords: "" }

function failureOf(end: AgentEnd): Failure {
  const how = end.signal === null ? `code ${end.code ?? "unknown"}` : end.signal
  return {
    reason: "agent-ended",
    sentence: "The agent's program ended in the middle of its work. What it had done so far is kept.",
    action: "continue",
    detail: [`It ended with ${how}.`, end.lastWords].filter((text) => text !== "").join("\n"),
  }
}
