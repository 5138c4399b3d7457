import type { Secret } from "../secret.ts"

export interface CookieOptions {
  /** Seconds; 0 forgets the cookie. */
  maxAge: number
  secure: boolean
}

/** Cookies of a request by name; of two with one name the first counts. Anything that is not a pair is skipped. */
export function readCookies(request: Pick<Request, "headers">): Map<string, string> {
  const cookies = new Map<string, string>()
  for (const part of (request.headers.get("cookie") ?? "").slice(0, 16_384).split(";")) {
    const at = part.indexOf("=")
    const name = part.slice(0, Math.max(0, at)).trim()
    if (name !== "" && !cookies.has(name)) cookies.set(name, part.slice(at + 1).trim())
  }
  return cookies
}

/** A Set-Cookie header for the whole site that no script can read. Throws for what would not be one name and one value. */
export function cookie(name: string, given: string | Secret, { maxAge, secure }: CookieOptions): string {
  const value = typeof given === "string" ? given : given.reveal()
  if (!/^[\w-]+$/.test(name) || !/^[\w.~-]*$/.test(value)) throw new Error(`not a cookie: ${name}`)
  return `${name}=${value}; Path=/; ${secure ? "Secure; " : ""}HttpOnly; SameSite=Lax; Max-Age=${maxAge}`
}

/** On https the prefix makes browsers refuse the name from any sibling host, so nobody can plant one. */
export const cookieName = (name: string, secure: boolean): string => (secure ? `__Host-${name}` : name)
