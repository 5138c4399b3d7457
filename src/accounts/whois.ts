import { createHash } from "node:crypto"
import { type Locale, locales, negotiate } from "../lib/i18n/locale.ts"
import type { Background } from "../platform/background.ts"
import { cookieName, readCookies } from "../platform/http/cookie.ts"
import type { SignedIn, Visitor } from "../platform/http/visitor.ts"
import type { Logins } from "./logins.ts"
import type { User } from "./user.ts"
import type { Users } from "./users.ts"

export const themes = ["system", "light", "dark"] as const
export type Theme = (typeof themes)[number]

/** Names of our cookies; on https each has the prefix that binds it to this host. */
export const cookieNames = (secure: boolean) => ({
  session: cookieName("loopat_session", secure),
  devices: cookieName("loopat_devices", secure),
  locale: cookieName("loopat_locale", secure),
  theme: cookieName("loopat_theme", secure),
})

export interface WhoisNeeds {
  users: Users
  logins: Logins
  secure: boolean
  background: Background
}

/**
 * The one resolver of credentials: cookie → token hash → login → active user, for each request anew. Anything else is an
 * anonymous visitor. A request with an Authorization header is not looked at any further: it may not mean its cookie.
 */
export function createWhois({ users, logins, secure, background }: WhoisNeeds) {
  const names = cookieNames(secure)
  return async (request: Request): Promise<Omit<Visitor, "requestId" | "address">> => {
    const cookies = readCookies(request)
    const token = (!request.headers.has("authorization") && cookies.get(names.session)) || ""
    const login = logins.find(token)
    const user = login && users.get(login.user)
    const signedIn = login && user && describe(user, login.id)
    if (login && logins.isDueToBeSeen(login)) {
      background.run("note that a login was used", () => logins.seen(login.id))
    }
    return {
      user: signedIn,
      locale: localeOf(signedIn && user?.locale, cookies.get(names.locale), request),
      theme: themeOf(cookies.get(names.theme)),
      formToken: signedIn && formTokenOf(token),
    }
  }
}

function describe({ id, displayName, role, status }: User, login: string): SignedIn | undefined {
  return status === "active" ? { name: id, displayName: displayName ?? id, role, login } : undefined
}

const localeOf = (own: Locale | undefined, cookie: string | undefined, request: Request): Locale =>
  own ?? locales.find((locale) => locale === cookie) ?? negotiate(request.headers.get("accept-language"))

const themeOf = (cookie: string | undefined): Theme => themes.find((theme) => theme === cookie) ?? "system"

/** Bound to the login, worthless as its cookie, and nothing to store: a hash of the token that the file's hash is not. */
const formTokenOf = (token: string): string => createHash("sha256").update(`form ${token}`).digest("base64url")
