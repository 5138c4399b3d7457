import { expect, test } from "bun:test"
import { decide, neverOpen, rangesOf } from "./decide.ts"
import { parseDestination, parseHostRule } from "./rules.ts"

const names: Record<string, string[]> = {
  "github.com": ["140.82.121.4", "2606:50c0:8000::1"],
  "inner.example.org": ["10.1.2.3"],
  "mixed.example.org": ["140.82.121.4", "127.0.0.1"],
  "metadata.example.org": ["169.254.169.254"],
  "blocked.example.org": ["142.250.1.1"],
  "me.example.org": ["198.51.100.7"],
  "mapped.example.org": ["::ffff:169.254.169.254"],
}

function world(...entries: string[]) {
  const asked: string[] = []
  const rules = entries.flatMap((entry) => parseHostRule(entry) ?? [])
  const never = neverOpen(["198.51.100.7", "127.0.0.1", "fe80::1%eth0"])
  const lookup = async (host: string) => {
    asked.push(host)
    const found = names[host]
    if (!found) throw Object.assign(new Error("no such name"), { code: "ENOTFOUND" })
    return found
  }
  const frontier = { rules, never, blocked: rangesOf(["142.250.0.0/16"]), lookup }
  return {
    asked,
    async ask(text: string) {
      const to = parseDestination(text)
      if (!to) throw new Error(`${text} is a destination`)
      const decision = await decide(to, frontier)
      return decision.kind === "refused" ? decision.why : decision.kind
    },
  }
}

test("a listed name is looked up once and leads to what was found", async () => {
  const { ask, asked } = world("github.com")
  expect(await ask("github.com:443")).toBe("open")
  expect(asked).toEqual(["github.com"])
})

test("the name of a refused host is never looked up, so that names carry nothing out", async () => {
  const { ask, asked } = world("github.com")
  for (const place of [
    "secret.evil.org:443",
    "github.com:8443",
    "api.github.com:443",
    "140.82.121.4:443",
    "localhost:80",
  ])
    expect([place, await ask(place)]).toEqual([place, "name"])
  expect(asked).toEqual([])
})

test("a listed name that leads into this machine, its network or a blocked range is refused", async () => {
  const { ask } = world("*.example.org")
  for (const name of ["inner", "mixed", "metadata", "blocked", "me", "mapped"])
    expect([name, await ask(`${name}.example.org:80`)]).toEqual([name, "address"])
  expect(await ask("nowhere.example.org:80")).toBe("unknown-name")
})

test("a private or blocked address is reached only when it is listed as an address", async () => {
  const { ask } = world("*.example.org", "10.0.0.0/8", "142.250.1.1")
  expect(await ask("inner.example.org:80")).toBe("open")
  expect(await ask("10.1.2.3:443")).toBe("open")
  expect(await ask("10.1.2.3:5432")).toBe("name")
  expect(await ask("blocked.example.org:80")).toBe("open")
})

test("no entry opens this machine, link-local or metadata addresses, in any spelling", async () => {
  const { ask } = world("0.0.0.0/0", "::/0", "*.example.org")
  const closed = ["127.0.0.1", "127.9.9.9", "2130706433", "0.0.0.0", "169.254.169.254", "0xa9fea9fe", "198.51.100.7"]
  const closed6 = [
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[fe80::1]",
    "[fd00:ec2::254]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
  ]
  for (const host of [...closed, ...closed6, "100.100.100.200", "224.0.0.1", "me.example.org"])
    expect([host, await ask(`${host}:80`)]).toEqual([host, "address"])
  expect(await ask("140.82.121.4:443")).toBe("open")
})
