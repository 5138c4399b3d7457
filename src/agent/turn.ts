import type { Failure as GatewayFailure } from "../gateway/index.ts"
import type { TurnId } from "../lib/ids.ts"

/** Why the queue is kept and nothing is delivered. */
export type Hold = "preparing" | "broken" | "archived" | "offered" | "deleted" | "stopping"

/** What stands in a `turn-failed` line. */
export interface Failure {
  reason: string
  sentence: string
  action?: "retry" | "continue" | "settings" | "image"
  detail?: string
  refused?: GatewayFailure
}

export type Phase =
  | { kind: "idle" }
  | { kind: "starting"; turn: TurnId; message: number }
  | { kind: "running"; turn: TurnId; by: "person" | "agent" }
  | { kind: "asking"; turn: TurnId; asks: readonly string[] }
  | { kind: "interrupting"; turn: TurnId }
  /** The process was ended while a person thought; the turn and its asks stay open. */
  | { kind: "parked"; turn: TurnId; asks: readonly string[]; answered: readonly string[] }
  /** A parked turn's process comes back with the answers. */
  | { kind: "returning"; turn: TurnId; answered: readonly string[] }

/** One loop's agent. `queue` holds the transcript numbers of accepted messages that no turn has begun with, in order. */
export interface AgentState {
  phase: Phase
  queue: readonly number[]
  held?: Hold
  /** The last try failed before or at the model: the queue waits for a retry or the next message. */
  stalled: boolean
}

export type AgentEvent =
  | { kind: "accepted"; message: number }
  | { kind: "removed"; message: number }
  | { kind: "moved"; message: number; before?: number }
  | { kind: "now"; message: number }
  | { kind: "retry" }
  /** A message whose turn failed unseen waits again, before all others. */
  | { kind: "again"; message: number }
  | { kind: "ready"; turn: TurnId }
  | { kind: "start-failed"; turn: TurnId; failure: Failure }
  | { kind: "asked"; ask: string }
  | { kind: "closed"; ask: string }
  /** `ours`: the agent says that it answers the message of this turn. `aborted`: somebody had stopped it. */
  | { kind: "result"; ours: boolean; aborted?: boolean; failure?: Failure }
  | { kind: "agent-began" }
  | { kind: "interrupt" }
  | { kind: "interrupt-late"; stage: "abort" | "kill" }
  | { kind: "process-ended"; failure: Failure }
  | { kind: "patience-over" }
  | { kind: "idle-over" }
  | { kind: "sandbox-idle" }
  | { kind: "held"; why: Hold }
  | { kind: "released" }

export type Effect =
  | { do: "start"; turn: TurnId; message: number }
  | { do: "hand-over"; turn: TurnId; message: number }
  | { do: "return"; turn: TurnId }
  | { do: "hand-over-answers"; turn: TurnId; asks: readonly string[] }
  | { do: "record-start"; turn: TurnId; messages: readonly number[]; by: "person" | "agent" }
  | { do: "record-end"; turn: TurnId; outcome: "done" | "interrupted" }
  | { do: "record-failure"; turn: TurnId; failure: Failure }
  | { do: "withdraw"; asks: readonly string[] }
  | { do: "interrupt" }
  | { do: "abort" }
  | { do: "kill" }
  | { do: "end-process" }
  | { do: "stop-sandbox" }

type Next = [AgentState, Effect[]]
type Reaction<K extends AgentEvent["kind"]> = (
  state: AgentState,
  event: Extract<AgentEvent, { kind: K }>,
  fresh: TurnId,
) => Next

export const idleState: AgentState = { phase: { kind: "idle" }, queue: [], stalled: false }

/**
 * The whole behaviour of a loop's agent. Pure: the runner does the effects, in order. `fresh` is the id of the turn
 * that begins, should one begin.
 */
export function reduce(state: AgentState, event: AgentEvent, fresh: TurnId): Next {
  const react = reactions[event.kind] as Reaction<typeof event.kind>
  return react(state, event as never, fresh)
}

/** The turn that is open, if any. */
export const openTurn = (state: AgentState): TurnId | undefined =>
  state.phase.kind === "idle" ? undefined : state.phase.turn

const isStartingWith = ({ phase }: AgentState, message: number) =>
  phase.kind === "starting" && phase.message === message

/** Nothing runs in the sandbox on the agent's account. */
const restful = new Set<Phase["kind"]>(["idle", "parked"])

