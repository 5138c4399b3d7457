import { type LoopId, newTurnId, type TurnId } from "../lib/ids.ts"
import type { LoopRecord } from "../loops/index.ts"
import { createAsks, type Asks } from "./asks.ts"
import { createCompanion, modeOf } from "./companion.ts"
import { createEar } from "./ear.ts"
import { createEffects } from "./effects.ts"
import { type History, openAsks } from "./history.ts"
import type { AgentEnd } from "./live-agent.ts"
import type { AgentNeeds, AgentTimes, Choice } from "./needs.ts"
import type { Marker } from "./marker.ts"
import { isForPeople, isHarmless } from "./rules.ts"
import type { NamedValue } from "./scrub.ts"
import { createStarting } from "./starting.ts"
import { createTimers } from "./timers.ts"
import { type AgentEvent, type AgentState, type Failure, type Hold, idleState, openTurn, reduce } from "./turn.ts"
import { createWriter, type Writer } from "./writer.ts"

/** What the pages show while an agent works; see live.ts. */
export interface LiveText {
  block(block: string, of: "text" | "thinking" | "tool", tool?: string): void
  piece(block: string, text: string): void
  /** The streaming block is whole; `stored`: its line is on its way into the transcript. */
  still(stored: boolean): void
  /** What was being written when the agent broke off. */
  unfinished(): { of: "text" | "thinking"; text: string } | undefined
  retrying(attempt: number, of: number): void
  /** State or queue changed. */
  changed(): void
  hide(values: readonly NamedValue[]): void
}

/** The owner of one loop's agent: of its queue, its process, its permissions, interrupts and lines. */
export interface Actor {
  readonly loop: LoopId
  readonly state: AgentState
  readonly history: History
  readonly asks: Asks
  readonly writer: Writer
  /** When the phase began, in milliseconds. */
  readonly since: number
  /** Which model the running or last turn was started with. */
  readonly choice: Choice | undefined
  dispatch(event: AgentEvent): void
  /** Goes on with what an earlier server left. */
  recover(record: LoopRecord): Promise<void>
  /** The record says so now: mode, state. */
  recordChanged(record: LoopRecord): void
  /** A viewer came or went. */
  viewersChanged(): void
  /** Resolves when nothing is left to do for what was dispatched so far. */
  settled(): Promise<void>
  /** Resolves when no turn is open and no process runs. */
  ended(): Promise<void>
  /** Leaves the agent running for the next server, and does nothing any more. */
  leave(): Promise<void>
  /** Nothing runs, waits or is asked: it can be forgotten. */
  readonly quiet: boolean
}

export interface ActorNeeds extends AgentNeeds {
  loop: LoopId
  history: History
  live: LiveText
  times: AgentTimes
  viewers(): number
  marker: Marker
}

