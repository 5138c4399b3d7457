import { isDiskFailure } from "../disk/calls.ts"
import type { Problem } from "./problem.ts"

/** What went wrong in a route, in the framework's words, and the methods that would have been answered at that path. */
export interface RouteError {
  code: string | number
  error: unknown
  allowed: readonly string[]
}

/** Everything a route did not answer itself. What has no name here is a bug: 500, and the caller logs it. */
export function problemForError({ code, error, allowed }: RouteError): Problem {
  if (code === "NOT_FOUND" && allowed.length > 0) return { status: 405, code: "method-not-allowed", allow: allowed }
  if (code === "NOT_FOUND") return { status: 404, code: "not-found" }
  if (code === "PARSE" || code === "INVALID_COOKIE_SIGNATURE") return { status: 400, code: "malformed" }
  if (code === "VALIDATION" && isRequestSide(error)) return { status: 422, code: "invalid" }
  if (isDiskFailure(error)) return { status: 507, code: "storage-full" }
  return { status: 500, code: "internal" }
}

/** A response that does not fit its own schema is our bug, not the sender's. */
const isRequestSide = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "type" in error && error.type !== "response"
