import { isPublicAddress } from "../lib/internet-address.ts"

/** IP addresses of a host name; throws an error with a `code` when there are none. */
export type Lookup = (host: string) => Promise<string[]>

export type Reachable =
  | { kind: "reachable"; addresses: string[] }
  | { kind: "refused"; why: "not-http" | "credentials" | "unencrypted" | "private"; place: string }

/** Where a request goes: base address and path joined once, so that a base ending in `/v1` does not double it. */
export function upstreamUrl(baseUrl: string, path: string, search = ""): URL | undefined {
  const base = URL.parse(baseUrl)
  if (!base) return undefined
  const stem = base.pathname.replace(/\/+$/, "")
  base.pathname = stem.endsWith("/v1") && path.startsWith("/v1/") ? stem + path.slice(3) : stem + path
  base.search = search
  base.hash = ""
  return base
}

/** Host and port of an address, the port always written: what `providerHosts` lists. */
export function placeOf(url: URL): string {
  const usual = url.protocol === "http:" ? "80" : "443"
  return `${url.hostname}:${url.port || usual}`
}

/** An entry without a port, written by hand, means all ports of that host. */
const isListed = (url: URL, hosts: readonly string[]): boolean =>
  hosts.some((host) => host.toLowerCase() === placeOf(url) || host.toLowerCase() === url.hostname)

/**
 * Whether a key may be sent there. Private addresses and plain http only where an admin listed them. The addresses found
 * here are the ones to connect to: asking again could give others.
 */
export async function reach(url: URL, hosts: readonly string[], lookup: Lookup): Promise<Reachable> {
  const refused = (why: "not-http" | "credentials" | "unencrypted" | "private") =>
    ({ kind: "refused", why, place: placeOf(url) }) as const
  if (url.protocol !== "https:" && url.protocol !== "http:") return refused("not-http")
  if (url.username !== "" || url.password !== "") return refused("credentials")
  const listed = isListed(url, hosts)
  if (!listed && url.protocol === "http:") return refused("unencrypted")
  const host = url.hostname.replace(/^\[|\]$/g, "")
  const addresses = isLiteral(host) ? [host] : await lookup(host)
  if (!listed && !addresses.every(isPublicAddress)) return refused("private")
  return { kind: "reachable", addresses }
}

/** The URL parser has already turned every spelling of an IP address into one of these. */
const isLiteral = (host: string) => host.includes(":") || /^[\d.]+$/.test(host)
