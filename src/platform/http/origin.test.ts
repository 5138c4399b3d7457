import { expect, test } from "bun:test"
import { createOwnOrigin, isLoopbackUrl, provenanceOf, type Reachable } from "./origin.ts"

const local: Reachable = { listensOnLoopback: true, tls: false }
const published: Reachable = { publicUrl: "https://loopat.example", listensOnLoopback: false, tls: false }

test("only the hosts that this server was told about are its own", () => {
  const cases: [Reachable, string | null, string | undefined][] = [
    [local, "127.0.0.1:10001", "http://127.0.0.1:10001"],
    [local, "localhost:8080", "http://localhost:8080"],
    [local, "LOCALHOST:8080", "http://localhost:8080"],
    [local, "[::1]:10001", "http://[::1]:10001"],
    [local, "evil.example", undefined],
    [local, "127.0.0.1.evil.example", undefined],
    [local, "localhost.evil.example", undefined],
    [local, "app.localhost", undefined],
    [local, null, undefined],
    [local, "", undefined],
    [local, "localhost/x", undefined],
    [local, "evil.example@localhost", undefined],
    [local, "localhost:99999", undefined],
    [local, "localhost, evil.example", undefined],
    [{ ...local, tls: true }, "localhost", "https://localhost"],
    [published, "loopat.example", "https://loopat.example"],
    [published, "loopat.example:443", "https://loopat.example"],
    [published, "loopat.example:444", undefined],
    [published, "www.loopat.example", undefined],
    [published, "localhost", undefined],
    [published, "127.0.0.1:10001", undefined],
    [{ ...published, listensOnLoopback: true }, "localhost:10001", "http://localhost:10001"],
    [{ ...published, extraHosts: ["team.example:8443"] }, "team.example:8443", "https://team.example:8443"],
    [{ ...published, extraHosts: ["team.example:8443"] }, "team.example", undefined],
  ]
  for (const [reachable, host, origin] of cases)
    expect([host, createOwnOrigin(reachable)(host)]).toEqual([host, origin])
})

test("a name is not loopback because it looks like it", () => {
  expect(["http://localhost:1", "http://127.0.0.1", "http://[::1]:2"].every(isLoopbackUrl)).toBe(true)
  expect(["http://localhost.example", "https://127.0.0.1.example"].some(isLoopbackUrl)).toBe(false)
})

test("a foreign site, a sibling port and a null origin are all foreign", () => {
  const own = "http://localhost:10001"
  const cases: [string | undefined, string | undefined, ReturnType<typeof provenanceOf>][] = [
    ["same-origin", own, "same-origin"],
    ["same-origin", undefined, "same-origin"],
    ["none", undefined, "same-origin"],
    [undefined, own, "same-origin"],
    ["same-site", own, "foreign"],
    ["cross-site", own, "foreign"],
    ["cross-site", undefined, "foreign"],
    ["same-origin", "http://localhost:10002", "foreign"],
    ["same-origin", "null", "foreign"],
    [undefined, "null", "foreign"],
    [undefined, "https://localhost:10001", "foreign"],
    [undefined, "http://localhost:10001.evil.example", "foreign"],
    ["nonsense", own, "foreign"],
    ["", undefined, "foreign"],
    [undefined, undefined, "unproven"],
  ]
  for (const [site, origin, expected] of cases) {
    const headers = new Headers()
    if (site !== undefined) headers.set("sec-fetch-site", site)
    if (origin !== undefined) headers.set("origin", origin)
    expect([site, origin, provenanceOf(new Request(own, { headers }), own)]).toEqual([site, origin, expected])
  }
})
