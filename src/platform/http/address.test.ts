import { expect, test } from "bun:test"
import { createClientAddress, networkOf, wasForwarded } from "./address.ts"

const from = (forwarded?: string) =>
  new Request("http://localhost/", { headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded } })

test("what a stranger says about his address is not believed", () => {
  const address = createClientAddress(["10.0.0.0/8", "fd00::/8"])
  const cases: [string | undefined, string | undefined, string][] = [
    ["203.0.113.9", undefined, "203.0.113.9"],
    ["203.0.113.9", "1.2.3.4", "203.0.113.9"],
    ["::ffff:203.0.113.9", "1.2.3.4", "203.0.113.9"],
    ["10.1.2.3", "198.51.100.7", "198.51.100.7"],
    ["::ffff:10.1.2.3", "198.51.100.7", "198.51.100.7"],
    ["fd00::1", "2001:db8::5", "2001:db8::5"],
    ["10.1.2.3", "1.2.3.4, 198.51.100.7", "198.51.100.7"],
    ["10.1.2.3", "1.2.3.4, 198.51.100.7, 10.9.9.9", "198.51.100.7"],
    ["10.1.2.3", "nonsense", "10.1.2.3"],
    ["10.1.2.3", "1.2.3.4, nonsense", "10.1.2.3"],
    ["10.1.2.3", "10.0.0.1, 10.0.0.2", "10.0.0.1"],
    ["10.1.2.3", undefined, "10.1.2.3"],
    [undefined, "1.2.3.4", ""],
  ]
  for (const [peer, forwarded, expected] of cases)
    expect([peer, forwarded, address(from(forwarded), peer)]).toEqual([peer, forwarded, expected])
})

test("a range that is none stops the start", () => {
  for (const range of ["10.0.0.0/33", "10.0.0", "proxy.example", "::1/129", "10.0.0.0/x", ""])
    expect(() => createClientAddress([range])).toThrow("not an address range")
})

test("one IPv6 customer counts as one client", () => {
  const cases: [string, string][] = [
    ["203.0.113.9", "203.0.113.9"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:0DB8:1:2::ffff", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["", ""],
  ]
  for (const [address, network] of cases) expect(networkOf(address)).toBe(network)
})

test("any header of a proxy shows one", () => {
  const has = (name: string) => wasForwarded(new Request("http://localhost/", { headers: { [name]: "x" } }))
  expect(["Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "x-forwarded-anything"].every(has)).toBe(true)
  expect(["X-Request-Id", "Origin"].some(has)).toBe(false)
})