const stay = (state: AgentState): Next => [state, []]

const reactions: { [K in AgentEvent["kind"]]: Reaction<K> } = {
  accepted: (state, { message }, fresh) => begin({ ...state, stalled: false, queue: [...state.queue, message] }, fresh),

  removed(state, { message }, fresh) {
    const left = { ...state, queue: without(state.queue, message) }
    return isStartingWith(state, message) ? begin({ ...left, phase: { kind: "idle" } }, fresh) : stay(left)
  },

  moved: (state, { message, before }) => stay({ ...state, queue: placed(state.queue, message, before) }),

  now(state, { message }, fresh) {
    if (!state.queue.includes(message)) return stay(state)
    const first = { ...state, stalled: false, queue: placed(state.queue, message, state.queue[0]) }
    if (isStartingWith(state, message)) return stay(first)
    // A turn that has not begun yet is no turn to interrupt: its message waits again.
    if (first.phase.kind === "starting") return begin({ ...first, phase: { kind: "idle" } }, fresh)
    return first.phase.kind === "idle" ? begin(first, fresh) : interrupt(first, fresh)
  },

  again(state, { message }, fresh) {
    if (state.phase.kind !== "idle" || state.queue.includes(message)) return stay(state)
    return begin({ ...state, stalled: false, queue: [message, ...state.queue] }, fresh)
  },

  retry: (state, _, fresh) => begin({ ...state, stalled: false }, fresh),

  ready(state, { turn }) {
    const { phase } = state
    if (phase.kind === "starting" && phase.turn === turn) {
      const begun = {
        ...state,
        phase: { kind: "running", turn, by: "person" } as const,
        queue: without(state.queue, phase.message),
      }
      return [
        begun,
        [
          { do: "record-start", turn, messages: [phase.message], by: "person" },
          { do: "hand-over", turn, message: phase.message },
        ],
      ]
    }
    if (phase.kind === "returning" && phase.turn === turn) {
      const begun = { ...state, phase: { kind: "running", turn, by: "person" } as const }
      return [begun, [{ do: "hand-over-answers", turn, asks: phase.answered }]]
    }
    return stay(state)
  },

  "start-failed"(state, { turn, failure }) {
    if (openTurn(state) !== turn || !["starting", "returning"].includes(state.phase.kind)) return stay(state)
    return [{ ...state, phase: { kind: "idle" }, stalled: true }, [{ do: "record-failure", turn, failure }]]
  },

  asked(state, { ask }) {
    const { phase } = state
    if (phase.kind === "running") return stay({ ...state, phase: { kind: "asking", turn: phase.turn, asks: [ask] } })
    if (phase.kind !== "asking" || phase.asks.includes(ask)) return stay(state)
    return stay({ ...state, phase: { ...phase, asks: [...phase.asks, ask] } })
  },

  closed(state, { ask }) {
    const { phase } = state
    if ((phase.kind !== "asking" && phase.kind !== "parked") || !phase.asks.includes(ask)) return stay(state)
    const asks = phase.asks.filter((one) => one !== ask)
    if (phase.kind === "parked") {
      const answered = [...phase.answered, ask]
      if (asks.length > 0) return stay({ ...state, phase: { ...phase, asks, answered } })
      return [
        { ...state, phase: { kind: "returning", turn: phase.turn, answered } },
        [{ do: "return", turn: phase.turn }],
      ]
    }
    if (asks.length > 0) return stay({ ...state, phase: { ...phase, asks } })
    return stay({ ...state, phase: { kind: "running", turn: phase.turn, by: "person" } })
  },

  result(state, { ours, aborted, failure }, fresh) {
    const { phase } = state
    if (phase.kind === "interrupting")
      return endTurn(state, { do: "record-end", turn: phase.turn, outcome: "interrupted" }, fresh)
    if (phase.kind !== "running" && phase.kind !== "asking") return stay(state)
    if (!ours && !(phase.kind === "running" && phase.by === "agent")) return stay(state)
    if (failure) return endTurn({ ...state, stalled: true }, { do: "record-failure", turn: phase.turn, failure }, fresh)
    // Also when it was an earlier server that stopped it.
    const outcome = aborted ? "interrupted" : "done"
    return endTurn(state, { do: "record-end", turn: phase.turn, outcome }, fresh)
  },

  "agent-began"(state, _, fresh) {
    if (state.phase.kind !== "idle") return stay(state)
    return [
      { ...state, phase: { kind: "running", turn: fresh, by: "agent" } },
      [{ do: "record-start", turn: fresh, messages: [], by: "agent" }],
    ]
  },

  interrupt: (state, _, fresh) => interrupt(state, fresh),

  "interrupt-late": (state, { stage }) =>
    state.phase.kind === "interrupting" ? [state, [{ do: stage }]] : stay(state),

  "process-ended"(state, { failure }, fresh) {
    const { phase } = state
    if (phase.kind === "interrupting")
      return endTurn(state, { do: "record-end", turn: phase.turn, outcome: "interrupted" }, fresh)
    if (phase.kind !== "running" && phase.kind !== "asking") return stay(state)
    return endTurn(state, { do: "record-failure", turn: phase.turn, failure }, fresh)
  },

  "patience-over"(state) {
    const { phase } = state
    if (phase.kind !== "asking") return stay(state)
    return [{ ...state, phase: { ...phase, kind: "parked", answered: [] } }, [{ do: "end-process" }]]
  },

  "idle-over": (state) => (state.phase.kind === "idle" ? [state, [{ do: "end-process" }]] : stay(state)),

  "sandbox-idle": (state) => (restful.has(state.phase.kind) ? [state, [{ do: "stop-sandbox" }]] : stay(state)),

  held(state, { why }, fresh) {
    const held = { ...state, held: why }
    // A message that no turn has begun with stays in the queue.
    if (["idle", "starting"].includes(held.phase.kind))
      return [{ ...held, phase: { kind: "idle" } }, [{ do: "end-process" }]]
    return interrupt(held, fresh)
  },

  released(state, _, fresh) {
    const { held: _why, ...free } = state
    return begin(free, fresh)
  },
}

