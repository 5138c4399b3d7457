import { readCookies } from "../platform/http/cookie.ts"
import type { HeaderList } from "../platform/http1/head.ts"

/** Every cookie of this program, whatever it is for: none reaches a program inside, and none can be set from there. */
const ours = /^(__Host-|__Secure-)?loopat_/i

/** RFC 9110, section 7.6.1, and what the two ends of a connection say to each other. */
const hopByHop: ReadonlySet<string> = new Set(
  "connection keep-alive proxy-connection proxy-authenticate proxy-authorization te trailer transfer-encoding upgrade".split(
    " ",
  ),
)

/** Where a request came from, as the program inside is told. */
export interface From {
  host: string
  address: string
  secure: boolean
}

/** The headers for the program inside. How the body is framed is the matter of whoever sends it. */
export function headersForInside(given: HeaderList, from: From): HeaderList {
  const named = namedHop(given)
  const kept = given.flatMap(([name, value]): HeaderList => {
    const small = name.toLowerCase()
    if (hopByHop.has(small) || named.has(small) || isAboutTheWay(small)) return []
    if (small === "content-length" || small === "expect" || small === "host") return []
    if (small === "authorization") return isForLoopat(value) ? [] : [[name, value]]
    if (small === "cookie") return withoutOurs(name, value)
    return [[name, value]]
  })
  return [
    ["Host", from.host],
    ...kept,
    ["X-Forwarded-For", from.address],
    ["X-Forwarded-Host", from.host],
    ["X-Forwarded-Proto", from.secure ? "https" : "http"],
  ]
}

/** What only a proxy may say, and we are the only one: believed by programs inside, so never passed on. */
const isAboutTheWay = (name: string): boolean =>
  name === "forwarded" || name === "x-real-ip" || name.startsWith("x-forwarded-")

/** An API token of this program, in either way of sending one. */
function isForLoopat(value: string): boolean {
  const [scheme = "", credentials = ""] = value.trim().split(/\s+/, 2)
  if (scheme.toLowerCase() === "bearer") return credentials.startsWith("la_")
  return scheme.toLowerCase() === "basic" && Buffer.from(credentials, "base64").toString("latin1").includes(":la_")
}

function withoutOurs(name: string, value: string): HeaderList {
  const kept = value
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair !== "" && !ours.test(pair))
  return kept.length === 0 ? [] : [[name, kept.join("; ")]]
}

/** The headers for the browser. `frames`: the origins that may show the page in a frame. */
export function headersForBrowser(given: HeaderList, frames: readonly string[]): HeaderList {
  const named = namedHop(given)
  const kept = given.flatMap(([name, value]): HeaderList => {
    const small = name.toLowerCase()
    if (hopByHop.has(small) || named.has(small) || dropped.has(small)) return []
    if (small === "set-cookie") return asOwnCookie(name, value)
    if (small.startsWith("content-security-policy")) return withoutFrames(name, value)
    return [[name, value]]
  })
  return [...kept, ["Content-Security-Policy", framedBy(frames)]]
}

export const framedBy = (frames: readonly string[]): string => `frame-ancestors ${["'self'", ...frames].join(" ")}`

/** The name belongs to the workspace: a program inside may not bind browsers to https for it, nor say who frames it. */
const dropped: ReadonlySet<string> = new Set([
  "strict-transport-security",
  "x-frame-options",
  "alt-svc",
  "public-key-pins",
])

/** For this host alone, and never under a name of ours. */
function asOwnCookie(name: string, value: string): HeaderList {
  const [pair = "", ...attributes] = value.split(";")
  if (ours.test(pair.trim()) || !pair.includes("=")) return []
  const kept = attributes.filter((attribute) => !/^\s*domain\s*(=|$)/i.test(attribute))
  return [[name, [pair, ...kept].join(";")]]
}

function withoutFrames(name: string, value: string): HeaderList {
  const policies = value.split(",").map((policy) =>
    policy
      .split(";")
      .filter((directive) => !/^\s*frame-ancestors(\s|$)/i.test(directive))
      .join(";"),
  )
  const kept = policies.filter((policy) => policy.trim() !== "")
  return kept.length === 0 ? [] : [[name, kept.join(",")]]
}

const namedHop = (given: HeaderList): ReadonlySet<string> =>
  new Set(
    given
      .filter(([name]) => name.toLowerCase() === "connection")
      .flatMap(([, value]) => value.split(",").map((one) => one.trim().toLowerCase())),
  )

/** The names under which a browser keeps its pass; only what a browser marks as this host's own counts on https. */
const passNames = (secure: boolean): readonly string[] =>
  secure ? ["__Host-loopat_preview"] : ["__Host-loopat_preview", "loopat_preview"]

/** All passes that a request carries. */
export function passesIn(cookie: string | undefined, secure: boolean): string[] {
  const cookies = readCookies({ headers: new Headers({ cookie: cookie ?? "" }) })
  return passNames(secure).flatMap((name) => cookies.get(name) ?? [])
}

/**
 * Partitioned, so that it works in the panel's frame and is worth nothing below any other page. On plain loopback some
 * browsers refuse that one; the second is then good for a tab of its own.
 */
export function passCookies(pass: string, { secure, maxAge }: { secure: boolean; maxAge: number }): string[] {
  const [bound = "", plain] = passNames(secure)
  const both = `HttpOnly; Max-Age=${maxAge}`
  return [
    `${bound}=${pass}; Path=/; Secure; SameSite=None; Partitioned; ${both}`,
    ...(plain === undefined ? [] : [`${plain}=${pass}; Path=/; SameSite=Lax; ${both}`]),
  ]
}
