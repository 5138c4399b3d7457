import type { LoopId } from "../lib/ids.ts"
import { createRecent } from "../lib/recent.ts"
import type { Clock } from "../platform/clock.ts"
import type { Background } from "../platform/background.ts"
import type { Share } from "./share.ts"

/** One request or socket of a preview while it is under way. */
export interface Passage {
  readonly share: Pick<Share, "id" | "loop">
  /** Asked again and again: whether whoever is at the other end may still be. */
  stillAllowed(): Promise<boolean>
  /** Ends it at once, on both sides. */
  cut(): void
}

/** Everything that is under way through previews. */
export interface Passages extends Disposable {
  /** What to call when it is over; undefined when as many are under way as may be. */
  enter(passage: Passage): (() => void) | undefined
  /** Asks everybody again, now. */
  recheck(): Promise<void>
  /** Whether somebody looks at something of this loop, or did within `ms`. */
  isUsed(loop: LoopId, ms: number): boolean
}

const mostOfShare = 64
/** The link has room for 256 operations of a loop, and its agent needs some. */
const mostOfLoop = 128
/** Expiry is announced by nobody; access must end within a second. */
const sweepMs = 400

export function createPassages({ clock, background }: { clock: Clock; background: Background }): Passages {
  const open = new Set<Passage>()
  const lastUsed = createRecent<LoopId, number>(1_000)
  let stopSweep: (() => void) | undefined

  async function ask(passage: Passage): Promise<void> {
    const allowed = await passage.stillAllowed().catch(() => false)
    if (!allowed && open.delete(passage)) passage.cut()
  }

  const recheck = async () => void (await Promise.all([...open].map(ask)))

  function watch(): void {
    if (open.size === 0) return
    stopSweep ??= clock.after(sweepMs, () => {
      stopSweep = undefined
      background.run("ask again who may look at previews", async () => {
        await recheck()
        watch()
      })
    })
  }

  return {
    enter(passage) {
      const { id, loop } = passage.share
      const count = (of: (one: Passage) => boolean) => [...open].filter(of).length
      if (count(({ share }) => share.id === id) >= mostOfShare) return undefined
      if (count(({ share }) => share.loop === loop) >= mostOfLoop) return undefined
      open.add(passage)
      lastUsed.set(loop, clock.now())
      watch()
      return () => {
        open.delete(passage)
        lastUsed.set(loop, clock.now())
      }
    },
    recheck,
    isUsed(loop, ms) {
      const isOpen = [...open].some(({ share }) => share.loop === loop)
      return isOpen || clock.now() - (lastUsed.get(loop) ?? -Infinity) < ms
    },
    [Symbol.dispose]() {
      stopSweep?.()
      for (const passage of open) passage.cut()
      open.clear()
    },
  }
}
