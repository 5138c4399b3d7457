import type { LoopId } from "../lib/ids.ts"
import { LinkFailed } from "../sandbox/index.ts"
import type { ActorNeeds } from "./actor.ts"
import type { Companion } from "./companion.ts"
import type { LiveAgent } from "./live-agent.ts"
import type { Phase } from "./turn.ts"

/**
 * While a turn is open it asks the sandbox now and then whether the agent still runs there: a turn must not stay open
 * because the news of its agent's end went astray.
 */
export interface Watch {
  /** Called after every change. */
  arm(phase: Phase): void
  stop(): void
}

export interface WatchNeeds extends Pick<ActorNeeds, "clock" | "background" | "log" | "sandboxes" | "times"> {
  loop: LoopId
  companion: Pick<Companion, "agent">
  /** No agent runs though a turn is open, and nobody has said so. */
  lost(): void
}

const watched = new Set<Phase["kind"]>(["running", "asking", "interrupting"])
/** Once may be between its end and the news of it. */
const looksInVain = 2

export function createWatch(needs: WatchNeeds): Watch {
  const { loop, clock, background, sandboxes, companion, times } = needs
  let cancel: (() => void) | undefined
  let inVain = 0

  function stop(): void {
    cancel?.()
    cancel = undefined
    inVain = 0
  }

  function soon(): void {
    const mine = clock.after(times.look, () => {
      background.run("look whether an agent still runs", async () => {
        await look()
        if (cancel === mine) soon()
      })
    })
    cancel = mine
  }

  async function look(): Promise<void> {
    const { agent } = companion
    const runs = agent === undefined ? false : await isKept()
    if (runs === undefined || companion.agent !== agent) return
    inVain = runs ? 0 : inVain + 1
    if (inVain < looksInVain) return
    inVain = 0
    needs.log.warn("the end of an agent went unheard", { loop, known: agent !== undefined })
    await end(agent)
  }

  /** Its end is told as that of any other agent. */
  const end = async (agent: LiveAgent | undefined) => (agent ? agent.close() : needs.lost())

  /** Undefined when the sandbox does not answer now: the link has its own watch. */
  async function isKept(): Promise<boolean | undefined> {
    try {
      const kept = await sandboxes.running(loop)?.kept()
      return kept?.some(({ id, running }) => id === "agent" && running) ?? false
    } catch (error) {
      if (error instanceof LinkFailed) return undefined
      throw error
    }
  }

  return {
    stop,
    arm({ kind }) {
      if (!watched.has(kind)) stop()
      else if (!cancel) soon()
    },
  }
}
