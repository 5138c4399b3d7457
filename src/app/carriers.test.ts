import { expect, test } from "bun:test"
import { readFile } from "node:fs/promises"
import { systemClock } from "../platform/clock.ts"
import { createLog } from "../platform/log.ts"
import { testClock } from "../testing/clock.ts"
import { requestsTo } from "../testing/requests.ts"
import { type PlacedLoop, type RoleWorld, roleWorld } from "../testing/role-world.ts"

/** The whole program behind https, as a proxy on this machine would ask it. */
async function published(): Promise<RoleWorld> {
  return roleWorld({ flags: ["--public-url", "https://loopat.example"], session: "__Host-loopat_session" })
}

const https = { host: "loopat.example", origin: "https://loopat.example", "sec-fetch-site": "same-origin" }

test("on https every cookie is bound to this host, out of reach of scripts, and never sent in the clear", async () => {
  await using world = await published()
  const { read } = requestsTo(world)
  const lines: string[] = []
  for (const [path, body] of [
    ["/preferences/theme", "theme=dark"],
    ["/preferences/language", "locale=zh"],
    ["/sign-out", ""],
  ] as const) {
    const { headers } = await read({ path, method: "POST", body, actor: "member", headers: https })
    lines.push(...headers.getSetCookie())
    expect(headers.get("strict-transport-security")).toContain("max-age=31536000")
  }
  expect(lines).toHaveLength(3)
  for (const line of lines) {
    expect(line).toMatch(/^__Host-[\w]+=[\w.~-]*; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=\d+$/)
    expect(line.length).toBeLessThan(4_096)
  }
}, 60_000)

test("on https a cookie that a sibling host planted opens nothing and hides nothing", async () => {
  await using world = await published()
  const { read } = requestsTo(world)
  const good = world.cookie("member") ?? ""
  const token = good.slice(good.indexOf("=") + 1)
  const status = async (cookie: string) =>
    (await read({ path: "/loops", headers: { host: "loopat.example", cookie } })).status
  expect(await status(good)).toBe(200)
  expect(await status(`loopat_session=${token}`)).toBe(303)
  expect(await status(`loopat_session=${"A".repeat(43)}; ${good}`)).toBe(200)
  expect(await status(`${good}; loopat_session=${"A".repeat(43)}; loopat_session=`)).toBe(200)
  expect(await status(`__Secure-loopat_session=${token}`)).toBe(303)
  expect(await status(`__host-loopat_session=${token}`)).toBe(303)
}, 60_000)

test("two credentials together open no more than the weaker one, and an empty one opens nothing", async () => {
  await using world = await roleWorld()
  const { read } = requestsTo(world)
  const [member, admin] = [world.cookie("member") ?? "", world.cookie("admin") ?? ""]
  const token = admin.slice(admin.indexOf("=") + 1)
  const cases: [Record<string, string>, number][] = [
    [{ cookie: member }, 200],
    [{ cookie: member, authorization: `Bearer ${token}` }, 303],
    [{ cookie: member, authorization: "" }, 303],
    [{ cookie: member, authorization: "Basic YWRtaW46" }, 303],
    [{ authorization: `Bearer ${token}` }, 303],
    [{ cookie: `loopat_session=; ${member}` }, 303],
    [{ cookie: `loopat_session="${token}"` }, 303],
    [{ cookie: `LOOPAT_SESSION=${token}` }, 303],
    [{ cookie: `loopat_session=${token}x` }, 303],
    [{ cookie: `loopat_session=${token.slice(0, -1)}` }, 303],
    [{ cookie: `loopat_session=login_admin_0` }, 303],
    [{ cookie: "loopat_session=" }, 303],
    [{ "x-forwarded-user": "admin", "remote-user": "admin", "x-user": "admin", "x-as": "admin" }, 303],
  ]
  for (const [headers, expected] of cases)
    expect([headers, (await read({ path: "/loops", headers })).status]).toEqual([headers, expected])
  const both = await read({
    path: "/settings/providers/workspace/team-page",
    headers: { cookie: `${member}; ${admin}` },
  })
  expect(both.status).toBe(404)
}, 60_000)

test("a stream that was open is closed within a second when the loop is closed to its reader or the login ends", async () => {
  const ends = {
    "the reader signs out": async (world: RoleWorld) =>
      void (await requestsTo(world).read({ path: "/sign-out", method: "POST", actor: "member" })),
    "the loop is deleted": (world: RoleWorld, { id, secrets }: PlacedLoop) =>
      post(world, `/loops/${id}/delete`, `title=${secrets[0]}`),
  }
  for (const [name, end] of Object.entries(ends)) {
    const clock = testClock()
    await using world = await roleWorld({ app: { clock } })
    const loop = await world.newLoop("open")
    const open = await requestsTo(world).ask({ path: `/loops/${loop.id}/events`, actor: "member" })
    const ended = open.text()
    await end(world, loop)
    clock.advance(1_000)
    expect([name, (await ended).startsWith("retry:")]).toEqual([name, true])
  }
}, 60_000)

async function post(world: RoleWorld, path: string, body: string): Promise<void> {
  const { status } = await requestsTo(world).read({ path, method: "POST", actor: "owner", body })
  if (status !== 303) throw new Error(`${path}: ${status}`)
}

test("no token, no password, no address as it was typed and no title of a loop stands in a log line or in the audit", async () => {
  const lines: string[] = []
  const log = createLog({ format: "json", verbose: true, write: (line) => lines.push(line) }, systemClock)
  await using world = await roleWorld({ app: { log } })
  const { read } = requestsTo(world)
  const loop = await world.newLoop("private")
  await read({ path: `/loops/${loop.id}?token=secret-in-address`, actor: "driver" })
  await read({ path: `/nothing/secret-in-address`, actor: "driver" })
  await read({ path: "/sign-in", method: "POST", body: "name=secret-in-address&password=secret-in-address" })
  while (lines.filter((line) => line.includes('"request"')).length < 3) await new Promise((next) => setImmediate(next))
  const audit = await readFile(`${world.home}/audit/${new Date().toISOString().slice(0, 7)}.jsonl`, "utf8")
  const written = lines.join("\n") + audit
  const token = (world.cookie("driver") ?? "").split("=")[1] ?? "none"
  for (const secret of ["secret-in-address", token, ...loop.secrets]) expect(written).not.toContain(secret)
}, 60_000)
