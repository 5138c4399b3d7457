import { cookie, readCookies } from "../platform/http/cookie.ts"
import type { Secret } from "../platform/secret.ts"
import type { SignedInOutcome } from "./sign-in.ts"
import { cookieNames } from "./whois.ts"

/** What this feature asks browsers to keep. Each answer is a set of Set-Cookie headers. */
export interface Cookies {
  signedIn(outcome: SignedInOutcome): Headers
  signedOut(): Headers
  preference(name: "locale" | "theme", value: string): Headers
  /** Marks of this browser; see device.ts. */
  devices(request: Request): string
}

const yearS = 365 * 24 * 60 * 60

export function createCookies({ secure, sessionS }: { secure: boolean; sessionS: number }): Cookies {
  const names = cookieNames(secure)
  const set = (name: string, value: string | Secret, maxAge: number) => cookie(name, value, { maxAge, secure })
  return {
    signedIn({ token, devices }) {
      const headers = new Headers()
      headers.append("set-cookie", set(names.session, token, sessionS))
      headers.append("set-cookie", set(names.devices, devices, yearS))
      return headers
    },
    signedOut: () => new Headers({ "set-cookie": set(names.session, "", 0) }),
    preference: (name, value) => new Headers({ "set-cookie": set(names[name], value, yearS) }),
    devices: (request) => readCookies(request).get(names.devices) ?? "",
  }
}
