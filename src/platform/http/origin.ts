/** Where this server may be reached, as it was told at start. */
export interface Reachable {
  /** Without it the listening address is all there is. */
  publicUrl?: string
  listensOnLoopback: boolean
  /** The listener itself speaks TLS. */
  tls: boolean
  /** Further `host[:port]` names, reached with the public address' scheme. */
  extraHosts?: readonly string[]
}

/** The origin a page of ours has under this Host header, or undefined when that host is none of ours. */
export type OwnOrigin = (host: string | null) => string | undefined

export function createOwnOrigin({ publicUrl, listensOnLoopback, tls, extraHosts = [] }: Reachable): OwnOrigin {
  const own = publicUrl ? new URL(publicUrl) : undefined
  const listener = tls ? "https:" : "http:"
  const scheme = own?.protocol ?? listener
  const known = new Map<string, string>()
  for (const host of [...(own ? [own.host] : []), ...extraHosts]) {
    const origin = new URL(`${scheme}//${host}`)
    known.set(origin.host, origin.origin)
  }
  return (header) => {
    const host = parseHost(header, scheme)
    if (host && known.has(host.host)) return known.get(host.host)
    if (host && listensOnLoopback && loopbackNames.includes(host.hostname))
      return new URL(`${listener}//${header}`).origin
    return undefined
  }
}

const loopbackNames = ["localhost", "127.0.0.1", "[::1]"]

/** A name that points at loopback says nothing about who serves the page: only the literal names count. */
export const isLoopbackUrl = (url: string): boolean => loopbackNames.includes(new URL(url).hostname)

function parseHost(header: string | null, scheme: string): URL | undefined {
  if (!header || header.length > 300 || !/^[A-Za-z0-9.:[\]_-]+$/.test(header)) return undefined
  const url = URL.parse(`${scheme}//${header}`)
  return url && url.pathname === "/" && url.username === "" ? url : undefined
}

/**
 * What a request's own headers say about the page that sent it (Fetch Metadata; Fetch, section 3.2).
 * `unproven`: the client sent neither Sec-Fetch-Site nor Origin.
 */
export type Provenance = "same-origin" | "foreign" | "unproven"

export function provenanceOf(request: Request, ownOrigin: string): Provenance {
  const site = request.headers.get("sec-fetch-site")
  const origin = request.headers.get("origin")
  if (site !== null && site !== "same-origin" && site !== "none") return "foreign"
  if (origin !== null && origin !== ownOrigin) return "foreign"
  return site === null && origin === null ? "unproven" : "same-origin"
}
