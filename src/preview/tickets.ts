import type { NewId } from "../lib/ids.ts"
import type { Clock } from "../platform/clock.ts"
import type { Bearer } from "./share.ts"

/** What carries a person's right from the app's host to a preview's: good once, for half a minute, for one share. */
export interface Tickets {
  issue(share: string, bearer: Bearer): string
  /** Whether it could be redeemed; it stays as good as it is. */
  isOut(share: string, ticket: string): boolean
  redeem(share: string, ticket: string): Bearer | undefined
}

const goodMs = 30_000
const mostOut = 10_000

export function createTickets({ clock, ids }: { clock: Clock; ids: NewId }): Tickets {
  const out = new Map<string, { share: string; bearer: Bearer; until: number }>()
  const good = (share: string, ticket: string) => {
    const found = out.get(ticket)
    return found?.share === share && found.until > clock.now() ? found : undefined
  }
  return {
    issue(share, bearer) {
      for (const [old, { until }] of out) {
        if (until > clock.now() && out.size < mostOut) break
        out.delete(old)
      }
      const ticket = ids.hex(16)
      out.set(ticket, { share, bearer, until: clock.now() + goodMs })
      return ticket
    },
    isOut: (share, ticket) => good(share, ticket) !== undefined,
    redeem(share, ticket) {
      const found = good(share, ticket)
      if (found) out.delete(ticket)
      return found?.bearer
    },
  }
}
