import { BlockList, isIP } from "node:net"

/** The client's address: the peer's, or what a trusted proxy says about it. */
export type ClientAddress = (request: Pick<Request, "headers">, peer: string | undefined) => string

/**
 * `trustedProxies`: addresses or CIDR ranges whose X-Forwarded-For is believed. Throws at start for what is neither.
 * The right-most address that is no trusted proxy counts: everything left of it came from the client.
 */
export function createClientAddress(trustedProxies: readonly string[]): ClientAddress {
  const trusted = trustedProxies.map(parseRange)
  const isTrusted = (address: string) => trusted.some((covers) => covers(address))
  return (request, peer) => {
    let address = plainAddress(peer ?? "")
    const hops = (request.headers.get("x-forwarded-for") ?? "").slice(0, 2_000).split(",")
    while (isTrusted(address) && hops.length > 0) {
      const hop = plainAddress(hops.pop()?.trim() ?? "")
      if (isIP(hop) === 0) break
      address = hop
    }
    return address
  }
}

/** What counts as one client when tries are counted: an IPv4 address, or an IPv6 /64. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address
  const [head = "", tail] = address.toLowerCase().split("::", 2)
  const left = head === "" ? [] : head.split(":")
  const right = tail ? tail.split(":") : []
  const groups = [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0"), ...right]
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`
}

/** A proxy on the way makes the loopback peer somebody else: any of these headers shows one. */
export function wasForwarded(request: Request): boolean {
  for (const name of request.headers.keys()) if (name === "forwarded" || name.startsWith("x-forwarded-")) return true
  return false
}

const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "")

function parseRange(text: string): (address: string) => boolean {
  const [address = "", bits] = text.split("/", 2)
  const version = isIP(address)
  const longest = version === 4 ? 32 : 128
  const prefix = bits === undefined ? longest : Number(bits)
  if (version === 0 || !/^\d*$/.test(bits ?? "") || prefix > longest) throw new Error(`not an address range: ${text}`)
  const range = new BlockList()
  const family = version === 4 ? "ipv4" : "ipv6"
  range.addSubnet(address, prefix, family)
  return (candidate) => isIP(candidate) === version && range.check(candidate, family)
}
