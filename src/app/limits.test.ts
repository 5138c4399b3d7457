import { afterAll, expect, test } from "bun:test"
import { permissions } from "../testing/permissions.ts"
import { requestsTo } from "../testing/requests.ts"
import type { Actor } from "../testing/roles.ts"
import { roleWorld } from "../testing/role-world.ts"

const world = await roleWorld()
afterAll(() => world[Symbol.asyncDispose]())
const { ask, read } = requestsTo(world)

const mebibyte = 1 << 20
/** Beyond the largest form of the program, a message of the longest kind. */
const tooMuch = 20 * mebibyte

/** Routes that read a form, and what they answer to one that is too long; the rest never look at the body. */
const readers: Record<string, number> = {
  "POST /sign-in": 413,
  "POST /set-up/provider": 413,
  "POST /preferences/language": 413,
  "POST /preferences/theme": 413,
  "POST /loops": 413,
  "POST /loops/:id/seen": 413,
  "POST /loops/:id/messages": 413,
  "POST /loops/:id/attachments": 413,
  "POST /loops/:id/mode": 413,
  "POST /loops/:id/asks/:ask": 413,
  "POST /loops/:id/queue/:seq": 413,
  "POST /loops/:id/suggestions/:suggestion": 413,
  "POST /settings/vault/files": 413,
  "POST /settings/vault/files/remove": 413,
  "POST /settings/vault/files/rename": 413,
  "POST /settings/vault/files/executable": 413,
  "POST /settings/vault/key": 413,
  "POST /settings/tokens": 413,
  "POST /settings/context/tokens": 413,
  "POST /settings/context/keys": 413,
  "POST /settings/context/keys/:key/remove": 413,
  "POST /settings/context/keys/:key/replace": 413,
  "POST /settings/context/hook": 413,
  "POST /settings/personal/token": 413,
  "POST /settings/personal/key": 413,
  "POST /settings/personal/detach": 413,
  "POST /settings/personal/test": 413,
  "POST /settings/personal/host": 413,
  "POST /settings/personal/attach": 413,
  "POST /loops/:id/contexts/pull": 413,
  "POST /loops/:id/title": 413,
  "POST /loops/:id/visibility": 413,
  "POST /loops/:id/prepare": 413,
  "POST /loops/:id/delete": 413,
  "POST /loops/:id/delete/save": 413,
  "POST /loops/:id/erase": 413,
  "POST /loops/:id/changes/stage": 413,
  "POST /loops/:id/changes/unstage": 413,
  "POST /loops/:id/changes/discard": 413,
  "POST /loops/:id/changes/undo": 413,
  "POST /loops/:id/changes/turn/back": 413,
  "POST /loops/:id/changes/under-way": 413,
  "POST /loops/:id/changes/turn/look": 413,
  "POST /loops/:id/changes/commit": 413,
  "POST /loops/:id/changes/repository": 413,
  "POST /loops/:id/changes/comments": 413,
  "POST /loops/:id/changes/comments/:comment/remove": 413,
  "POST /loops/:id/changes/review": 413,
  "POST /loops/:id/files/save": 413,
  "POST /loops/:id/files/new": 413,
  "POST /loops/:id/files/move": 413,
  "POST /loops/:id/files/delete": 413,
  "POST /loops/:id/previews": 413,
  "POST /loops/:id/previews/:share": 413,
  "POST /context/inbox": 413,
  "POST /context/draft": 413,
  "POST /context/draft/discard": 413,
  "POST /context/:shelf/proposal/merge": 413,
  "POST /context/:shelf/proposal/outside": 413,
  "POST /context/:shelf/proposal/discard": 413,
  "POST /context/:shelf/proposal/restore": 413,
  "POST /context/:shelf/proposal/comments": 413,
  "POST /context/:shelf/proposal/update": 413,
  "POST /context/:shelf/save": 413,
  "POST /context/:shelf/move": 413,
  "POST /context/:shelf/delete": 413,
  "POST /settings/shares/links": 413,
  "POST /loops/:id/sandbox/limits": 413,
  "POST /loops/:id/sandbox/strictness": 413,
  "POST /loops/:id/sandbox/hosts": 413,
  "POST /loops/:id/sandbox/hosts/forget": 413,
  "POST /loops/:id/changes/branch": 413,
  "POST /loops/:id/changes/remote": 413,
  "POST /loops/:id/terminals/:terminal/name": 413,
  "POST /loops/:id/terminals/:terminal/share": 413,
  "POST /loops/:id/terminal/command": 413,
  "POST /settings/network": 413,
  "POST /settings/repositories": 413,
  "POST /settings/repository-requests": 413,
  "POST /settings/repository-requests/:wish/decline": 413,
  "POST /settings/repositories/:name/protection": 413,
  "POST /settings/repositories/:name/remove": 413,
  "POST /settings/providers": 413,
  "POST /settings/providers/:source/:name": 413,
}
const posts = Object.keys(permissions).filter((route) => route.startsWith("POST ") && route !== "POST /sign-out")

