/** A block of IP addresses: the first `bits` bits are those of `start`. */
export interface AddressRange {
  family: 4 | 6
  start: bigint
  bits: number
}

interface Address {
  family: 4 | 6
  value: bigint
}

/** `10.1.0.0/16`, `fd00::/8`, or one address alone; undefined for anything else. Bits after the prefix do not count. */
export function parseAddressRange(text: string): AddressRange | undefined {
  const [head = "", prefix, ...more] = text.trim().split("/")
  const address = parseAddress(head)
  if (!address || more.length > 0) return undefined
  const { family, value } = address
  const all = width(family)
  if (prefix === undefined) return { family, start: value, bits: all }
  if (!/^(0|[1-9]\d{0,2})$/.test(prefix) || Number(prefix) > all) return undefined
  // What was written as IPv6 and is IPv4 has no prefix of its own.
  if (head.includes(":") && family === 4) return undefined
  return { family, start: value, bits: Number(prefix) }
}

/** Whether an address, also in its IPv6-mapped form, lies in a range. What is no address lies in none. */
export function isInRange(text: string, range: AddressRange): boolean {
  const address = parseAddress(text)
  if (!address || address.family !== range.family) return false
  const dropped = BigInt(width(range.family) - range.bits)
  return address.value >> dropped === range.start >> dropped
}

const width = (family: 4 | 6) => (family === 4 ? 32 : 128)

const mapped = 0xffffn << 32n

/** An IPv4 address inside an IPv6 one (`::ffff:10.0.0.1`) is that IPv4 address: the system connects to it. */
function parseAddress(text: string): Address | undefined {
  if (/^\d+(\.\d+){3}$/.test(text)) {
    const parts = text.split(".")
    if (!parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return undefined
    return { family: 4, value: parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n) }
  }
  if (!/^[\da-f:.]+$/i.test(text) || !text.includes(":")) return undefined
  const url = URL.parse(`http://[${text}]/`)
  if (!url) return undefined
  const value = groupsOf(url.hostname.slice(1, -1)).reduce((sum, group) => (sum << 16n) + BigInt(group), 0n)
  return value >> 32n === mapped >> 32n ? { family: 4, value: value & 0xffff_ffffn } : { family: 6, value }
}

function groupsOf(canonical: string): number[] {
  const [head = "", tail] = canonical.split("::", 2)
  const numbers = (side: string) => (side === "" ? [] : side.split(":").map((group) => Number.parseInt(group, 16)))
  const [before, after] = [numbers(head), tail === undefined ? [] : numbers(tail)]
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after]
}
