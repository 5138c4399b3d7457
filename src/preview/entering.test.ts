import { expect, test } from "bun:test"
import { mkdir, rm, symlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { urls } from "../lib/urls.ts"
import { pageOf } from "../testing/html.ts"
import { person } from "../testing/loops.ts"
import { cookieOf, postOf, previewWorld } from "../testing/preview-world.tsx"

test("a program inside is seen through its own host name, and hears nothing of loopat's cookies and tokens", async () => {
  await using w = await previewWorld()
  const { host, cookie } = await w.shown()
  const answer = await w.ask(host, "/a/../b%20c?x=1&y=%2F", {
    headers: { cookie: `${cookie}; loopat_session=s; mine=1` },
  })
  expect(answer.status).toBe(200)
  const { path, headers } = (await answer.json()) as { path: string; headers: Record<string, string> }
  expect(path).toBe("/b%20c?x=1&y=%2F")
  expect(headers["cookie"]).toBe("mine=1")
  expect(headers["host"]).toBe(host)
  expect(headers["x-forwarded-host"]).toBe(host)
  expect(JSON.stringify(headers)).not.toContain("loopat")
  expect(answer.headers.getSetCookie()).toEqual(["own=1; Path=/"])
  expect(answer.headers.get("x-frame-options")).toBeNull()
  expect(answer.headers.get("content-security-policy")).toBe(
    "frame-ancestors 'self' http://127.0.0.1:10001 http://localhost:10001",
  )
})

test("without a pass there is a page that leads to the app, at an unknown name nothing, and the app's pages nowhere", async () => {
  await using w = await previewWorld()
  const { host, id } = await w.shown()
  const entrance = await w.ask(host, "/")
  expect(entrance.status).toBe(401)
  expect((await pageOf(entrance)).one("a").attributes["href"]).toBe(`http://127.0.0.1:10001/previews/${id}`)
  const port = host.split(":")[1]
  const names = [
    `nobody.localhost:${port}`,
    `localhost:${port}`,
    `127.0.0.1:${port}`,
    "127.0.0.1:10001",
    "evil.test",
    `a.${host}`,
  ]
  for (const name of names) {
    const answer = await w.ask(name, "/")
    expect([name, answer.status]).toEqual([name, 404])
    expect(answer.headers.get("clear-site-data")).toBe('"cache", "storage"')
  }
  for (const path of ["/__loopat/", "/__loopat/none", "/__loopat/enter", "/loops", "/settings/shares"])
    expect([path, [401, 404].includes((await w.ask(host, path)).status)]).toEqual([path, true])
})

test("a ticket lets in once; a forged, used or foreign one is refused with a way back", async () => {
  await using w = await previewWorld()
  const { host, loop, id } = await w.shown()
  const page = await pageOf(await w.as(person("alice")).get(urls.loopPreview(loop)))
  const ticket = page.one("#preview-enter [name=ticket]").attributes["value"] ?? ""
  const enter = (text: string, to = "/") => w.ask(host, "/__loopat/enter", postOf({ ticket: text, to }))
  const opened = await enter(ticket, "/deep?x=1")
  expect([opened.status, opened.headers.get("location")]).toEqual([303, "/deep?x=1"])
  expect(opened.headers.get("referrer-policy")).toBe("no-referrer")
  const cookie = cookieOf(opened)
  expect((await w.ask(host, "/", { headers: { cookie } })).status).toBe(200)
  for (const wrong of [ticket, "", "x".repeat(32), "x".repeat(5_000)]) expect((await enter(wrong)).status).toBe(403)
  expect((await w.ask(host, "/__loopat/enter")).status).toBe(404)
  const other = await w.share(await w.loop(), { port: "3000" })
  expect((await w.ask(other.host, "/", { headers: { cookie } })).status).toBe(401)
  expect(other.id).not.toBe(id)
})

test("where the app may not be left to: a ticket leads to a path of the preview and to nothing else", async () => {
  await using w = await previewWorld()
  const { host, loop } = await w.shown()
  for (const to of [
    "//evil.test",
    "/\\evil.test",
    "https://evil.test",
    "javascript:x",
    "/__loopat/s/x",
    "/a\r\nx: y",
    "/a b",
  ]) {
    const page = await pageOf(await w.as(person("alice")).get(urls.loopPreview(loop)))
    const ticket = page.one("#preview-enter [name=ticket]").attributes["value"] ?? ""
    expect([to, (await w.ask(host, "/__loopat/enter", postOf({ ticket, to }))).headers.get("location")]).toEqual([
      to,
      "/",
    ])
  }
})

test("only the driver opens what is his alone, everybody what is the workspace's, and nobody what has ended", async () => {
  await using w = await previewWorld()
  const { host, loop, id } = await w.shown()
  const label = host.split(".")[0] ?? ""
  const entrance = async (name: string) => (await w.as(person(name)).get(urls.previewEntrance(label))).status
  expect([await entrance("alice"), await entrance("bob")]).toEqual([200, 404])
  const alice = w.as(person("alice"))
  const open = await alice.post(urls.preview(loop, id), { access: "workspace", alias: "", days: "7" })
  expect(open.status).toBe(303)
  const page = await pageOf(await w.as(person("bob")).get(urls.previewEntrance(label)))
  const ticket = page.one("form[data-enter] [name=ticket]").attributes["value"] ?? ""
  const cookie = cookieOf(await w.ask(host, "/__loopat/enter", postOf({ ticket })))
  const status = async () => (await w.ask(host, "/", { headers: { cookie } })).status
  expect(await status()).toBe(200)
  await alice.post(urls.preview(loop, id), { access: "driver", alias: "", days: "7" })
  expect(await status()).toBe(401)
  await alice.post(urls.previewEnd(loop, id))
  expect(await status()).toBe(404)
  expect(w.audited).toEqual([
    "alice share.create",
    "alice share.access.workspace",
    "alice share.access.driver",
    "alice share.end",
  ])
})

test("a secret link opens it without an account, is counted, dies when it is renewed, and never stands in the log", async () => {
  await using w = await previewWorld()
  const { host, loop, id } = await w.shown()
  const alice = w.as(person("alice"))
  await alice.post(urls.preview(loop, id), { access: "link", alias: "", days: "1" })
  const linkOf = async () => {
    const page = await pageOf(await alice.get(urls.loopPreview(loop)))
    return new URL(page.one("#share-link").attributes["value"] ?? "").pathname
  }
  const link = await linkOf()
  const opened = await w.ask(host, link)
  expect([opened.status, opened.headers.get("location"), opened.headers.get("referrer-policy")]).toEqual([
    303,
    "/",
    "no-referrer",
  ])
  const cookie = cookieOf(opened)
  const status = async () => (await w.ask(host, "/", { headers: { cookie } })).status
  expect(await status()).toBe(200)
  await alice.post(urls.previewLink(loop, id))
  expect(await status()).toBe(401)
  expect((await w.ask(host, link)).status).toBe(404)
  expect((await w.ask(host, await linkOf())).status).toBe(303)
  expect(w.log.join("\n")).not.toContain(link.split("/").at(-1) ?? "")
  w.links.on = false
  expect((await w.ask(host, await linkOf().catch(() => link))).status).toBe(404)
})

test("whoever tries links at random is stopped after twenty", async () => {
  await using w = await previewWorld()
  const { host } = await w.shown()
  const statuses: number[] = []
  for (let tries = 0; tries < 25; tries++) statuses.push((await w.ask(host, `/__loopat/s/${"A".repeat(22)}`)).status)
  expect(statuses.filter((status) => status === 404)).toHaveLength(20)
  expect(statuses.slice(20)).toEqual([429, 429, 429, 429, 429])
})

test("a folder is served with its index, types, ranges and versions, and nothing hidden, outside or listed", async () => {
  await using w = await previewWorld()
  const loop = await w.loop()
  const site = join(w.workdir, "site")
  await mkdir(join(site, "sub"), { recursive: true })
  await mkdir(join(site, "empty"))
  const files = {
    "index.html": "<h1>home</h1>",
    "sub/index.html": "sub",
    "app.js": "0123456789",
    ".env": "SECRET",
    "ü b.txt": "name",
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(site, name), text)
  await writeFile(join(w.workdir, "outside.txt"), "outside")
  await symlink("../outside.txt", join(site, "out"))
  await symlink("/etc/passwd", join(site, "passwd"))
  await symlink("..", join(site, "up"))
  await symlink("app.js", join(site, "linked.js"))
  const share = await w.share(loop, { folder: "site" })
  const cookie = await share.enter()
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const answer = await w.ask(share.host, path, { headers: { cookie, ...headers } })
    return { status: answer.status, headers: answer.headers, body: await answer.text() }
  }
  expect(await get("/")).toMatchObject({ status: 200, body: "<h1>home</h1>" })
  expect((await get("/")).headers.get("content-type")).toBe("text/html; charset=utf-8")
  expect((await get("/sub?x=1")).headers.get("location")).toBe("/sub/?x=1")
  expect(await get("/sub/")).toMatchObject({ status: 200, body: "sub" })
  expect(await get("/%C3%BC%20b.txt")).toMatchObject({ status: 200, body: "name" })
  expect(await get("/linked.js")).toMatchObject({ status: 200, body: "0123456789" })
  const part = await get("/app.js", { range: "bytes=2-4" })
  expect([part.status, part.body, part.headers.get("content-range")]).toEqual([206, "234", "bytes 2-4/10"])
  expect((await get("/app.js", { range: "bytes=20-" })).status).toBe(416)
  const { headers } = await get("/app.js")
  expect((await get("/app.js", { "if-none-match": headers.get("etag") ?? "" })).status).toBe(304)
  const statuses = async (...paths: string[]) => Promise.all(paths.map(async (path) => (await get(path)).status))
  expect(
    await statuses("/empty/", "/nothing", "/app.js/", "/%2e%2e/outside.txt", "/sub/%2e%2e/%2e%2e/outside.txt"),
  ).toEqual([404, 404, 404, 404, 404])
  expect(await statuses("/out", "/passwd", "/up/outside.txt", "/.env", "/node_modules/x")).toEqual([
    403, 403, 403, 403, 403,
  ])
  const head = await w.ask(share.host, "/app.js", { method: "HEAD", headers: { cookie } })
  expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, "10", ""])
  expect((await w.ask(share.host, "/", { method: "POST", body: "x", headers: { cookie } })).status).toBe(405)
})

