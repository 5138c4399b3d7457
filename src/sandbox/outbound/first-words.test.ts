import { expect, test } from "bun:test"
import { answerTo, FirstWords, type Heard } from "./first-words.ts"

const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString("latin1")
const bytesOf = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : Buffer.from(part))))

/** The last thing heard, with everything that was answered on the way; said whole, and one byte at a time. */
function heard(...parts: (string | number[])[]) {
  const bytes = bytesOf("curl\n", ...parts)
  const listen = (size: number) => {
    const words = new FirstWords()
    let said = ""
    let last: Heard = { kind: "more" }
    let at = 0
    for (; at < bytes.length && last.kind === "more"; at += size) {
      last = words.push(bytes.subarray(at, at + size))
      said += text(last.say)
    }
    if (last.kind !== "wanted") return { kind: last.kind, said }
    const { by, to, first, program } = last
    return { kind: last.kind, said, by, to, program, first: text(first) + text(bytes.subarray(at)) }
  }
  const [whole, slowly] = [listen(bytes.length), listen(1)]
  expect(slowly).toEqual(whole)
  return whole
}

test("a tunnel is asked for with CONNECT; what follows the head belongs to it", () => {
  expect(heard("CONNECT Example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n", [22, 3, 1])).toEqual({
    kind: "wanted",
    said: "",
    by: "connect",
    to: { host: "example.org", port: 443 },
    program: "curl",
    first: "\x16\x03\x01",
  })
})

test("a plain request goes on as one of its own, to the host of its address and with nothing meant for the proxy", () => {
  const request = [
    "POST http://example.org:8080?q=1 HTTP/1.1",
    "Host: elsewhere.org",
    "Proxy-Authorization: Basic x",
    "Connection: keep-alive",
    "Content-Length: 2",
    "",
    "hi",
  ]
  expect(heard(request.join("\r\n"))).toMatchObject({
    by: "plain",
    to: { host: "example.org", port: 8080 },
    first: "POST /?q=1 HTTP/1.1\r\nHost: example.org:8080\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi",
  })
})

const greeting = [5, 2, 0, 2]

test("SOCKS is asked by name or by either kind of address", () => {
  const named = heard(greeting, [5, 1, 0, 3, 11], "example.org", [1, 187], "data")
  expect(named).toMatchObject({ by: "socks", to: { host: "example.org", port: 443 }, said: "\x05\x00", first: "data" })
  expect(heard(greeting, [5, 1, 0, 1, 10, 0, 0, 1, 0, 80])).toMatchObject({ to: { host: "10.0.0.1", port: 80 } })
  const six = Array.from({ length: 16 }, (_, index) => (index === 15 ? 1 : 0))
  expect(heard(greeting, [5, 1, 0, 4, ...six, 0, 80])).toMatchObject({ to: { host: "::1", port: 80 } })
})

test("what is no such request is refused in the words of its protocol", () => {
  const cases: [Parameters<typeof heard>, said: RegExp][] = [
    [["GET / HTTP/1.1\r\n\r\n"], /^HTTP\/1\.1 400 /],
    [["GET https://example.org/ HTTP/1.1\r\n\r\n"], /^HTTP\/1\.1 400 /],
    [["GET http://user:secret@example.org/ HTTP/1.1\r\n\r\n"], /^HTTP\/1\.1 400 /],
    [["GET http://example.org/ HTTP/1.1\r\nA: b\r\n c\r\n\r\n"], /^HTTP\/1\.1 400 /],
    [["GET http://example.org/ HTTP/1.1\r\nA: b\nHost: other\r\n\r\n"], /^HTTP\/1\.1 400 /],
    [["CONNECT example.org HTTP/1.1\r\n\r\n"], /^HTTP\/1\.1 400 /],
    [["CONNECT example.org:0 HTTP/1.1\r\n\r\n"], /^HTTP\/1\.1 400 /],
    [[[5, 1, 2]], /^\x05\xff$/],
    [[greeting, [5, 2, 0, 1, 10, 0, 0, 1, 0, 80]], /^\x05\x00\x05\x07/],
    [[greeting, [5, 1, 0, 9, 10, 0, 0, 1, 0, 80]], /^\x05\x00\x05\x07/],
    [[greeting, [5, 1, 0, 3, 3], "a/b", [0, 80]], /^\x05\x00\x05\x01/],
  ]
  for (const [parts, said] of cases) {
    const found = heard(...parts)
    expect([found.kind, found.said]).toEqual(["nonsense", expect.stringMatching(said)])
  }
})

test("a head without end is refused before it fills memory", () => {
  const words = new FirstWords()
  words.push(Buffer.from("x\nCONNECT example.org:443 HTTP/1.1\r\n"))
  let last: Heard = { kind: "more" }
  for (let times = 0; times < 30 && last.kind === "more"; times++) last = words.push(Buffer.alloc(1_000, "a"))
  expect([last.kind, text(last.say).slice(9, 12)]).toEqual(["nonsense", "431"])
})

test("the program's name is a name and nothing else", () => {
  const words = new FirstWords()
  const last = words.push(Buffer.from("<b>curl\x1b[0m\nCONNECT example.org:443 HTTP/1.1\r\n\r\n"))
  expect(last).toMatchObject({ program: "bcurl0m" })
})

test("an answer is in the words of whoever asked", () => {
  expect(text(answerTo("connect", "open", ""))).toBe("HTTP/1.1 200 Connection established\r\n\r\n")
  expect(text(answerTo("plain", "open", ""))).toBe("")
  expect(text(answerTo("connect", "refused", "no"))).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n.*\r\n\r\nloopat: no\n$/s)
  expect(text(answerTo("plain", "unreachable", "no"))).toMatch(/^HTTP\/1\.1 502 /)
  expect([...answerTo("socks", "refused", "no")].slice(0, 2)).toEqual([5, 2])
})
