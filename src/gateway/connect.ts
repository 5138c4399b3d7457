import type { Lookup } from "./address.ts"

/** One request to a provider, its host already looked up and allowed. */
export interface Outgoing {
  url: URL
  addresses: readonly string[]
  method: string
  headers: Headers
  body: Uint8Array<ArrayBuffer> | undefined
  signal: AbortSignal
}

/** Sends a request without following redirects and without touching the body's encoding. Rejects with Unreachable. */
export type Connect = (outgoing: Outgoing) => Promise<Response>

export class Unreachable extends Error {
  override readonly name = "Unreachable"

  constructor(
    readonly kind: "network" | "tls" | "aborted",
    /** True when the connection was never made: nothing of the request has left. */
    readonly early: boolean,
    message: string,
  ) {
    super(message)
  }
}

/** Loaded with the first request: a start needs no names of other machines. */
export const hostLookup: Lookup = async (host) => {
  const { lookup } = await import("node:dns/promises")
  return (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address)
}

const beforeConnecting = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EAI_FAIL",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "EADDRNOTAVAIL",
  "ConnectionRefused",
  "FailedToOpenSocket",
])

/**
 * Connects to the address that was looked up, under the name that was asked for: certificate and Host header are the
 * name's. `ca` is the text of further certificates to trust.
 */
export function createConnect({ ca }: { ca?: string } = {}): Connect {
  return async ({ url, addresses, method, headers, body, signal }) => {
    const [address = ""] = addresses
    const target = new URL(url)
    target.hostname = address.includes(":") ? `[${address}]` : address
    const sent = new Headers(headers)
    sent.set("host", url.host)
    try {
      return await fetch(target, {
        method,
        headers: sent,
        body,
        signal,
        redirect: "manual",
        decompress: false,
        timeout: false,
        ...(url.protocol === "https:" && {
          tls: { serverName: bare(url.hostname), rejectUnauthorized: true, ...(ca && { ca }) },
        }),
      } as RequestInit)
    } catch (error) {
      throw unreachable(error, signal)
    }
  }
}

const bare = (hostname: string) => hostname.replace(/^\[|\]$/g, "")

export function unreachable(error: unknown, signal?: AbortSignal): Unreachable {
  if (error instanceof Unreachable) return error
  const message = error instanceof Error ? error.message : String(error)
  if (signal?.aborted) return new Unreachable("aborted", false, message)
  const code = error instanceof Error && "code" in error ? String(error.code) : ""
  if (/CERT|SELF_SIGNED|TLS|SSL|UNABLE_TO_/i.test(code)) return new Unreachable("tls", true, `${code}: ${message}`)
  return new Unreachable(
    "network",
    beforeConnecting.has(code),
    code && !message.includes(code) ? `${code}: ${message}` : message,
  )
}
