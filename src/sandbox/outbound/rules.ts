import { type AddressRange, isInRange, parseAddressRange } from "../../lib/address-range.ts"

/** What an allow-list lets through: a name, everything below a name, or addresses, each at some ports. */
export type HostRule = { ports: readonly number[] } & (
  { kind: "name"; name: string } | { kind: "below"; name: string } | { kind: "addresses"; range: AddressRange }
)

/** Where a program inside wants to go. The host is canonical: lower case, an address in its usual spelling. */
export interface Destination {
  host: string
  port: number
}

/** Web and ssh, unless an entry names a port of its own. */
const usualPorts: readonly number[] = [80, 443, 22]

/** `github.com`, `*.npmjs.org`, `db.example.org:5432`, `10.1.0.0/16`, `[fd00::1]:8443`. Undefined: not one of these. */
export function parseHostRule(text: string): HostRule | undefined {
  const entry = splitEntry(text.trim())
  if (!entry) return undefined
  const { host, ports } = entry
  const range = parseAddressRange(host.replace(/^\[|\]$/g, ""))
  return range ? { kind: "addresses", range, ports } : nameRule(host, ports)
}

function splitEntry(text: string): { host: string; ports: readonly number[] } | undefined {
  // An IPv6 address alone is full of colons, none of which begins a port.
  if (parseAddressRange(text)) return { host: text, ports: usualPorts }
  const [, host, port] = /^(\[[^\]]+\]|[^[\]:]+)(?::(\d{1,5}))?$/.exec(text) ?? []
  if (host === undefined || (port !== undefined && !isPort(Number(port)))) return undefined
  return { host, ports: port === undefined ? usualPorts : [Number(port)] }
}

function nameRule(host: string, ports: readonly number[]): HostRule | undefined {
  const below = host.startsWith("*.")
  const name = canonicalHost(below ? host.slice(2) : host)
  if (name === undefined || isAddress(name) || !name.includes(".")) return undefined
  return { kind: below ? "below" : "name", name, ports }
}

/** The entry that lets a program go there and nowhere else. */
export function entryFor(to: Destination): string {
  const text = destinationText(to)
  return usualPorts.includes(to.port) ? text.slice(0, text.lastIndexOf(":")) : text
}

/** How an entry is written down: the same one twice is the same text. */
export function hostRuleText(text: string): string | undefined {
  const rule = parseHostRule(text)
  return (
    rule &&
    text
      .trim()
      .toLowerCase()
      .replace(/\.(?=$|:)/, "")
  )
}

const isPort = (port: number) => Number.isInteger(port) && port >= 1 && port <= 65_535

/** Whether some entry lets a program ask for this destination. What its name leads to is looked at afterwards. */
export function isListed({ host, port }: Destination, rules: readonly HostRule[]): boolean {
  return rules.some((rule) => rule.ports.includes(port) && matches(host, rule))
}

/** Whether an address is let through as an address, and not only as where some name leads. */
export function isListedAddress(address: string, port: number, rules: readonly HostRule[]): boolean {
  return isListed(
    { host: address, port },
    rules.filter(({ kind }) => kind === "addresses"),
  )
}

function matches(host: string, rule: HostRule): boolean {
  if (rule.kind === "addresses") return isInRange(host, rule.range)
  if (isAddress(host)) return false
  return rule.kind === "name" ? host === rule.name : host.endsWith(`.${rule.name}`)
}

/**
 * A host as everybody else would understand it: the many spellings of one address become one, a name loses its last dot.
 * Undefined for what is neither a name nor an address.
 */
export function canonicalHost(text: string): string | undefined {
  const bare = text.startsWith("[") && text.endsWith("]") ? text.slice(1, -1) : text
  if (bare.includes(":"))
    return /^[\da-f:.]+$/i.test(bare) ? URL.parse(`http://[${bare}]/`)?.hostname.slice(1, -1) : undefined
  if (!/^[\w.-]{1,254}$/.test(bare)) return undefined
  const host = URL.parse(`http://${bare}/`)?.hostname.replace(/\.$/, "")
  return host !== undefined && host.length <= 253 && /^[\w-]+(\.[\w-]+)*$/.test(host) ? host : undefined
}

/** Of a canonical host. */
export const isAddress = (host: string): boolean => host.includes(":") || /^\d+(\.\d+){3}$/.test(host)

/** Where somebody wants to go, as typed: `host:port`, an IPv6 address in brackets. */
export function parseDestination(text: string, usualPort?: number): Destination | undefined {
  const [, typed = "", port] = /^(\[[^\]]*\]|[^:[\]]*)(?::(\d{1,5}))?$/.exec(text) ?? []
  const host = canonicalHost(typed)
  const number = port === undefined ? usualPort : Number(port)
  return host === undefined || number === undefined || !isPort(number) ? undefined : { host, port: number }
}

export const destinationText = ({ host, port }: Destination): string =>
  `${host.includes(":") ? `[${host}]` : host}:${port}`