/** Begins with the first waiting message where nothing forbids it. */
function begin(state: AgentState, fresh: TurnId): Next {
  const [message] = state.queue
  if (state.phase.kind !== "idle" || state.held || state.stalled || message === undefined) return stay(state)
  return [{ ...state, phase: { kind: "starting", turn: fresh, message } }, [{ do: "start", turn: fresh, message }]]
}

function endTurn(state: AgentState, record: Effect, fresh: TurnId): Next {
  const asks = state.phase.kind === "asking" ? state.phase.asks : []
  const withdrawn: Effect[] = asks.length > 0 ? [{ do: "withdraw", asks }] : []
  const [next, begun] = begin({ ...state, phase: { kind: "idle" } }, fresh)
  const ended: Effect[] = state.held ? [{ do: "end-process" }] : []
  return [next, [...withdrawn, record, ...ended, ...begun]]
}

function interrupt(state: AgentState, fresh: TurnId): Next {
  const { phase } = state
  switch (phase.kind) {
    case "idle":
    case "interrupting":
      return stay(state)
    case "starting": {
      const { turn, message } = phase
      const taken = { ...state, queue: without(state.queue, message) }
      const [next, effects] = endTurn(taken, { do: "record-end", turn, outcome: "interrupted" }, fresh)
      return [next, [{ do: "record-start", turn, messages: [message], by: "person" }, ...effects]]
    }
    case "returning":
      return endTurn(state, { do: "record-end", turn: phase.turn, outcome: "interrupted" }, fresh)
    case "parked": {
      const [next, effects] = endTurn(state, { do: "record-end", turn: phase.turn, outcome: "interrupted" }, fresh)
      return [next, [{ do: "withdraw", asks: phase.asks }, ...effects]]
    }
    case "asking":
      return [
        { ...state, phase: { kind: "interrupting", turn: phase.turn } },
        [{ do: "withdraw", asks: phase.asks }, { do: "interrupt" }],
      ]
    case "running":
      return [{ ...state, phase: { kind: "interrupting", turn: phase.turn } }, [{ do: "interrupt" }]]
  }
}

const without = (queue: readonly number[], message: number) => queue.filter((one) => one !== message)

function placed(queue: readonly number[], message: number, before: number | undefined): readonly number[] {
  if (!queue.includes(message) || before === message) return queue
  const rest = without(queue, message)
  const at = before === undefined ? rest.length : rest.indexOf(before)
  return at < 0 ? queue : [...rest.slice(0, at), message, ...rest.slice(at)]
}
