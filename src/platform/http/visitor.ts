import type { Locale } from "../../lib/i18n/locale.ts"
import type { UserName } from "../../lib/ids.ts"

/** Who stands behind one request, as the access hook found out before any route ran. */
export interface Visitor {
  /** Undefined for an anonymous visitor; only public routes ever see one. */
  user?: SignedIn
  locale: Locale
  theme: "system" | "light" | "dark"
  requestId: string
  /** The client's address as far as it can be believed; empty when unknown. */
  address?: string
  /** What a form of this login carries, for browsers that send neither Origin nor Sec-Fetch-Site. */
  formToken?: string
}

export interface SignedIn {
  name: UserName
  displayName: string
  role: "admin" | "member"
  /** Id of the login this request came with; its streams end with it. */
  login: string
}

const visitors = new WeakMap<Request, Visitor>()

/** Called once per request, by the access hook. */
export function admit(request: Request, visitor: Visitor): void {
  visitors.set(request, visitor)
}

/** Throws when the access hook has not run: a route cannot forget it. */
export function visitorOf(request: Request): Visitor {
  const visitor = visitors.get(request)
  if (!visitor) throw new Error("no visitor: the access hook did not run")
  return visitor
}

/** For error pages only: a request may be refused before anybody knows who sent it. */
export const visitorIfKnown = (request: Request): Visitor | undefined => visitors.get(request)

/** The signed-in user of a request that only signed-in users reach. */
export function userOf(request: Request): SignedIn {
  const { user } = visitorOf(request)
  if (!user) throw new Error("no user: this route must not be public")
  return user
}
