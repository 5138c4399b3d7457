import { afterAll, expect, test } from "bun:test"
import { rawRequest, rawSocket, type RawSocket } from "../testing/raw-socket.ts"
import { roleWorld } from "../testing/role-world.ts"

const patienceS = 3
const world = await roleWorld({ app: { patienceS } })
const listening = world.app.listen()
if (listening.kind !== "listening") throw new Error(listening.kind)
const { port: portText, host } = new URL(listening.address)
const port = Number(portText)
const cookie = `Cookie: ${world.cookie("driver")}`
const close = "Connection: close"
afterAll(() => world[Symbol.asyncDispose]())

const lines = (...all: string[]): string => `${all.join("\r\n")}\r\n\r\n`
const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0)

/** Sends a little of the next piece, again and again, until the other side has had enough. */
async function drip(start: string, piece: string): Promise<RawSocket> {
  const socket = await rawSocket(port)
  let open = true
  void socket.closed.then(() => (open = false))
  if (start !== "") socket.write(start)
  void (async () => {
    while (open) {
      if (piece !== "") socket.write(piece)
      await Bun.sleep(250)
    }
  })()
  return socket
}

test("whoever says nothing, or says it too slowly, is cut off; everybody else is answered all the while", async () => {
  const form = `POST /loops HTTP/1.1\r\nHost: ${host}\r\n${cookie}\r\nOrigin: http://${host}\r\nContent-Type: application/x-www-form-urlencoded\r\n`
  const slow = await Promise.all([
    drip("", ""),
    drip("GET /loops HTTP/1.1\r\nHo", ""),
    drip(`GET /loops HTTP/1.1\r\nHost: ${host}\r\n`, "x"),
    drip(`${form}Content-Length: 60000\r\n\r\n`, ""),
    drip(`${form}Content-Length: 60000\r\n\r\n`, "a"),
    drip(`${form}Transfer-Encoding: chunked\r\n\r\n`, "1\r\na\r\n"),
    drip(lines("GET /livez HTTP/1.1", `Host: ${host}`), ""),
    ...Array.from({ length: 100 }, () => drip("GET / HTTP/1.1\r\n", "")),
  ])
  let stillOpen = slow.length
  for (const socket of slow) void socket.closed.then(() => stillOpen--)
  let answered = 0
  while (stillOpen > 0) {
    const answer = await rawRequest(port, lines("GET /loops HTTP/1.1", `Host: ${host}`, cookie, close))
    expect(statusOf(answer)).toBe(200)
    answered++
    await new Promise((next) => setTimeout(next, 100))
  }
  expect(answered).toBeGreaterThan(0)
  expect(slow.slice(0, 6).map((socket) => statusOf(socket.received()))).not.toContain(200)
})

test("headers, addresses and lines beyond their limit are refused and nothing of them is kept", async () => {
  const many = Array.from({ length: 400 }, (_, index) => `X-${index}: b`)
  const requests = {
    "a header of 20 kB": lines("GET /livez HTTP/1.1", `Host: ${host}`, `X: ${"a".repeat(20_000)}`, close),
    "an address of 20 kB": lines(`GET /${"a".repeat(20_000)} HTTP/1.1`, `Host: ${host}`, close),
    "400 headers": lines("GET /livez HTTP/1.1", `Host: ${host}`, ...many, close),
  }
  for (const [name, text] of Object.entries(requests))
    expect([name, statusOf(await rawRequest(port, text))]).toEqual([name, 431])
  const longest = lines("GET /livez HTTP/1.1", `Host: ${host}`, `Cookie: a=${"a".repeat(12_000)}`, close)
  expect(statusOf(await rawRequest(port, longest))).toBe(200)
})

test("a message whose end could be read in two ways is refused", async () => {
  const head = ["POST /preferences/theme HTTP/1.1", `Host: ${host}`, `Origin: http://${host}`]
  const requests = {
    "two lengths": `${lines(...head, "Content-Length: 5", "Content-Length: 6")}hello!`,
    "a length and chunks": `${lines(...head, "Content-Length: 5", "Transfer-Encoding: chunked")}0\r\n\r\n`,
    "a negative length": lines(...head, "Content-Length: -1"),
    "a length that is no number": lines(...head, "Content-Length: 5x"),
    "a folded header": lines(...head, "X: a", " b"),
    "a blank before the colon": lines(...head, "X : a"),
    "a NUL in a header": lines(...head, "X: a\0b"),
    "bare line feeds": `${head.join("\n")}\n\n`,
    "no Host": lines("GET /livez HTTP/1.1"),
  }
  for (const [name, text] of Object.entries(requests)) {
    const status = statusOf(await rawRequest(port, text))
    expect([name, status >= 400 && status < 600]).toEqual([name, true])
  }
})

test("TRACE, CONNECT, invented methods and foreign hosts in any place get nothing of ours", async () => {
  const end = [`Host: ${host}`, `Origin: http://${host}`, cookie, close]
  const requests: Record<string, [number, string]> = {
    trace: [405, lines("TRACE /loops HTTP/1.1", ...end)],
    "a tunnel": [404, lines(`CONNECT ${host} HTTP/1.1`, ...end)],
    "a tunnel elsewhere": [404, lines("CONNECT evil.example:443 HTTP/1.1", ...end)],
    "an invented method": [0, lines("FOO /loops HTTP/1.1", ...end)],
    "a method in small letters": [0, lines("get /loops HTTP/1.1", ...end)],
    "no target at all": [400, lines("OPTIONS * HTTP/1.1", ...end)],
    "no host, as long ago": [421, lines("GET /loops HTTP/1.0", cookie)],
    "another's host": [421, lines("GET /loops HTTP/1.1", "Host: rebound.example", cookie, close)],
    "another's host with our port": [421, lines("GET /loops HTTP/1.1", `Host: rebound.example:${port}`, cookie, close)],
    "two hosts": [421, lines("GET /loops HTTP/1.1", `Host: ${host}`, "Host: rebound.example", cookie, close)],
    "our host with a user": [421, lines("GET /loops HTTP/1.1", `Host: rebound.example@${host}`, cookie, close)],
  }
  for (const [name, [status, text]] of Object.entries(requests)) {
    const answer = await rawRequest(port, text)
    expect([name, statusOf(answer), answer.includes("Cookie: loopat")]).toEqual([name, status, false])
  }
  const health = await rawRequest(port, lines("GET /livez HTTP/1.0"))
  expect(statusOf(health)).toBe(200)
})

test("no header of an answer is written by whoever asks", async () => {
  const addresses = [
    "/%0d%0aSet-Cookie:%20planted=1",
    "/loops?x=%0d%0aSet-Cookie:%20planted=1",
    "/sign-in?next=%0d%0aSet-Cookie:%20planted=1",
    "/loops/%E5%98%8A%E5%98%8DSet-Cookie:planted=1",
  ]
  for (const address of addresses) {
    for (const who of ["", cookie]) {
      const answer = await rawRequest(
        port,
        lines(`GET ${address} HTTP/1.1`, `Host: ${host}`, "Accept: text/html", ...(who === "" ? [] : [who]), close),
      )
      const head = answer.split("\r\n\r\n")[0] ?? ""
      expect([address, /^set-cookie: planted/im.test(head)]).toEqual([address, false])
    }
  }
})
