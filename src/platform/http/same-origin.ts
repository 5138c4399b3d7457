import { provenanceOf } from "./origin.ts"

/** Name of the hidden field that stands in for the missing headers of an old browser. */
const formTokenField = "formToken"

/** Larger bodies of a request that proves its origin by form token alone are refused. */
const largestProvenForm = 256 * 1024

const safeMethods = ["GET", "HEAD", "OPTIONS"]

export interface SameOriginQuestion {
  request: Request
  ownOrigin: string
  /** Token of the login the request came with; undefined for an anonymous visitor. */
  formToken?: string
}

/**
 * True when no page of another origin can have caused this request with the visitor's cookie: every unsafe method, event
 * stream and socket upgrade, and every read that is not a person following a link.
 */
export async function maySendThis({ request, ownOrigin, formToken }: SameOriginQuestion): Promise<boolean> {
  const provenance = provenanceOf(request, ownOrigin)
  if (provenance === "same-origin") return true
  if (isUpgrade(request)) return false
  const safe = safeMethods.includes(request.method)
  if (provenance === "foreign") return safe && !isEventStream(request) && (!formToken || isNavigation(request))
  if (safe || !formToken) return true
  return isJson(request) || (await carriesToken(request, formToken))
}

export const isUpgrade = (request: Request): boolean => request.headers.get("upgrade")?.toLowerCase() === "websocket"

export const isEventStream = (request: Request): boolean =>
  (request.headers.get("accept") ?? "").includes("text/event-stream")

const isNavigation = (request: Request): boolean => request.headers.get("sec-fetch-mode") === "navigate"

/** No page can send this type to another origin without being asked first, and we answer no such question. */
const isJson = (request: Request): boolean => contentType(request) === "application/json"

const contentType = (request: Request): string =>
  (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? ""

/** Reads a copy of the form, so that the route still finds its body. */
async function carriesToken(request: Request, expected: string): Promise<boolean> {
  if (contentType(request) !== "application/x-www-form-urlencoded") return false
  if (!(Number(request.headers.get("content-length")) <= largestProvenForm)) return false
  const form = new URLSearchParams(await request.clone().text())
  return sameText(form.get(formTokenField) ?? "", expected)
}

/** Compares in a time that does not depend on where the texts differ. */
function sameText(given: string, expected: string): boolean {
  if (given.length !== expected.length) return false
  let differences = 0
  for (let i = 0; i < expected.length; i++) differences |= given.charCodeAt(i) ^ expected.charCodeAt(i)
  return differences === 0
}
