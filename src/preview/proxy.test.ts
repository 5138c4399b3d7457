import { expect, test } from "bun:test"
import { urls } from "../lib/urls.ts"
import { systemClock } from "../platform/clock.ts"
import { silentLog } from "../platform/log.ts"
import type { Box } from "../sandbox/index.ts"
import { pageOf } from "../testing/html.ts"
import { until } from "../testing/link-world.ts"
import { person } from "../testing/loops.ts"
import { previewWorld } from "../testing/preview-world.tsx"
import { createPages } from "./pages.tsx"
import { createProxy } from "./proxy.ts"
import { Share } from "./share.ts"

test("bodies pass both ways whole and unbuffered, and a body that is too long is refused", async () => {
  await using w = await previewWorld({ limits: { bodyBytes: 5 << 20, answerBytes: 4 << 20 } })
  const { host, cookie } = await w.shown()
  const count = async (body: BodyInit, headers: Record<string, string> = {}) => {
    const answer = await w.ask(host, "/count", { method: "POST", body, headers: { cookie, ...headers } })
    return [answer.status, answer.status === 200 ? Number(await answer.text()) : 0]
  }
  const chunks = (size: number) =>
    new ReadableStream<Uint8Array>({
      pull(controller) {
        if ((size -= 65_536) < 0) return controller.close()
        controller.enqueue(new Uint8Array(65_536))
      },
    })
  expect(await count(new Uint8Array(5 << 20))).toEqual([200, 5 << 20])
  expect(await count(chunks(3 << 20))).toEqual([200, 3 << 20])
  expect((await count(new Uint8Array((5 << 20) + 1)))[0]).toBe(413)
  expect((await count(chunks(6 << 20)))[0]).toBe(413)
  const large = await w.ask(host, `/large?${4 << 20}`, { headers: { cookie } })
  expect((await large.arrayBuffer()).byteLength).toBe(4 << 20)
  expect((await w.ask(host, `/large?${(4 << 20) + 1}`, { headers: { cookie } })).status).toBe(502)
})

test("an event stream comes as it is said, and ends within a second on both sides when its right ends", async () => {
  await using w = await previewWorld()
  const { host, cookie, inside } = await w.shown()
  const answer = await w.ask(host, "/events", { headers: { cookie } })
  const reader = answer.body?.getReader()
  expect(new TextDecoder().decode((await reader?.read())?.value)).toStartWith("data: ")
  w.ended.add(`login-alice`)
  let over = false
  void (async () => {
    // However it ends: what counts is that it does.
    for (;;) if ((await reader?.read().catch(() => ({ done: true })))?.done) break
    over = true
  })()
  await until("the stream is cut", () => over)
  await until("the program inside has heard of it", () => inside.started.ended === 1)
  expect((await w.ask(host, "/", { headers: { cookie } })).status).toBe(401)
})

test("a socket passes frames both ways, is refused to other origins, and closes when the share ends", async () => {
  await using w = await previewWorld()
  const { host, cookie, loop, id } = await w.shown()
  const open = (headers: Record<string, string>) =>
    new WebSocket(`ws://127.0.0.1:${w.port()}/socket`, { headers: { host, ...headers } } as unknown as string[])
  const outcome = (socket: WebSocket) =>
    new Promise<string>((resolve) => {
      socket.addEventListener("open", () => resolve("open"))
      socket.addEventListener("error", () => resolve("refused"))
      socket.addEventListener("close", () => resolve("refused"))
    })
  expect(await outcome(open({}))).toBe("refused")
  expect(await outcome(open({ cookie, origin: "http://evil.test" }))).toBe("refused")
  const socket = open({ cookie, origin: `http://${host}` })
  socket.binaryType = "arraybuffer"
  expect(await outcome(socket)).toBe("open")
  const heard = (message: string | Uint8Array<ArrayBuffer>) =>
    new Promise<number>((resolve) => {
      socket.addEventListener("message", ({ data }) => resolve(data.length ?? data.byteLength), { once: true })
      socket.send(message)
    })
  expect([await heard("hello"), await heard(new Uint8Array(1 << 20)), await heard(new Uint8Array(0))]).toEqual([
    5,
    1 << 20,
    0,
  ])
  const closed = new Promise<void>((resolve) => socket.addEventListener("close", () => resolve()))
  await w.as(person("alice")).post(urls.previewEnd(loop, id))
  await closed
})

test("where nothing listens a page says which ports do and asks again by itself; a resting sandbox has its own words", async () => {
  await using w = await previewWorld()
  const loop = await w.loop()
  const share = await w.share(loop, { port: "9" })
  const cookie = await share.enter()
  const listening = w.programs.program()
  const answer = await w.ask(share.host, "/", { headers: { cookie, accept: "text/html" } })
  expect(answer.status).toBe(502)
  const page = await pageOf(answer)
  expect(page.one("h1").text).toBe("Nothing answers at port 9 yet")
  expect(page.all("li").map(({ text }) => text)).toContain(listening.port)
  expect(page.one("meta[http-equiv=refresh]").attributes["content"]).toBe("2")
  w.sandbox.runs = false
  const resting = await w.ask(share.host, "/", { headers: { cookie, "accept-language": "zh" } })
  expect([resting.status, (await pageOf(resting)).one("h1").text]).toEqual([502, "沙箱已休眠"])
})

