import { createRecent } from "../lib/recent.ts"
import type { Loops } from "../loops/index.ts"
import { passesIn } from "./headers.ts"
import { headerOf, type Knock } from "./knock.ts"
import type { Passes } from "./passes.ts"
import { labelIn, type PreviewPlace } from "./place.ts"
import { type Bearer, isStillOf, mayEnter, type Share } from "./share.ts"
import type { Shares } from "./shares.ts"

export interface GateNeeds {
  loops: Pick<Loops, "record">
  shares: Pick<Shares, "find" | "all">
  passes: Passes
  /** Whether a login still counts: not ended, its user active. */
  isAlive(login: string): boolean
  allowsLinks(): boolean
}

/** Which share a request is for, and who may have it. Asked for every request anew. */
export interface Gate {
  /** Undefined for a name that leads nowhere, and for a share that has ended. */
  shareAt(place: PreviewPlace, knock: Pick<Knock, "host">): Promise<Share | undefined>
  /** Who comes, if he may come in. */
  bearerAt(share: Share, knock: Pick<Knock, "headers">, secure: boolean): Promise<Bearer | undefined>
  /** Whether somebody who came in may still be there. */
  stillAllowed(share: Pick<Share, "id">, bearer: Bearer): Promise<boolean>
  isAllowed(share: Share, bearer: Bearer): boolean
}

export function createGate({ loops, shares, passes, isAlive, allowsLinks }: GateNeeds): Gate {
  async function isLive(share: Share): Promise<boolean> {
    const record = await loops.record(share.loop)
    return record !== undefined && isStillOf(share, record)
  }

  function isAllowed(share: Share, bearer: Bearer): boolean {
    if (!mayEnter(share, bearer)) return false
    return bearer.kind === "link" ? allowsLinks() : isAlive(bearer.login)
  }

  return {
    isAllowed,
    async shareAt(place, { host }) {
      const label = labelIn(place, host)
      const share = label === undefined ? undefined : await shares.find(label)
      return share && (await isLive(share)) ? share : undefined
    },
    async bearerAt(share, knock, secure) {
      for (const pass of passesIn(headerOf(knock, "cookie"), secure)) {
        const bearer = await passes.read(share, pass)
        if (bearer && isAllowed(share, bearer)) return bearer
      }
      return undefined
    },
    async stillAllowed({ id }, bearer) {
      const share = (await shares.all()).find((one) => one.id === id)
      return share !== undefined && isAllowed(share, bearer) && (await isLive(share))
    },
  }
}

/** A page of another origin may not open sockets here with the visitor's pass. */
export function isFromElsewhere(knock: Pick<Knock, "headers" | "host">): boolean {
  const origin = headerOf(knock, "origin")
  return origin !== undefined && URL.parse(origin)?.host !== knock.host?.toLowerCase()
}

/** Counts wrong secret links per address: guessing is slow, whoever has the link is never kept out by others. */
export function createTries(now: () => number, { most = 20, withinMs = 60_000 } = {}) {
  const wrong = createRecent<string, number[]>(10_000)
  const lately = (address: string) => (wrong.get(address) ?? []).filter((at) => now() - at < withinMs)
  return {
    isFull: (address: string) => lately(address).length >= most,
    count: (address: string) => wrong.set(address, [...lately(address), now()].slice(-most)),
  }
}
export type Tries = ReturnType<typeof createTries>