/** A body that says nothing about its length and counts what is taken of it. */
function flood(size: number) {
  const taken = { bytes: 0 }
  const piece = new TextEncoder().encode(`text=${"a".repeat(65_531)}`)
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (taken.bytes >= size) return controller.close()
      taken.bytes += piece.length
      controller.enqueue(piece)
    },
  })
  return { body, taken }
}

async function addressOf(route: string): Promise<{ path: string; actor: Actor }> {
  const loop = await world.newLoop(route.endsWith("/erase") ? "deleted" : "open")
  const path = (route.split(" ")[1] ?? "")
    .replace(":id", loop.id)
    .replace(":source", "workspace")
    .replace(":name", "team-page")
  const managed = /:id\/delete$|erase$|settings/.test(route)
  return { path: path.replace(/:\w+/, "1"), actor: managed ? "admin" : "driver" }
}

test("every route that reads a form refuses one that is too long, with words, however its length was declared", async () => {
  for (const [route, status] of Object.entries(readers)) {
    const sample = await addressOf(route)
    const declared = await read({ ...sample, method: "POST", body: `text=${"a".repeat(tooMuch)}` })
    const { body, taken } = flood(tooMuch)
    const counted = await read({ ...sample, method: "POST", body })
    expect([route, declared.status, counted.status]).toEqual([route, status, status])
    if (status === 413) expect([route, /Shorten it/.test(counted.body)]).toEqual([route, true])
    expect([route, taken.bytes < 14 * mebibyte]).toEqual([route, true])
  }
}, 60_000)

test("a route that reads no form takes none of a body, and nobody reads the body of a stranger", async () => {
  for (const route of posts) {
    const sample = await addressOf(route)
    if (!(route in readers)) {
      const { body, taken } = flood(tooMuch)
      const status = (await ask({ ...sample, method: "POST", body })).status
      // Where nothing can be started, some can say no more than that.
      const foreseen = status < 500 || permissions[route]?.answers?.includes(status) === true
      expect([route, foreseen && status !== 413, taken.bytes <= 2 * 65_536]).toEqual([route, true, true])
    }
    if (permissions[route]?.needs === "anybody") continue
    const { body, taken } = flood(tooMuch)
    const status = (await ask({ path: sample.path, method: "POST", body })).status
    expect([route, status, taken.bytes <= 2 * 65_536]).toEqual([route, 401, true])
  }
}, 60_000)

test("a body of another kind, a broken one and a thousand fields change nothing and break nothing", async () => {
  const kinds: [string, string][] = [
    ["application/json", '{"title":"taken over","text":"taken over"}'],
    ["text/plain", "title=taken+over&text=taken+over"],
    ["application/xml", "<title>taken over</title>"],
    ["multipart/form-data; boundary=x", '--x\r\nContent-Disposition: form-data; name="title"\r\n\r\ntaken over'],
    ["multipart/form-data", "taken over"],
    ["application/x-www-form-urlencoded", "title=taken+over&".repeat(1_001)],
    ["application/x-www-form-urlencoded", "title=taken+over&title=again&text=taken+over&text=again"],
    ["application/x-www-form-urlencoded", "title[]=taken+over&title[a]=b&__proto__[title]=taken+over"],
    ["application/x-www-form-urlencoded; charset=utf-7", "%ff%fe=%00"],
    ["", "title=taken over"],
  ]
  for (const route of [
    "POST /loops/:id/title",
    "POST /loops/:id/messages",
    "POST /loops/:id/queue/:seq",
    "POST /loops/:id/mode",
  ]) {
    for (const [type, body] of kinds) {
      const loop = await world.newLoop("open")
      const path = (route.split(" ")[1] ?? "").replace(":id", loop.id).replace(/:\w+/, "1")
      const before = await loop.bytes()
      const { status } = await read({ path, method: "POST", actor: "driver", body, headers: { "content-type": type } })
      expect([route, type, [409, 422].includes(status)]).toEqual([route, type, true])
      expect(await loop.bytes()).toBe(before)
    }
  }
}, 60_000)
