import { type AddressRange, isInRange, parseAddressRange } from "../../lib/address-range.ts"
import { isPublicAddress } from "../../lib/internet-address.ts"
import { type Destination, type HostRule, isAddress, isListed, isListedAddress } from "./rules.ts"

/** Addresses of a host name; throws an error with a `code` when there are none. */
export type Lookup = (host: string) => Promise<string[]>

export type Decision =
  /** The addresses to connect to. To ask for the name again could give others. */
  | { kind: "open"; addresses: string[] }
  /** `name`: no entry lets it through. `address`: an entry does, but it leads where only an address may be listed. */
  | { kind: "refused"; why: "name" | "address" }
  | { kind: "unknown-name" }

export interface Frontier {
  rules: readonly HostRule[]
  /** No entry opens these: this machine, link-local and metadata addresses. */
  never: readonly AddressRange[]
  /** Public addresses that are closed unless they are listed as addresses. */
  blocked: readonly AddressRange[]
  lookup: Lookup
}

/** Whether a program inside may go there. The name of a refused host is never looked up: names carry nothing out. */
export async function decide(to: Destination, { lookup, ...frontier }: Frontier): Promise<Decision> {
  if (!isListed(to, frontier.rules)) return { kind: "refused", why: "name" }
  if (isAddress(to.host)) {
    return isOpen(to.host, to.port, frontier)
      ? { kind: "open", addresses: [to.host] }
      : { kind: "refused", why: "address" }
  }
  const addresses = await lookup(to.host).catch(noSuchName)
  if (!addresses || addresses.length === 0) return { kind: "unknown-name" }
  const open = addresses.every((address) => isOpen(address, to.port, frontier))
  return open ? { kind: "open", addresses } : { kind: "refused", why: "address" }
}

type Borders = Omit<Frontier, "lookup">

function isOpen(address: string, port: number, { rules, never, blocked }: Borders): boolean {
  if (never.some((range) => isInRange(address, range))) return false
  if (isListedAddress(address, port, rules)) return true
  return isPublicAddress(address) && !blocked.some((range) => isInRange(address, range))
}

function noSuchName(error: unknown): undefined {
  if (error instanceof Error && "code" in error) return undefined
  throw error
}

/** Besides the host's own addresses: loopback, unspecified, link-local with the metadata services, multicast. */
const always = [
  "127.0.0.0/8",
  "::1",
  "0.0.0.0/8",
  "::",
  "169.254.0.0/16",
  "fe80::/10",
  "100.100.100.200",
  "fd00:ec2::254",
]
/** Other ways to write an IPv4 address that a network may turn into it: 6to4, NAT64, IPv4-compatible. */
const carriers = ["2002::/16", "64:ff9b::/96", "64:ff9b:1::/48", "::/96", "224.0.0.0/4", "255.255.255.255", "ff00::/8"]

export const rangesOf = (texts: readonly string[]): AddressRange[] =>
  texts.flatMap((text) => parseAddressRange(text) ?? [])

/** What no allow-list opens on a machine with these addresses. */
export const neverOpen = (hostAddresses: readonly string[]): AddressRange[] =>
  rangesOf([...always, ...carriers, ...hostAddresses.map((address) => address.split("%")[0] ?? "")])

/** Loaded with the first question: a start needs no names of other machines. */
export const systemLookup: Lookup = async (host) => {
  const { lookup } = await import("node:dns/promises")
  return (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address)
}
