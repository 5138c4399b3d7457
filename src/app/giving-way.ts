import type { GatewayNews } from "../gateway/index.ts"
import type { LoopId } from "../lib/ids.ts"
import type { AgentNews, Workbench } from "../loops/index.ts"
import { type Clock, within } from "../platform/clock.ts"
import { createSerial } from "../platform/disk/serial.ts"
import type { Events } from "../platform/events.ts"
import type { Box, BoxProcess } from "../sandbox/index.ts"

interface GivingWayNeeds {
  events: Pick<Events<AgentNews & GatewayNews>, "on">
  clock: Clock
  running: Workbench["running"]
}

/** A turn that takes longer to reach its model, and a program that takes longer, keep no other program waiting. */
const mostMs = 1_000

/**
 * Running sandboxes for work that nobody waits for: its programs run one at a time in a loop, and none begins while the
 * loop's turn is on its way to the model. They go on when the model was asked, when the turn is over, or after a second.
 */
export function createGivingWay({ events, clock, running }: GivingWayNeeds): Workbench["running"] {
  const ways = new Map<LoopId, { free: Promise<void>; clear(): void }>()
  const inOrder = createSerial()

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

  function inTurn<T>(loop: LoopId, begin: () => Promise<T>, end?: (begun: T) => Promise<unknown>): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<T>()
    void inOrder(loop, async () => {
      await free(loop)
      const begun = begin()
      resolve(begun)
      await within(clock, mostMs, begun.then(end).catch(toldToWhoBegan))
    })
    return promise
  }

  return (loop) => {
    const box: Box | undefined = running(loop)
    if (!box) return undefined
    return {
      ...box,
      run: (request) => inTurn(loop, () => box.run(request), endOf),
      capture: (request, limits) => inTurn(loop, () => box.capture(request, limits)),
    }
  }
}

const endOf = ({ exited }: BoxProcess) => exited
const toldToWhoBegan = () => undefined
