import { expect, test } from "bun:test"
import { join } from "node:path"
import { urls } from "../lib/urls.ts"
import { systemClock } from "../platform/clock.ts"
import { pageOf } from "../testing/html.ts"
import { until } from "../testing/link-world.ts"
import { cookieOf, postOf, previewWorld } from "../testing/preview-world.tsx"
import { person } from "../testing/loops.ts"
import { rawRequest, rawSocket } from "../testing/raw-socket.ts"
import { tempFolder } from "../testing/temp-folder.ts"

const lines = (...all: string[]): string => `${all.join("\r\n")}\r\n\r\n`
const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0)

/** What waits by the program's clock waits a hundredth of that. */
const hurried = { ...systemClock, after: (ms: number, then: () => void) => systemClock.after(ms / 100, then) }

test("whoever sends nothing, half a head or a ticket letter by letter is cut off, and everybody else is answered all the while", async () => {
  await using w = await previewWorld({ patienceS: 1, clock: hurried })
  const { host, cookie } = await w.shown()
  const form = `POST /__loopat/enter HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 60\r\n\r\nticket=`
  const slow = await Promise.all(
    ["", "GET / HTTP/1.1\r\nHo", form].map(async (text) => {
      const socket = await rawSocket(w.port())
      socket.write(text)
      return socket
    }),
  )
  let open = slow.length
  for (const { closed } of slow) void closed.then(() => open--)
  await until("all are cut off", async () => {
    expect((await w.ask(host, "/", { headers: { cookie } })).status).toBe(200)
    return open === 0
  })
})

test("a request that is no request of a path, or that could be read in two ways, reaches nothing inside", async () => {
  await using w = await previewWorld()
  const { host, cookie } = await w.shown()
  const own = [`Host: ${host}`, `Cookie: ${cookie}`, "Connection: close"]
  const ask = async (first: string, ...more: string[]) =>
    statusOf(await rawRequest(w.port(), lines(first, ...own, ...more)))
  expect(await ask("GET /plain HTTP/1.1")).toBe(200)
  expect(await ask("GET /a/../b;x=%2f?y=#z HTTP/1.1")).not.toBe(500)
  for (const first of [
    "GET http://127.0.0.1:22/ HTTP/1.1",
    "CONNECT 127.0.0.1:22 HTTP/1.1",
    "OPTIONS * HTTP/1.1",
    "TRACE / HTTP/1.1",
  ])
    expect([first, [0, 400, 404, 405, 501].includes(await ask(first))]).toEqual([first, true])
  const twice = ["Content-Length: 5", "Transfer-Encoding: chunked", "", "0"]
  expect([200].includes(await ask("POST /count HTTP/1.1", ...twice))).toBe(false)
  expect(await ask("GET / HTTP/1.1", "Upgrade: h2c", "HTTP2-Settings: x")).not.toBe(101)
})

test("after a restart of the server what was shown still is, and whoever was let in still is", async () => {
  await using w = await previewWorld()
  const { host, cookie } = await w.shown()
  await w.restart()
  expect((await w.ask(host, "/", { headers: { cookie } })).status).toBe(200)
  expect((await w.ask(host, "/")).status).toBe(401)
})

test("on https the one cookie is bound to its host, and plain requests are answered nothing", async () => {
  await using folder = await tempFolder()
  const [cert, key] = [join(folder.path, "cert.pem"), join(folder.path, "key.pem")]
  const made = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=localhost"]
  Bun.spawnSync(["openssl", "req", "-x509", ...made, "-keyout", key, "-out", cert])
  const options = { host: "127.0.0.1", port: 0, domain: "localhost", secure: true, tls: { cert, key } }
  await using w = await previewWorld({ options })
  const loop = await w.loop()
  const inside = w.programs.program()
  const { host } = await w.share(loop, { port: inside.port })
  const ticket = async () => {
    const page = await pageOf(await w.as(person("alice")).get(urls.loopPreview(loop)))
    expect(page.one("#preview-enter").attributes["action"]).toStartWith(`https://${host}/`)
    return page.one("#preview-enter [name=ticket]").attributes["value"] ?? ""
  }
  const send = (path: string, init: RequestInit & { headers?: Record<string, string> } = {}) =>
    fetch(`https://127.0.0.1:${w.port()}${path}`, {
      ...{ redirect: "manual", ...init, headers: { ...init.headers, host } },
      tls: { rejectUnauthorized: false },
    })
  const entered = await send("/__loopat/enter", postOf({ ticket: await ticket() }))
  const cookies = entered.headers.getSetCookie()
  expect(cookies).toHaveLength(1)
  expect(cookies[0]).toMatch(/^__Host-loopat_preview=.*; Path=\/; Secure; SameSite=None; Partitioned; HttpOnly/)
  const answer = await send("/", { headers: { cookie: cookieOf(entered) } })
  expect(answer.status).toBe(200)
  expect(await answer.text()).toContain('"x-forwarded-proto":"https"')
  expect((await send("/", { headers: { cookie: cookieOf(entered).replace("__Host-", "") } })).status).toBe(401)
  expect(statusOf(await rawRequest(w.port(), lines("GET / HTTP/1.1", `Host: ${host}`)))).not.toBe(200)
})