test("a file that goes away just as it is asked for is missing, as one that never was", async () => {
  await using w = await previewWorld()
  const loop = await w.loop()
  await mkdir(join(w.workdir, "site"))
  await writeFile(join(w.workdir, "site", "brief.txt"), "gone in a moment")
  const share = await w.share(loop, { folder: "site" })
  const cookie = await share.enter()
  const { open } = w.box.files
  const opensTooLate: typeof open = async (...asked) => {
    await rm(join(w.workdir, "site", "brief.txt"))
    return open(...asked)
  }
  Object.assign(w.box.files, { open: opensTooLate })
  expect((await w.ask(share.host, "/brief.txt", { headers: { cookie } })).status).toBe(404)
})

test("an archived loop shows nothing from the next request on, and its sockets are closed", async () => {
  await using w = await previewWorld()
  const { host, cookie, loop } = await w.shown()
  const stream = await w.ask(host, "/events", { headers: { cookie } })
  await w.world.loops.archive(loop, person("alice"))
  expect((await w.ask(host, "/", { headers: { cookie } })).status).toBe(404)
  await stream.text().catch(() => "cut")
})

test("a name that another share had before clears what that one left in the browser, before it lets anybody in", async () => {
  await using w = await previewWorld()
  const first = await w.shown()
  const alice = w.as(person("alice"))
  await alice.post(urls.preview(first.loop, first.id), { access: "link", alias: "demo", days: "7" })
  const linkAt = async () =>
    new URL((await pageOf(await alice.get(urls.loopPreview(first.loop)))).one("#share-link").attributes["value"] ?? "")
  const { host } = await linkAt()
  const own = { cookie: cookieOf(await w.ask(host, (await linkAt()).pathname)), "service-worker": "script" }
  expect((await w.ask(host, "/sw.js", { headers: own })).status).toBe(403)
  await alice.post(urls.preview(first.loop, first.id), { access: "link", alias: "", days: "7" })
  const worker = await w.ask(host, "/sw.js", { headers: { "service-worker": "script" } })
  expect(worker.headers.get("content-type")).toBe("text/javascript")
  expect(await worker.text()).toContain("unregister")
  await alice.post(urls.preview(first.loop, first.id), { access: "link", alias: "demo", days: "7" })
  const { pathname } = await linkAt()
  const cleared = await w.ask(host, pathname)
  expect([cleared.status, cleared.headers.get("clear-site-data"), cleared.headers.getSetCookie()]).toEqual([
    303,
    '"*"',
    [],
  ])
  const opened = await w.ask(host, cleared.headers.get("location") ?? "")
  expect([opened.status, opened.headers.get("clear-site-data")]).toEqual([303, null])
  expect(cookieOf(opened)).toContain("loopat_preview=")
  expect((await w.ask(host, "/")).headers.get("clear-site-data")).toBe('"cache", "storage"')
  for (const ticket of ["", "0".repeat(32)])
    expect((await w.ask(host, "/__loopat/enter", postOf({ ticket }))).headers.get("clear-site-data")).toBeNull()
  const page = await pageOf(await alice.get(urls.loopPreview(first.loop)))
  const good = postOf({ ticket: page.one("#preview-enter [name=ticket]").attributes["value"] ?? "" })
  const before = await w.ask(host, "/__loopat/enter", good)
  expect([before.status, before.headers.get("clear-site-data")]).toEqual([307, '"*"'])
  const after = await w.ask(host, before.headers.get("location") ?? "", good)
  expect([after.status, after.headers.get("clear-site-data")]).toEqual([303, null])
  const again = await w.ask(host, pathname, { headers: { cookie: cookieOf(after) } })
  expect([again.status, again.headers.get("clear-site-data")]).toEqual([303, null])
})

test("the style sheet of our own pages is asked for again after a while: its address says nothing of its version", async () => {
  const headers = { "content-type": "text/css", "cache-control": "public, max-age=31536000, immutable" }
  await using w = await previewWorld({ style: async () => new Response("body{}", { headers }) })
  const { host } = await w.shown()
  const style = await w.ask(host, "/__loopat/style.css")
  expect([style.status, await style.text(), style.headers.get("cache-control")]).toEqual([
    200,
    "body{}",
    "public, max-age=600",
  ])
})
