import { negotiate } from "../lib/i18n/locale.ts"
import { admit, type SignedIn } from "../platform/http/visitor.ts"
import { type Client, testClient } from "./client.ts"

/** Who asks is said by the test, in a header, instead of by a login. */
export interface KnownVisitors {
  /** For the program's `onRequest`. */
  admit(request: Request): void
  as(app: Parameters<typeof testClient>[0], user: SignedIn, headers?: Record<string, string>): Client
}

export function knownVisitors(): KnownVisitors {
  const people = new Map<string, SignedIn>()
  return {
    admit(request) {
      const user = people.get(request.headers.get("x-as") ?? "")
      const locale = negotiate(request.headers.get("accept-language"))
      admit(request, { user, locale, theme: "system", requestId: "r" })
    },
    as(app, user, headers = {}) {
      people.set(user.name, user)
      return testClient(app, { headers: { "x-as": user.name, ...headers } })
    },
  }
}
