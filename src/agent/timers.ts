import type { Clock } from "../platform/clock.ts"
import type { AgentTimes } from "./needs.ts"
import type { AgentEvent, AgentState } from "./turn.ts"

export interface TimersNeeds {
  clock: Clock
  times: AgentTimes
  viewers(): number
  dispatch(event: AgentEvent): void
}

/** What happens when nothing happens: late interrupts, patience, idleness. */
export interface Timers {
  /** Called after every change; a timer that already runs for the same phase keeps running. */
  arm(state: AgentState, what: { alive: boolean; boxed: boolean }): void
  stop(): void
}

export function createTimers({ clock, times, viewers, dispatch }: TimersNeeds): Timers {
  let armed = ""
  let cancel: (() => void)[] = []

  function stop(): void {
    for (const one of cancel) one()
    cancel = []
    armed = ""
  }

  return {
    stop,
    arm(state, what) {
      const due = dueOf(state, { ...what, viewed: viewers() > 0, times })
      const name = JSON.stringify([state.phase, due])
      if (name === armed) return
      stop()
      armed = name
      cancel = due.map(({ ms, event }) =>
        clock.after(ms, () => {
          // A sandbox that somebody uses otherwise stays; it is looked at again after as long a time.
          if (event.kind === "sandbox-idle") armed = ""
          dispatch(event)
        }),
      )
    },
  }
}

interface Situation {
  alive: boolean
  boxed: boolean
  viewed: boolean
  times: AgentTimes
}

function dueOf({ phase }: AgentState, { alive, boxed, viewed, times }: Situation): { ms: number; event: AgentEvent }[] {
  switch (phase.kind) {
    case "interrupting":
      return [
        { ms: times.interruptAbort, event: { kind: "interrupt-late", stage: "abort" } },
        { ms: times.interruptKill, event: { kind: "interrupt-late", stage: "kill" } },
      ]
    case "asking":
      return [{ ms: viewed ? times.patienceViewed : times.patience, event: { kind: "patience-over" } }]
    case "idle":
      if (alive) return [{ ms: viewed ? times.idleViewed : times.idle, event: { kind: "idle-over" } }]
      return boxed ? [{ ms: times.sandboxIdle, event: { kind: "sandbox-idle" } }] : []
    case "parked":
      return boxed ? [{ ms: times.sandboxIdle, event: { kind: "sandbox-idle" } }] : []
    default:
      return []
  }
}
