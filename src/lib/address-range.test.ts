import { expect, test } from "bun:test"
import { isInRange, parseAddressRange } from "./address-range.ts"

test("a range is one address or a block of either family", () => {
  for (const text of ["10.0.0.0/8", "192.0.2.7", "fd00::/8", "2001:db8::1", "0.0.0.0/0", "::/0"])
    expect([text, parseAddressRange(text) !== undefined]).toEqual([text, true])
  const wrong = ["", "10", "10.0.0/8", "10.0.0.0/33", "10.0.0.0/08", "010.0.0.1", "256.0.0.1", "fd00::/129", "fd00::/x"]
  for (const text of [...wrong, "example.org", "10.0.0.0/8/8", "::ffff:10.0.0.0/104", "fe80::1%eth0", "[::1]"])
    expect([text, parseAddressRange(text)]).toEqual([text, undefined])
})

const cases: [address: string, range: string, inside: boolean][] = [
  ["10.200.3.4", "10.0.0.0/8", true],
  ["11.0.0.1", "10.0.0.0/8", false],
  ["172.31.255.255", "172.16.0.0/12", true],
  ["172.32.0.0", "172.16.0.0/12", false],
  ["192.0.2.7", "192.0.2.7", true],
  ["192.0.2.8", "192.0.2.7", false],
  ["::ffff:10.0.0.1", "10.0.0.0/8", true],
  ["::ffff:a00:1", "10.0.0.0/8", true],
  ["10.0.0.1", "::/0", false],
  ["fd12::1", "fd00::/8", true],
  ["fe00::1", "fd00::/8", false],
  ["2001:db8:0:0:1::", "2001:db8::/64", true],
  ["no address", "0.0.0.0/0", false],
]

test("an address lies in a range whatever way it is written", () => {
  for (const [address, text, inside] of cases) {
    const range = parseAddressRange(text)
    if (!range) throw new Error(`${text} is a range`)
    expect([address, text, isInRange(address, range)]).toEqual([address, text, inside])
  }
})