export function createActor(needs: ActorNeeds): Actor {
  const { loop, history, live, clock, ids, loops, log } = needs
  const writer = createWriter(loops.transcript(loop), clock)
  let state: AgentState = idleState
  let since = clock.now()
  let left = false
  let mode = "bypassPermissions"
  let chain: Promise<unknown> = Promise.resolve()
  let whenEnded: (() => void)[] = []

  /** One thing after the other, in the order in which it was decided. */
  const inOrder = (what: string, work: () => Promise<void>) => {
    chain = chain.then(work).catch((error: unknown) => log.error(`could not ${what}`, { loop, error }))
  }

  const asks = createAsks({
    loop,
    history,
    writer,
    record: () => loops.record(loop),
    turn: () => openTurn(state) ?? null,
    opened: (ask) => dispatch({ kind: "asked", ask }),
    closed: (ask) => dispatch({ kind: "closed", ask }),
  })
  const ear = createEar({
    history,
    writer,
    live,
    loop,
    log,
    inOrder,
    dispatch: (event) => dispatch(event),
    refusal: () => needs.lastRefusal?.(loop),
    turn: () => openTurn(state),
    safe: (upTo) => companion.agent?.safe(upTo),
  })
  const companion = createCompanion({
    ...needs,
    writer,
    hasSpoken: () => history.uuids.size > 0,
    listener: {
      heard: ear.heard,
      decide: (call) => asks.decide(call),
      mustAsk: (tool) => mode === "default" && !isHarmless(tool) && !isForPeople(tool),
    },
    ended: (end) =>
      inOrder("end the turn of an agent that is gone", async () => {
        await writer.flushed()
        ear.brokeOff()
        dispatch({ kind: "process-ended", failure: failureOf(end) })
      }),
  })
  const starting = createStarting({ ...needs, companion, ear, dispatch: (event) => dispatch(event) })
  const effects = createEffects({
    ...needs,
    writer,
    asks,
    companion,
    starting,
    ear,
    idle: () => state.phase.kind === "idle" && state.queue.length === 0 && needs.marker.claims === 0,
    dispatch: (event) => dispatch(event),
  })
  const timers = createTimers({
    clock,
    times: needs.times,
    viewers: needs.viewers,
    dispatch: (event) => dispatch(event),
  })

  const boxed = () => needs.sandboxes.running(loop) !== undefined
  const arm = () => timers.arm(state, { alive: companion.agent !== undefined, boxed: boxed() })

  function dispatch(event: AgentEvent): void {
    if (left) return
    const before = state
    const [next, todo] = reduce(state, event, newTurnId(ids))
    state = next
    if (before.phase !== next.phase) since = clock.now()
    for (const effect of todo) inOrder(effect.do, () => effects.perform(effect))
    arm()
    live.changed()
    inOrder("look whether everything has ended", tellEnded)
  }

  async function tellEnded(): Promise<void> {
    arm()
    if (state.phase.kind !== "idle" || companion.agent) return
    const tell = whenEnded
    whenEnded = []
    for (const one of tell) one()
  }

  function take(record: LoopRecord): void {
    mode = modeOf(record)
    const why = holdOf(record)
    if (why === state.held) return
    dispatch(why === undefined ? { kind: "released" } : { kind: "held", why })
  }

  return {
    loop,
    history,
    asks,
    writer,
    get state() {
      return state
    },
    get since() {
      return since
    },
    get choice() {
      return starting.choice
    },
    dispatch,
    async recover(record) {
      mode = modeOf(record)
      const joined = await starting.join(record).catch((error: unknown) => {
        log.warn("could not join the agent of an earlier server", { loop, error })
        return false
      })
      const queue = history.waiting.map(({ seq }) => seq)
      state = recovered(history, queue, joined)
      const why = holdOf(record)
      if (why) state = { ...state, held: why }
      const { turn } = history
      if (turn && !joined && state.phase.kind !== "parked") dispatch({ kind: "process-ended", failure: restarted })
      else if (turn && joined) ear.resumed(turn, companion)
      if (state.phase.kind === "idle" && !state.stalled) dispatch(why ? { kind: "held", why } : { kind: "released" })
      arm()
    },
    recordChanged(record) {
      const before = mode
      take(record)
      if (before !== mode) inOrder("change the mode", async () => companion.agent?.setMode(modeOf(record)))
    },
    viewersChanged: () => arm(),
    async settled() {
      for (let seen; seen !== chain;) {
        seen = chain
        await seen
      }
    },
    ended() {
      const { promise, resolve } = Promise.withResolvers<void>()
      whenEnded.push(resolve)
      inOrder("look whether everything has ended", tellEnded)
      return promise
    },
    async leave() {
      left = true
      timers.stop()
      await writer.flushed()
      companion.leave()
    },
    get quiet() {
      return state.phase.kind === "idle" && state.queue.length === 0 && !companion.agent && !boxed()
    },
  }
}

/** Why a loop's messages wait, as its record says. */
function holdOf({ state }: LoopRecord): Hold | undefined {
  return state.kind === "driven" ? undefined : state.kind
}

const restarted: Failure = {
  reason: "server-restarted",
  sentence: "The server was restarted and the agent did not survive it. What it had done so far is kept.",
  action: "continue",
}

function failureOf(end: AgentEnd): Failure {
  const how = end.signal === null ? `code ${end.code ?? "unknown"}` : end.signal
  return {
    reason: "agent-ended",
    sentence: "The agent's program ended in the middle of its work. What it had done so far is kept.",
    action: "continue",
    detail: [`It ended with ${how}.`, end.lastWords].filter((text) => text !== "").join("\n"),
  }
}

/** What the transcript says about a loop whose server was stopped or killed. */
function recovered(history: History, queue: readonly number[], joined: boolean): AgentState {
  const { turn } = history
  const stalled = history.failed && queue.length > 0
  if (!turn) return { phase: { kind: "idle" }, queue, stalled }
  const asks = openAsks(history)
  const id: TurnId = turn.id
  if (asks.length === 0) return { phase: { kind: "running", turn: id, by: turn.by }, queue, stalled: false }
  if (joined) return { phase: { kind: "asking", turn: id, asks }, queue, stalled: false }
  const answered = [...history.asks]
    .filter(([, one]) => one.answered && one.answered.by !== "loopat")
    .map(([ask]) => ask)
  return { phase: { kind: "parked", turn: id, asks, answered }, queue, stalled: false }
}
