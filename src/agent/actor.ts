import { type LoopId, newTurnId } from "../lib/ids.ts"
import type { LoopRecord } from "../loops/index.ts"
import { bestEffort } from "../platform/log.ts"
import type { ImageHealth } from "../sandbox/index.ts"
import type { Asks } from "./asks.ts"
import { modeOf } from "./companion.ts"
import type { Context } from "./context-usage.ts"
import type { History } from "./history.ts"
import type { Mode } from "./live-agent.ts"
import type { Marker } from "./marker.ts"
import type { AgentNeeds, AgentTimes } from "./needs.ts"
import { type Core, createParts } from "./parts.ts"
import { holdOf, recover, stateBefore } from "./recovery.ts"
import type { NamedValue } from "./scrub.ts"
import type { Told } from "./shell-told.ts"
import { type AgentEvent, type AgentState, idleState, reduce } from "./turn.ts"
import type { Writer } from "./writer.ts"

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
  readonly state: AgentState
  readonly history: History
  readonly asks: Asks
  readonly writer: Writer
  readonly context: Context
  /** What a start is at, while one is under way. */
  readonly step: string | undefined
  /** The base image, while a start waits for it. */
  readonly image: ImageHealth | undefined
  /** When the phase began, in milliseconds. */
  readonly since: number
  dispatch(event: AgentEvent): void
  /** Goes on with what an earlier server left. `outdated`: its sandbox could not be spoken to any more. */
  recover(record: LoopRecord, outdated: boolean): Promise<void>
  /** The record says so now: mode, state. */
  recordChanged(record: LoopRecord): void
  /** A viewer came or went. */
  viewersChanged(): void
  /** Resolves when no turn is open and no process runs; after `leave()` at once, for then the next server sees to it. */
  ended(): Promise<void>
  /** Leaves the agent running for the next server, and does nothing any more. */
  leave(): Promise<void>
  /** No turn is open, nobody waits, and nothing that the loop is marked for goes on. */
  readonly idle: boolean
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
  told: Told
}

export function createActor(needs: ActorNeeds): Actor {
  const { loop, history, live, clock, log } = needs
  let state: AgentState = idleState
  let since = clock.now()
  let left = false
  let mode: Mode = "bypassPermissions"
  let whenEnded: (() => void)[] = []
  const inOrder = createOrder(needs)
  const core: Core = {
    get state() {
      return state
    },
    get mode() {
      return mode
    },
    dispatch,
    lookAgain: () => inOrder("look whether everything has ended", tellEnded),
    inOrder,
  }
  const parts = createParts(needs, core)
  const { companion, effects, timers, watch, writer } = parts
  const alive = () => companion.agent !== undefined
  const boxed = () => needs.sandboxes.running(loop) !== undefined
  const arm = () => {
    if (left) return
    timers.arm(state, { alive: alive(), boxed: boxed() })
    watch.arm(state.phase)
  }

  function dispatch(event: AgentEvent): void {
    if (left) return
    const before = state.phase
    const [next, todo] = reduce(state, event, newTurnId(needs.ids))
    state = next
    if (before !== next.phase) since = clock.now()
    for (const effect of todo) inOrder(effect.do, () => effects.perform(effect))
    arm()
    live.changed()
    inOrder("look whether everything has ended", tellEnded)
  }

  async function tellEnded(): Promise<void> {
    arm()
    if (!left && (state.phase.kind !== "idle" || parts.starting.busy || alive())) return
    const tell = whenEnded
    whenEnded = []
    for (const one of tell) one()
  }

  return {
    history,
    asks: parts.asks,
    writer,
    context: parts.context,
    get state() {
      return state
    },
    get step() {
      return parts.starting.step
    },
    get image() {
      return state.phase.kind === "starting" || state.phase.kind === "returning" ? parts.starting.image : undefined
    },
    get since() {
      return since
    },
    dispatch,
    async recover(record, outdated) {
      mode = modeOf(record)
      // A joined agent speaks at once, and what it says belongs to the turn that is open.
      state = stateBefore(history, record, true)
      const found = await recover(needs, record, parts)
      if (!found.joined) state = found.state
      found.goOn(core, outdated)
      arm()
    },
    recordChanged(record) {
      const why = holdOf(record)
      if (why !== state.held) dispatch(why === undefined ? { kind: "released" } : { kind: "held", why })
      if (mode === modeOf(record)) return
      mode = modeOf(record)
      const { agent } = companion
      // Not awaited: an agent that hangs could not be stopped any more.
      if (agent)
        needs.background.run("change the mode", () => bestEffort(log, "change the mode", () => agent.setMode(mode)))
    },
    viewersChanged: arm,
    ended() {
      const { promise, resolve } = Promise.withResolvers<void>()
      whenEnded.push(resolve)
      if (left) void tellEnded()
      else inOrder("look whether everything has ended", tellEnded)
      return promise
    },
    async leave() {
      left = true
      timers.stop()
      watch.stop()
      parts.context.stop()
      await writer.stop()
      companion.leave()
      await tellEnded()
    },
    get idle() {
      return parts.idle()
    },
    get quiet() {
      return state.phase.kind === "idle" && state.queue.length === 0 && !parts.starting.busy && !alive() && !boxed()
    },
  }
}

/** Work that fails is written down and does not stop what comes after it. */
function createOrder({ log, loop }: Pick<ActorNeeds, "log" | "loop">): Core["inOrder"] {
  let last: Promise<unknown> = Promise.resolve()
  return (what, work) => {
    last = last.then(work).catch((error: unknown) => log.error(`could not ${what}`, { loop, error }))
  }
}
