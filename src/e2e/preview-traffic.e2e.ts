import { afterAll, beforeAll, expect, test } from "bun:test"
import type { Page } from "playwright-core"
import { memoryOf } from "../bench/harness/proc.ts"
import { attack, type Target } from "./attacker.ts"
import { closeBrowser, until, visit, type Server, type Visit } from "./harness.ts"
import { type Place, placeOf, putInside, startInside } from "./inside.ts"
import { insideServer } from "./inside-server.ts"
import { readyLoop } from "./ready-loop.ts"
import { createLoop, settled } from "./steps.ts"

let on: Journey
beforeAll(async () => void (on = await journey()), 120_000)
afterAll(async () => {
  await on[Symbol.asyncDispose]()
  await closeBrowser()
})

const megabyte = 1_000_000

interface Journey extends AsyncDisposable {
  server: Server
  visitor: Visit
  page: Page
  place: Place
}

/** A loop with two programs inside, at ports 3000 and 4000. */
async function journey(): Promise<Journey> {
  const ready = await readyLoop()
  const { server } = ready
  const visitor = await ready.open()
  const { page } = visitor
  await page.goto(ready.loop)
  const place = placeOf(server, page)
  await putInside(place, "one.js", insideServer(3000, "program one"))
  await putInside(place, "two.js", insideServer(4000, "program two"))
  await startInside(page, place, { script: "one.js", turns: 2 })
  await startInside(page, place, { script: "two.js", turns: 3 })
  return {
    ...{ server, visitor, page, place },
    async [Symbol.asyncDispose]() {
      await visitor[Symbol.asyncDispose]()
      await ready[Symbol.asyncDispose]()
    },
  }
}

/** Shows a port, and opens it in a tab of its own. */
async function tabOf({ page, place, visitor, server }: Journey, port: number): Promise<Page> {
  await page.request.post(`${place.path}/previews`, { form: { port: String(port) }, headers: { origin: server.url } })
  await page.goto(`${place.path}/preview`)
  await page.getByRole("link", { name: `:${port}`, exact: true }).click()
  const opening = visitor.context.waitForEvent("page")
  await page.getByRole("link", { name: "Open in a tab" }).click()
  const tab = await opening
  await tab.waitForURL(/\.localhost:\d+\/$/)
  return tab
}

async function share(page: Page, { access, name = "" }: { access: string; name?: string }): Promise<void> {
  await page.getByRole("button", { name: "Share" }).click()
  await page.getByRole("radio", { name: access }).check()
  await page.getByLabel("Name", { exact: true }).fill(name)
  await page.getByRole("button", { name: "Save" }).click()
  await page.locator("#preview-share").waitFor({ state: "hidden" })
}

async function secretLink(page: Page): Promise<string> {
  const field = page.locator("#share-link")
  await until("there is a secret link", async () => (await field.count()) === 1)
  return field.inputValue()
}

test("a preview passes streams, sockets and 200 MB both ways; no cookie crosses, and its page reaches nothing of the app", async () => {
  const { server, visitor, page, place } = on
  const tab = await tabOf(on, 3000)
  const asked = await tab.evaluate(async () => (await fetch("/headers")).text())
  expect(asked).toMatch(/"(own=1; wide=1|wide=1; own=1)"/)
  expect(asked).not.toMatch(/loopat_|planted/)
  expect(JSON.parse(asked)).toMatchObject({ "x-forwarded-proto": "http", host: new URL(tab.url()).host })

  const heard = await tab.evaluate(hear)
  expect(heard).toEqual({ events: ["0", "1", "2"], socket: ["hello", 300_000] })

  const { resident: before } = await memoryOf(server.pid)
  const moved = await tab.evaluate(move, megabyte)
  expect(moved).toEqual({ down: 200 * megabyte, up: [100 * megabyte, 100 * megabyte], tooLong: 413 })
  const grown = ((await memoryOf(server.pid)).resident - before) / (1 << 20)
  console.log(`server memory grew by ${grown.toFixed(1)} MiB while 400 MB went through a preview`)
  // With the download in memory, or both uploads, it would be 190 more than what is collected later anyhow.
  expect(grown).toBeLessThan(120)

  await tab.evaluate(() => {
    document.cookie = "loopat_session=forged; path=/"
    document.cookie = "wider=1; domain=localhost; path=/"
  })
  const cookies = (await visitor.context.cookies(server.url)).map(({ name }) => name)
  expect(cookies.filter((name) => !name.startsWith("loopat_"))).toEqual([])
  const title = async () => {
    await page.goto(place.path)
    return page.getByRole("textbox", { name: "Title" }).inputValue()
  }
  const titled = await title()
  const target: Target = {
    origin: server.url,
    reads: ["/loops", place.path, `${place.path}/preview`, "/settings/shares", "/sign-in"],
    streams: [`${place.path}/events`],
    writes: [
      { path: `${place.path}/title`, fields: { title: "taken over" } },
      { path: "/settings/shares/links", fields: { links: "off" } },
      { path: "/sign-out", fields: {} },
    ],
  }
  expect((await attack(tab, target)).filter(({ got }) => got)).toEqual([])
  await tab.close()
  expect(await title()).toBe(titled)
}, 180_000)

