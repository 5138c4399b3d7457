import { expect, test } from "bun:test"
import { canonicalHost, hostRuleText, isListed, isListedAddress, parseDestination, parseHostRule } from "./rules.ts"

const rulesOf = (...texts: string[]) =>
  texts.map((text) => {
    const rule = parseHostRule(text)
    if (!rule) throw new Error(`${text} is an entry`)
    return rule
  })

test("an entry is a name, everything below one, or addresses, with a port or the usual three", () => {
  const right = ["github.com", "*.npmjs.org", "GitHub.com.", "db.example.org:5432", "10.1.0.0/16", "10.1.2.3:22"]
  for (const text of [...right, "[fd00::1]:8443", "fd00::/8", "[fd00::]:80", "xn--bcher-kva.example"])
    expect([text, parseHostRule(text) !== undefined]).toEqual([text, true])
  const wrong = ["", "*", "*.", "a.*.org", "localhost", "http://github.com", "github.com/x", "github.com:0", "a b.org"]
  for (const text of [
    ...wrong,
    "github.com:65536",
    "user@github.com",
    "github.com:80:90",
    "*.10.0.0.1",
    "..org",
    "a..org",
  ])
    expect([text, parseHostRule(text)]).toEqual([text, undefined])
  expect(hostRuleText(" GitHub.COM. ")).toBe("github.com")
  expect(hostRuleText("GitHub.com.:8443")).toBe("github.com:8443")
})

const cases: [entry: string, host: string, port: number, listed: boolean][] = [
  ["github.com", "github.com", 443, true],
  ["github.com", "github.com", 22, true],
  ["github.com", "github.com", 8443, false],
  ["github.com:8443", "github.com", 8443, true],
  ["github.com:8443", "github.com", 443, false],
  ["github.com", "api.github.com", 443, false],
  ["github.com", "github.com.evil.org", 443, false],
  ["github.com", "evilgithub.com", 443, false],
  ["*.github.com", "api.github.com", 443, true],
  ["*.github.com", "a.b.github.com", 443, true],
  ["*.github.com", "github.com", 443, false],
  ["*.github.com", "evilgithub.com", 443, false],
  ["10.0.0.0/8", "10.1.2.3", 443, true],
  ["10.0.0.0/8", "ten.example.org", 443, false],
  ["10.0.0.1", "::ffff:a00:1", 443, true],
]

test("a destination is let through by an entry that names it, and by no other", () => {
  for (const [entry, host, port, listed] of cases)
    expect([entry, host, port, isListed({ host, port }, rulesOf(entry))]).toEqual([entry, host, port, listed])
  expect(isListedAddress("10.1.2.3", 443, rulesOf("github.com"))).toBe(false)
  expect(isListedAddress("10.1.2.3", 443, rulesOf("10.1.2.3"))).toBe(true)
})

test("every spelling of an address is that address", () => {
  for (const text of ["127.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.0.0.1."])
    expect(canonicalHost(text)).toBe("127.0.0.1")
  expect(canonicalHost("[0:0:0:0:0:0:0:1]")).toBe("::1")
  for (const text of ["", "a/b", "a@b", "a b", "a#b", "a?b", "a\\b", "[", "a%00b", "fe80::1%eth0", "x".repeat(300)])
    expect([text, canonicalHost(text)]).toEqual([text, undefined])
  expect(parseDestination("EXAMPLE.org:443")).toEqual({ host: "example.org", port: 443 })
  expect(parseDestination("[::1]:80")).toEqual({ host: "::1", port: 80 })
  for (const text of ["example.org", "example.org:0", "example.org:99999", "::1:80", "a:b:80"])
    expect([text, parseDestination(text)]).toEqual([text, undefined])
})