test("an answer that is no HTTP, floods its head or could be read in two ways is a 502 page of ours, and nothing of it passes", async () => {
  await using w = await previewWorld()
  const hostile = [
    "nonsense\r\n\r\n",
    "",
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nX: a\r\n Set-Cookie: loopat_session=x\r\n\r\n",
    `HTTP/1.1 200 OK\r\n${"X: y\r\n".repeat(1_000)}\r\n`,
    `HTTP/1.1 200 OK\r\nX: ${"y".repeat(100_000)}\r\n\r\n`,
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
  ]
  for (const text of hostile) {
    const share = await w.share(await w.loop(), { port: w.programs.saying(text) })
    const cookie = await share.enter()
    const answer = await w.ask(share.host, "/", { headers: { cookie } })
    expect([text.slice(0, 60), answer.status]).toEqual([text.slice(0, 60), 502])
    expect((await pageOf(answer)).one("h1").text).toContain("not HTTP")
  }
})

test("an answer that breaks off is not taken for whole", async () => {
  await using w = await previewWorld()
  for (const text of [
    "HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\nhalf",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nbroken",
  ]) {
    const share = await w.share(await w.loop(), { port: w.programs.saying(text) })
    const cookie = await share.enter()
    const whole = await w
      .ask(share.host, "/", { headers: { cookie } })
      .then((answer) => answer.text())
      .then(
        () => "whole",
        () => "broken",
      )
    expect(whole).toBe("broken")
  }
})

test("a program that takes the connection and says nothing gets its page after the time is over", async () => {
  await using w = await previewWorld({ limits: { firstByteMs: 100 } })
  const port = w.programs.saying(undefined)
  const share = await w.share(await w.loop(), { port })
  const cookie = await share.enter()
  const answer = await w.ask(share.host, "/", { headers: { cookie } })
  expect([answer.status, (await pageOf(answer)).one("h1").text]).toEqual([504, `Port ${port} does not answer`])
})

test("requests that follow one another share a connection inside; one that the program has closed is made anew, and a message is sent once", async () => {
  await using w = await previewWorld()
  const inside = w.programs.lasting()
  const share = await w.share(await w.loop(), { port: inside.port })
  const cookie = await share.enter()
  const ask = async (init: RequestInit = {}) => (await w.ask(share.host, "/", { ...init, headers: { cookie } })).text()
  for (let n = 0; n < 5; n++) expect(await ask()).toBe("ok")
  expect(inside.opened()).toBe(1)
  inside.close()
  expect(await ask()).toBe("ok")
  expect(inside.opened()).toBe(2)
  expect(await ask({ method: "POST", body: "text" })).toBe("ok")
  expect(inside.opened()).toBe(3)
})

test("sixty-four requests of a share may be under way; the next is told to wait, and other shares are not concerned", async () => {
  await using w = await previewWorld()
  const { host, cookie, inside } = await w.shown()
  const streams = await Promise.all(Array.from({ length: 64 }, () => w.ask(host, "/events", { headers: { cookie } })))
  await until("all are under way", () => inside.started.streams === 64)
  const next = await w.ask(host, "/", { headers: { cookie } })
  expect([next.status, next.headers.get("retry-after")]).toEqual([503, "5"])
  const other = await w.shown()
  expect((await w.ask(other.host, "/", { headers: { cookie: other.cookie } })).status).toBe(200)
  await Promise.all(streams.map((stream) => stream.body?.cancel()))
  await until("they are over inside", () => inside.started.ended === 64)
  expect((await w.ask(host, "/", { headers: { cookie } })).status).toBe(200)
})

test("a request whose right ended while its connection was made is not asked inside, and holds no place there", async () => {
  await using w = await previewWorld()
  const stop = new AbortController()
  const connect: Box["connect"] = async (port, ...more) => {
    const connection = await w.box.connect(port, ...more)
    stop.abort()
    return connection
  }
  const pages = createPages({
    ...{ log: silentLog, closedPort: 4180, frames: () => [], appOrigin: () => undefined },
    ...{ workspaceName: () => "Workshop", style: () => undefined },
  })
  const running = () => ({ ...w.box, connect })
  using proxy = createProxy({ clock: systemClock, pages, running, frames: () => [] })
  const share = Share.parse({
    ...{ id: "abcdefghijklmnop", loop: await w.loop(), owner: "alice", target: { kind: "port", port: 1 } },
    ...{ access: "driver", link: 0, visits: 0, inherits: false },
    ...{ createdAt: "2026-01-01T00:00:00.000Z", expiresAt: "2026-02-01T00:00:00.000Z" },
  })
  const knock = {
    ...{ method: "GET", target: "/", headers: [], host: "demo.localhost", address: "127.0.0.1", body: undefined },
    gone: stop.signal,
  }
  const place = { domain: "localhost", secure: false }
  const visit = { share, knock, place, bearer: { kind: "link", link: 0 } as const, signal: stop.signal }
  const answer = await proxy.answer(visit, Number(w.programs.saying(undefined)))
  expect([answer.status, stop.signal.aborted]).toEqual([502, true])
})