/** Inside the preview's page: what an event stream and a socket bring. */
async function hear() {
  const events = await new Promise<string[]>((resolve) => {
    const source = new EventSource("/events")
    const all: string[] = []
    source.addEventListener("message", ({ data }) => {
      if (all.push(String(data)) === 3) resolve(all)
      if (all.length === 3) source.close()
    })
  })
  const socket = new WebSocket(`ws://${location.host}/socket`)
  socket.binaryType = "arraybuffer"
  const next = () =>
    new Promise<string | number>((resolve) =>
      socket.addEventListener("message", ({ data }) => resolve(data.byteLength ?? data), { once: true }),
    )
  await new Promise((resolve) => socket.addEventListener("open", resolve))
  socket.send("hello")
  const first = await next()
  socket.send(new Uint8Array(300_000))
  return { events, socket: [first, await next()] }
}

/** Inside the preview's page: much down, much up, and more than may be. */
async function move(unit: number) {
  const reader = (await fetch(`/large?size=${200 * unit}`)).body?.getReader()
  let down = 0
  for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) down += next.value.length
  const send = (size: number) => fetch("/count", { method: "POST", body: new Blob([new Uint8Array(size)]) })
  const up: number[] = []
  for (let part = 0; part < 2; part++) up.push(Number(await (await send(100 * unit)).text()))
  const tooLong = await send(105 * unit).then(
    ({ status }) => status,
    () => 413,
  )
  return { down, up, tooLong }
}

test("no setting of a share reaches the host, the server itself, another loop or a metadata address", async () => {
  const { server, page, place } = on
  const listener = Bun.serve({ port: 0, hostname: "0.0.0.0", fetch: () => new Response("the host") })
  const own = Number(new URL(server.url).port)
  await createLoop(page, "#say another")
  await settled(page)
  const other = placeOf(server, page)
  expect(other.path).not.toBe(place.path)
  const closed = [22, own, listener.port ?? 0, 3000]
  const answers: string[] = []
  const post = (port: string) =>
    page.request.post(`${other.path}/previews`, { form: { port }, headers: { origin: server.url } })
  for (const port of closed) {
    await page.goto((await post(String(port))).url())
    answers.push(await page.frameLocator("#preview-frame").getByRole("heading").innerText())
  }
  expect(answers).toEqual(closed.map((port) => `Nothing answers at port ${port} yet`))
  for (const port of [
    "169.254.169.254",
    "169.254.169.254:80",
    "host.containers.internal:22",
    "4180",
    "0",
    "70000",
    "-1",
  ]) {
    expect([port, (await post(port)).status()]).toEqual([port, 422])
  }
  await listener.stop(true)
}, 180_000)

test("a secret link opens in a private window and stops everywhere when it is ended; a name that is used again has no worker and no storage of the one before", async () => {
  const { server, page } = on
  const own = await tabOf(on, 3000)
  await own.close()
  await share(page, { access: "Whoever has the secret link", name: "demo" })
  await using stranger = await visit(server)
  const { page: theirs } = stranger
  await theirs.goto(await secretLink(page))
  await theirs.getByRole("heading", { name: "program one" }).waitFor()
  expect(new URL(theirs.url()).hostname).toBe("demo.localhost")
  expect(theirs.url()).not.toContain("__loopat")
  const refused = await theirs.evaluate(async () => {
    localStorage.setItem("left", "behind")
    const socket = new WebSocket(`ws://${location.host}/socket`)
    await new Promise((resolve) => socket.addEventListener("open", resolve))
    socket.addEventListener("close", () => (document.title = "closed"))
    return navigator.serviceWorker.register("/worker.js").then(
      () => "registered",
      () => "refused",
    )
  })
  expect(refused).toBe("refused")
  const started = performance.now()
  await page.getByRole("button", { name: "Share" }).click()
  await page.getByRole("button", { name: "End it" }).click()
  await until("the stranger's socket is closed", async () => (await theirs.title()) === "closed")
  console.log(`a share was ended for everybody after ${Math.round(performance.now() - started)} ms, clicks included`)
  expect(await theirs.evaluate(async () => (await fetch("/headers")).status)).toBe(404)

  await (await tabOf(on, 4000)).close()
  await share(page, { access: "Whoever has the secret link", name: "demo" })
  await theirs.goto(await secretLink(page))
  await theirs.getByRole("heading", { name: "program two" }).waitFor()
  const left = await theirs.evaluate(async () => [
    localStorage.getItem("left"),
    (await navigator.serviceWorker.getRegistrations()).length,
  ])
  expect(left).toEqual([null, 0])
  await theirs.reload()
  await theirs.getByRole("heading", { name: "program two" }).waitFor()
  await stranger.picture("preview-7-stranger")

  await page.goto("/settings/shares")
  await page.getByText("demo", { exact: true }).waitFor()
  await on.visitor.picture("preview-8-shares")
  await page.getByRole("button", { name: "Switch secret links off" }).click()
  await page.getByText("Secret links are switched off").waitFor()
  await theirs.reload()
  await theirs.getByRole("heading", { name: "Open this from loopat" }).waitFor()
}, 180_000)
