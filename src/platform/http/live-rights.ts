import type { UserName } from "../../lib/ids.ts"
import type { Clock } from "../clock.ts"
import type { Log } from "../log.ts"
import { eventStream, noStreams, streamHeaders, type StreamCounts, type Viewer } from "../sse/stream.ts"
import { userOf } from "./visitor.ts"

/** Somebody's open stream or socket, and how to find out whether it may stay open. */
interface Claim {
  login: string
  user: UserName
  /** The one thing that it shows, by its id; whatever happens to others does not concern it. */
  about?: string | undefined
  /** Asked again whenever something about its rights may have changed. */
  stillAllowed(): boolean | Promise<boolean>
  /** Closes it. Called at most once. */
  end(): void
}

interface LiveRequest {
  request: Request
  /** The server that received the request; it is told not to cut a quiet stream. */
  server: { timeout(request: Request, seconds: number): void } | null
  about?: string
  stillAllowed(): boolean | Promise<boolean>
}

/** Every open stream and socket; each is ended within a second of its login or its right. */
export interface LiveRights extends Disposable {
  /** Returns what to call when it was closed for another reason. */
  hold(claim: Claim): () => void
  /** An event stream that is held from its first byte to its last. */
  stream(live: LiveRequest, open: (viewer: Viewer) => void): Response
  /** Asks everything, or everything of one user or about one thing, again; ends what is no longer allowed. */
  recheck(which?: { user?: UserName; about?: string }): Promise<void>
  readonly size: number
  readonly streams: Readonly<StreamCounts>
}

export interface LiveRightsNeeds {
  clock: Clock
  log: Log
  /** Whether a login still counts: not ended, not expired, its user active. */
  isAlive(login: string): boolean
}

const sweepMs = 1_000

export function createLiveRights({ clock, log, isAlive }: LiveRightsNeeds): LiveRights {
  const held = new Set<Claim>()
  const counts = noStreams()
  let stopSweep: (() => void) | undefined

  function end(claim: Claim): void {
    if (held.delete(claim)) claim.end()
  }

  /** Expiry is announced by nobody, so the logins behind open streams are looked at every second. */
  function sweep(): void {
    stopSweep = undefined
    for (const claim of held) if (!isAlive(claim.login)) end(claim)
    watch()
  }

  function watch(): void {
    if (held.size > 0) stopSweep ??= clock.after(sweepMs, sweep)
  }

  async function ask(claim: Claim): Promise<void> {
    try {
      if (isAlive(claim.login) && (await claim.stillAllowed())) return
    } catch (error) {
      log.error("could not find out a right; the stream is closed", { user: claim.user, error })
    }
    end(claim)
  }

  function hold(claim: Claim): () => void {
    held.add(claim)
    watch()
    return () => held.delete(claim)
  }

  return {
    hold,
    stream({ request, server, about, stillAllowed }, open) {
      const { name: user, login } = userOf(request)
      // Nobody reads what follows the headers: a stream would stay open for ever.
      if (request.method === "HEAD") return new Response(null, { headers: streamHeaders })
      server?.timeout(request, 0)
      return eventStream(
        (viewer) => {
          const release = hold({ login, user, about, stillAllowed, end: viewer.close })
          viewer.ended.addEventListener("abort", release)
          open(viewer)
        },
        { clock, counts },
      )
    },
    async recheck({ user, about } = {}) {
      const concerned = [...held].filter(
        (claim) => (user === undefined || claim.user === user) && (about === undefined || claim.about === about),
      )
      await Promise.all(concerned.map(ask))
    },
    streams: counts,
    get size() {
      return held.size
    },
    [Symbol.dispose]() {
      stopSweep?.()
      for (const claim of held) end(claim)
    },
  }
}
