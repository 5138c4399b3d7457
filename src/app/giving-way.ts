import type { GatewayNews } from "../gateway/index.ts"
import type { LoopId } from "../lib/ids.ts"
import type { AgentNews, Workbench } from "../loops/index.ts"
import type { Clock } from "../platform/clock.ts"
import type { Events } from "../platform/events.ts"
import type { Box } from "../sandbox/index.ts"

interface GivingWayNeeds {
  events: Pick<Events<AgentNews & GatewayNews>, "on">
  clock: Clock
  running: Workbench["running"]
}

/** An agent that takes longer to ask its model has other reasons than the programs beside it. */
const mostMs = 1_000

/**
 * Running sandboxes for work that nobody waits for: no program of it begins in a loop whose turn is on its way to the
 * model. It goes on where it was when the model was asked, when the turn is over, or after a second.
 */
export function createGivingWay({ events, clock, running }: GivingWayNeeds): Workbench["running"] {
  const ways = new Map<LoopId, { free: Promise<void>; clear(): void }>()

  events.on("turn.begins", ({ loop }) => {
    ways.get(loop)?.clear()
    const { promise: free, resolve } = Promise.withResolvers<void>()
    const cancel = clock.after(mostMs, () => clear())
    const clear = () => {
      cancel()
      ways.delete(loop)
      resolve()
    }
    ways.set(loop, { free, clear })
  })
  const clear = ({ loop }: { loop: LoopId }) => ways.get(loop)?.clear()
  events.on("gateway.asked", clear)
  events.on("turn.finished", clear)

  async function free(loop: LoopId): Promise<void> {
    for (let way = ways.get(loop); way; way = ways.get(loop)) await way.free
  }

  return (loop) => {
    const box: Box | undefined = running(loop)
    if (!box) return undefined
    return {
      ...box,
      async run(request) {
        await free(loop)
        return box.run(request)
      },
      async capture(request, limits) {
        await free(loop)
        return box.capture(request, limits)
      },
    }
  }
}
