/**
 * Whether an IP address, in any of its spellings, belongs to the public internet: not this machine, its network, another
 * private or reserved range (IANA special-purpose registries), nor an IPv6 form that leads to such an IPv4 address.
 */
export function isPublicAddress(text: string): boolean {
  const v4 = parseIpv4(text)
  if (v4 !== undefined) return isPublicIpv4(v4)
  const groups = parseIpv6(text)
  return groups !== undefined && isPublicIpv6(groups)
}

const closedIpv4: [start: string, bits: number][] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
]

function isPublicIpv4(address: number): boolean {
  return !closedIpv4.some(([start, bits]) => {
    const size = 2 ** (32 - bits)
    return Math.floor(address / size) === Math.floor((parseIpv4(start) ?? 0) / size)
  })
}

function isPublicIpv6(groups: readonly number[]): boolean {
  const [first = 0, second = 0] = groups
  const carried = carriedIpv4(groups)
  if (carried !== undefined) return isPublicIpv4(carried)
  // Only 2000::/3 is given out; within it 2001::/23 is for protocols and 2001:db8::/32 for examples.
  return first >= 0x2000 && first < 0x4000 && !(first === 0x2001 && (second < 0x200 || second === 0xdb8))
}

/** The IPv4 address inside: mapped, compatible, NAT64 (64:ff9b::/96) or 6to4 (2002::/16). */
function carriedIpv4(groups: readonly number[]): number | undefined {
  const joined = (at: number) => (groups[at] ?? 0) * 65_536 + (groups[at + 1] ?? 0)
  if (groups[0] === 0x2002) return joined(1)
  const beginning = groups.slice(0, 6).join(":")
  const carries = [`${0x64}:${0xff9b}:0:0:0:0`, `0:0:0:0:0:${0xffff}`, "0:0:0:0:0:0"]
  return carries.includes(beginning) ? joined(6) : undefined
}

/** Four decimal numbers; other spellings are turned into this one by the URL parser. */
function parseIpv4(text: string): number | undefined {
  const parts = text.split(".")
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0)
}

/** Eight groups; undefined for anything else, zone ids included. */
function parseIpv6(text: string): number[] | undefined {
  const url = URL.parse(`http://[${text}]/`)
  if (!url) return undefined
  const [head = "", tail] = url.hostname.slice(1, -1).split("::", 2)
  const numbers = (side: string) => (side === "" ? [] : side.split(":").map((group) => Number.parseInt(group, 16)))
  const [before, after] = [numbers(head), tail === undefined ? [] : numbers(tail)]
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after]
}
