import type { Background } from "../platform/background.ts"
import { type Clock, timestamp } from "../platform/clock.ts"
import { bestEffort, type Log } from "../platform/log.ts"
import { type AgentFile, type KnownContext, nothingSaved } from "./agent-file.ts"
import type { LiveAgent } from "./live-agent.ts"

/** How full the agent's memory is: what it last said, also when it runs no more. */
export interface Context {
  readonly known: KnownContext | undefined
  /** Asks the agent, if one runs, but not again within five seconds. */
  ask(): void
  /** Remembers what an earlier server was told. */
  load(): Promise<void>
  /** Asks no more. */
  stop(): void
}

export interface ContextNeeds {
  file: AgentFile
  clock: Clock
  background: Background
  log: Log
  agent(): LiveAgent | undefined
  /** What the chosen model can hold, in tokens, where it is known better than by the agent. */
  window(): number | undefined
  changed(): void
}

/** Milliseconds between two questions. */
const pause = 5_000

export function createContext({ file, clock, background, log, ...needs }: ContextNeeds): Context {
  let known: KnownContext | undefined
  let loading: Promise<void> | undefined
  let next = 0
  let due: (() => void) | undefined

  async function look(): Promise<void> {
    const said = await needs.agent()?.contextUsage()
    if (!said) return
    const window = needs.window() ?? said.window
    const heard = { ...said, window, at: timestamp(clock) }
    known = heard
    needs.changed()
    await file.update((saved = nothingSaved) => ({ ...saved, context: heard }))
  }

  return {
    get known() {
      return known
    },
    ask() {
      if (due || !needs.agent()) return
      // Bounded, for a clock that was set back.
      const wait = Math.min(pause, Math.max(0, next - clock.now()))
      next = clock.now() + wait + pause
      due = clock.after(wait, () => {
        due = undefined
        background.run("ask how full the agent's memory is", () => bestEffort(log, "ask how full it is", look))
      })
    },
    load() {
      loading ??= file.read().then(
        (saved) => void (known ??= saved?.context),
        (error: unknown) => log.warn("the agent's file is unreadable", { error }),
      )
      return loading
    },
    stop: () => due?.(),
  }
}
