import { readForm } from "../platform/http/form.ts"
import { z } from "zod"
import { type Clock, within } from "../platform/clock.ts"
import type { Gate, Tries } from "./gate.ts"
import { passCookies } from "./headers.ts"
import { headerOf, type Knock, ownPaths } from "./knock.ts"
import type { Pages } from "./pages.tsx"
import type { Passes } from "./passes.ts"
import type { Bearer, Share } from "./share.ts"
import type { Shares } from "./shares.ts"
import type { Tickets } from "./tickets.ts"

export interface EnteringNeeds {
  gate: Gate
  passes: Passes
  tickets: Tickets
  tries: Tries
  shares: Pick<Shares, "visited">
  pages: Pages
  clock: Clock
}

/** Says in an address that what was there before is gone. */
const cleared = "?cleared"
/** Whoever sends a form letter by letter must not hold a connection for long. */
const formMs = 10_000
const passMs = 12 * 60 * 60 * 1_000

const TicketForm = z.object({ ticket: z.string().max(64), to: z.string().max(2_000).default("/") })

/** The ways into a share: a ticket from the app, and the secret link. */
export interface Entering {
  byTicket(share: Share, knock: Knock, secure: boolean): Promise<Response>
  byLink(share: Share, knock: Knock, secure: boolean): Promise<Response>
}

export function createEntering(needs: EnteringNeeds): Entering {
  const { gate, passes, tickets, tries, shares, pages, clock } = needs
  const now = () => clock.now()

  async function letIn(
    share: Share,
    bearer: Bearer,
    { to, secure }: { to: string; secure: boolean },
  ): Promise<Response> {
    await shares.visited(share.id)
    const maxAge = Math.floor(Math.min(passMs, Date.parse(share.expiresAt) - now()) / 1_000)
    const pass = await passes.issue(share, bearer, now() + maxAge * 1_000)
    const headers = new Headers({ location: to, "referrer-policy": "no-referrer", "cache-control": "no-store" })
    for (const line of passCookies(pass, { secure, maxAge })) headers.append("set-cookie", line)
    return new Response(null, { status: 303, headers })
  }

  /** Once for each browser: whoever has been in keeps what the present share left with him. */
  const isToBeCleared = async (share: Share, knock: Knock, secure: boolean): Promise<boolean> =>
    share.inherits && !knock.target.endsWith(cleared) && !(await gate.bearerAt(share, knock, secure))

  return {
    async byTicket(share, knock, secure) {
      const form = await within(clock, formMs, readForm(asRequest(knock), TicketForm))
      const ticket = form?.kind === "valid" ? form.value.ticket : ""
      if (tickets.isOut(share.id, ticket) && (await isToBeCleared(share, knock, secure)))
        return clearedFirst(ownPaths.enter + cleared, 307)
      const bearer = tickets.redeem(share.id, ticket)
      if (form?.kind !== "valid" || !bearer || !gate.isAllowed(share, bearer)) return pages.tooLate(share, knock)
      return letIn(share, bearer, { to: parseTo(form.value.to), secure })
    },
    async byLink(share, knock, secure) {
      if (tries.isFull(knock.address)) return pages.tooMany(knock)
      const [path = ""] = knock.target.split("?", 1)
      const bearer = { kind: "link", link: share.link } as const
      const isRight = await passes.isLinkToken(share, path.slice(ownPaths.link.length))
      if (!isRight || !gate.isAllowed(share, bearer)) {
        tries.count(knock.address)
        return pages.noLink(knock)
      }
      if (await isToBeCleared(share, knock, secure)) return clearedFirst(path + cleared, 303)
      return letIn(share, bearer, { to: "/", secure })
    },
  }
}

/**
 * What the name's former share left in this browser goes first, service workers included; a cookie in the same answer
 * would go with it.
 */
function clearedFirst(location: string, status: 303 | 307): Response {
  const headers = { location, "clear-site-data": '"*"', "cache-control": "no-store", "referrer-policy": "no-referrer" }
  return new Response(null, { status, headers })
}

/** A path of this host and nothing that a browser could read as another. */
function parseTo(text: string): string {
  const isPath = /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(text)
  return isPath && !text.startsWith(ownPaths.all) ? text : "/"
}

/** As a form is read everywhere. */
function asRequest(knock: Knock): Request {
  const headers = { "content-type": headerOf(knock, "content-type") ?? "" }
  return new Request("http://preview.invalid/", { method: "POST", headers, body: knock.body ?? null })
}
