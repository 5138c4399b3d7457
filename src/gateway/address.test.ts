import { expect, test } from "bun:test"
import { reach, upstreamUrl } from "./address.ts"

/** What a name server might say about these names. */
const names: Record<string, string[]> = {
  "public.example": ["93.184.216.34", "2606:2800:220:1::1"],
  "private.example": ["10.0.0.5"],
  "mixed.example": ["93.184.216.34", "127.0.0.1"],
  "mapped.example": ["::ffff:127.0.0.1"],
  "metadata.example": ["169.254.169.254"],
}
const lookup = async (host: string) => names[host] ?? []

async function outcome(address: string, hosts: string[] = []): Promise<string> {
  const url = URL.parse(address)
  if (!url) return "not-an-address"
  const found = await reach(url, hosts, lookup)
  return found.kind === "refused" ? found.why : found.addresses.join(" ")
}

test("a public https address is reached at the addresses that were looked up", async () => {
  expect(await outcome("https://public.example")).toBe("93.184.216.34 2606:2800:220:1::1")
  expect(await outcome("https://93.184.216.34:8443/x")).toBe("93.184.216.34")
})

test("no spelling of a private address gets through", async () => {
  const hosts =
    "127.0.0.1 127.1 0x7f000001 2130706433 0177.0.0.1 0 10.0.0.1 192.168.1.1 172.16.0.1 169.254.169.254 [::1] [::] [::ffff:127.0.0.1] [::ffff:7f00:1] [fe80::1] [fd00::1] [64:ff9b::7f00:1] [2002:7f00:1::] private.example mixed.example mapped.example metadata.example"
  for (const host of hosts.split(" ")) expect([host, await outcome(`https://${host}/`)]).toEqual([host, "private"])
})

test("plain http, other schemes and names or passwords in the address are refused", async () => {
  expect(await outcome("http://public.example")).toBe("unencrypted")
  expect(await outcome("http://127.0.0.1:11434")).toBe("unencrypted")
  expect(await outcome("file:///etc/passwd")).toBe("not-http")
  expect(await outcome("ftp://public.example")).toBe("not-http")
  expect(await outcome("https://user:pass@public.example")).toBe("credentials")
})

test("what an admin listed is reached, at that port only unless all were meant", async () => {
  expect(await outcome("http://127.0.0.1:11434", ["127.0.0.1:11434"])).toBe("127.0.0.1")
  expect(await outcome("http://127.0.0.1:80", ["127.0.0.1:11434"])).toBe("unencrypted")
  expect(await outcome("http://127.0.0.1", ["127.0.0.1:80"])).toBe("127.0.0.1")
  expect(await outcome("https://private.example", ["private.example:443"])).toBe("10.0.0.5")
  expect(await outcome("http://private.example:99", ["Private.Example"])).toBe("10.0.0.5")
  expect(await outcome("https://private.example.evil.example", ["private.example"])).toBe("")
})

test("base address and path are joined once", () => {
  const check = (base: string, expected: string) =>
    expect(upstreamUrl(base, "/v1/messages", "?a=1")?.href).toBe(expected)
  check("https://x", "https://x/v1/messages?a=1")
  check("https://x/", "https://x/v1/messages?a=1")
  check("https://x/v1", "https://x/v1/messages?a=1")
  check("https://x/v1/", "https://x/v1/messages?a=1")
  check("https://x/api/anthropic", "https://x/api/anthropic/v1/messages?a=1")
  check("https://x/api/v1?key=1#f", "https://x/api/v1/messages?a=1")
  expect(upstreamUrl("nonsense", "/v1/messages")).toBeUndefined()
})
