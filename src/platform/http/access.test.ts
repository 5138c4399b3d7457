import { afterEach, expect, test } from "bun:test"
import { Elysia } from "elysia"
import { parseUserName, type UserName } from "../../lib/ids.ts"
import { createLog } from "../log.ts"
import { testClock, testIds } from "../../testing/clock.ts"
import { rawSocket } from "../../testing/raw-socket.ts"
import { createRoot, type AccessNeeds } from "./access.ts"
import { securityHeaders } from "./headers.ts"
import { createOwnOrigin } from "./origin.ts"
import { problemHeaders } from "./problem.ts"
import { userOf, type Visitor, visitorOf } from "./visitor.ts"

const ada = { name: parseUserName("ada") as UserName, displayName: "Ada", role: "member", login: "login_1" } as const
const stranger = { locale: "en", theme: "system" } as const
const known = { ...stranger, user: ada, formToken: "t".repeat(43) }

/** A small program: one public page, one private page with a form, a stream and a socket, one that breaks. */
function program(who: Omit<Visitor, "requestId"> | Error = stranger, over: Partial<AccessNeeds> = {}) {
  const lines: string[] = []
  const clock = testClock()
  const reached: string[] = []
  const app = createRoot({
    publicRoutes: [
      { method: "GET", path: "/open" },
      { method: "POST", path: "/open" },
      { method: "GET", path: "/alive", anyHost: true },
    ],
    ownOrigin: createOwnOrigin({ listensOnLoopback: true, tls: false }),
    clientAddress: (_, peer) => peer ?? "",
    async whois() {
      if (who instanceof Error) throw who
      return who
    },
    entrance: (path) => `/enter?from=${path}`,
    showProblem: (problem) => Response.json(problem, { status: problem.status, headers: problemHeaders(problem) }),
    headers: securityHeaders({ https: false }),
    clock,
    ids: testIds(),
    log: createLog({ format: "json", verbose: false, write: (line) => lines.push(line) }, clock),
    ...over,
  }).use(
    new Elysia()
      .onBeforeHandle(({ request }) => void reached.push(new URL(request.url).pathname))
      .get("/open", ({ request }) => visitorOf(request).requestId)
      .post("/open", () => "posted")
      .get("/alive", () => "ok")
      .get("/private/:id", ({ request }) => userOf(request).name)
      .post("/private/:id", () => "changed")
      .get("/breaks", () => {
        throw new Error("the cause")
      })
      .get("/full", () => {
        throw Object.assign(new Error("no space"), { code: "ENOSPC" })
      })
      .get("/long", () => new Response("<p>row</p>".repeat(500), { headers: { "content-type": "text/html" } }))
      .get("/own-policy", () => new Response("", { headers: { "content-security-policy": "default-src 'none'" } }))
      .ws("/socket", { message() {} }),
  )
  const ask = (path: string, headers: Record<string, string> = {}, method = "GET") =>
    app.handle(new Request(`http://localhost${path}`, { method, headers }))
  return { app, ask, reached, lines: () => lines.map((line) => JSON.parse(line)) }
}

const opened: { stop(): unknown }[] = []
afterEach(async () => {
  for (const server of opened.splice(0)) await server.stop()
})

test("a stranger reaches what is public and nothing else, known or unknown", async () => {
  const { ask, reached } = program()
  expect((await ask("/open")).status).toBe(200)
  for (const path of ["/private/1", "/nothing", "/breaks", "/socket"]) expect((await ask(path)).status).toBe(401)
  expect((await ask("/private/1", {}, "POST")).status).toBe(401)
  expect((await ask("/open/more")).status).toBe(401)
  expect(reached).toEqual(["/open"])
})

test("a stranger who follows a link is led to the entrance and remembered where he wanted to go", async () => {
  const { ask } = program()
  const response = await ask("/private/1?tab=2", { accept: "text/html,*/*" })
  expect([response.status, response.headers.get("location")]).toEqual([303, "/enter?from=/private/1?tab=2"])
  expect((await ask("/private/1", { accept: "text/event-stream, text/html" })).status).toBe(401)
  expect((await ask("/private/1", { accept: "application/json" })).status).toBe(401)
})

test("htmx is told to load the entrance for the page it stands on", async () => {
  const headers = { accept: "text/html", "hx-request": "true", "hx-current-url": "http://localhost/private/7?x=1" }
  const response = await program().ask("/private/1", headers)
  expect([response.status, response.headers.get("hx-redirect")]).toEqual([401, "/enter?from=/private/7?x=1"])
})

test("somebody signed in reaches his page; the route knows him", async () => {
  const { ask } = program(known)
  expect(await (await ask("/private/1")).text()).toBe("ada")
})

test("a name pointed at this server gets nothing, except from the health check", async () => {
  const { ask, reached } = program(known)
  const refused = await ask("/private/1", { host: "rebound.example" })
  expect([refused.status, await refused.text()]).toEqual([421, ""])
  expect((await ask("/alive", { host: "10.0.0.7:10001" })).status).toBe(200)
  expect(reached).toEqual(["/alive"])
})

test("another origin changes nothing, signed in or not, and the refusal is logged", async () => {
  const evil = { origin: "https://evil.example", "sec-fetch-site": "cross-site" }
  const signedIn = program(known)
  expect((await signedIn.ask("/private/1", evil, "POST")).status).toBe(403)
  expect((await program().ask("/open", evil, "POST")).status).toBe(403)
  expect(signedIn.reached).toEqual([])
  expect(signedIn.lines().map((line) => line.level)).toContain("warn")
})

test("no question of another origin is answered: OPTIONS is 405 and no Access-Control header is sent", async () => {
  const { ask } = program(known)
  const response = await ask("/private/1", { origin: "https://evil.example" }, "OPTIONS")
  expect(response.status).toBe(405)
  expect([...response.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([])
})

test("every answer carries the security headers and a request number, refusals and errors too", async () => {
  const { ask } = program(known)
  const answers = [
    await ask("/open"),
    await ask("/nothing"),
    await ask("/breaks"),
    await ask("/x", { host: "evil.example" }),
  ]
  expect(answers.map(({ status }) => status)).toEqual([200, 404, 500, 421])
  for (const { headers } of answers) {
    expect(headers.get("content-security-policy")).toContain("default-src 'none'; script-src 'self'")
    expect(headers.get("x-content-type-options")).toBe("nosniff")
    expect(headers.get("cache-control")).toBe("no-store")
    expect(headers.get("x-request-id")).toMatch(/^[0-9a-f]{16}$/)
  }
  expect((await ask("/own-policy")).headers.get("content-security-policy")).toBe("default-src 'none'")
})

test("a known address with another method says which ones it takes", async () => {
  const response = await program(known).ask("/private/1", { "sec-fetch-site": "same-origin" }, "DELETE")
  expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, POST"])
})

test("a bug is 500 with a number that stands in the log beside its cause; a full disk says so", async () => {
  const { ask, lines } = program(known)
  const response = await ask("/breaks")
  expect(await response.text()).not.toContain("the cause")
  const logged = lines().find((line) => line.level === "error")
  expect(logged.error).toContain("the cause")
  expect(logged.request).toBe(response.headers.get("x-request-id"))
  expect((await ask("/full")).status).toBe(507)
})

test("when nobody can say who it is, nobody gets in", async () => {
  const { ask, reached } = program(new Error("disk gone"))
  expect((await ask("/private/1")).status).toBe(500)
  expect(reached).toEqual([])
})

test("the log names the route's pattern, never what stood in its place", async () => {
  const { ask, lines } = program(known)
  await ask("/private/some-secret-token?key=value")
  await ask("/private/some-secret-token", { host: "evil.example" })
  const written = () => lines().filter((line) => line.message === "request")
  while (written().length < 2) await new Promise((next) => setImmediate(next))
  const requests = written()
  expect(requests.map(({ route, status, user }) => [route, status, user])).toEqual([
    ["(refused)", 421, undefined],
    ["/private/:id", 200, "ada"],
  ])
  expect(JSON.stringify(lines())).not.toContain("some-secret-token")
})

test("over a real connection: a socket opens for our own page only, and a path cannot climb into another route", async () => {
  const { app } = program(known)
  app.listen({ port: 0, hostname: "127.0.0.1" })
  const server = app.server
  if (!server) throw new Error("no server")
  opened.push(server)
  const address = `127.0.0.1:${server.port}`
  expect(await openSocket(address, { origin: `http://${address}` })).toBe("open")
  expect(await openSocket(address, { origin: "https://evil.example" })).toBe("refused")
  expect(await openSocket(address, {})).toBe("refused")

  const anonymous = program()
  anonymous.app.listen({ port: 0, hostname: "127.0.0.1" })
  const other = anonymous.app.server
  if (!other) throw new Error("no server")
  opened.push(other)
  for (const path of ["/private/../open/../private/1", "/open/%2e%2e/private/1", "//private/1", "/open\\..\\private/1"])
    expect([path, (await rawGet(other.port ?? 0, path)).includes(" 200 ")]).toEqual([path, false])
  expect(await openSocket(`127.0.0.1:${other.port}`, { origin: `http://127.0.0.1:${other.port}` })).toBe("refused")
})

function openSocket(address: string, headers: Record<string, string>): Promise<"open" | "refused"> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://${address}/socket`, { headers } as unknown as string[])
    socket.onopen = () => {
      resolve("open")
      socket.close()
    }
    socket.onerror = () => resolve("refused")
  })
}

/** The path exactly as written: `fetch` would tidy it first. */
async function rawGet(port: number, path: string): Promise<string> {
  const socket = await rawSocket(port)
  socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`)
  await socket.closed
  return socket.received()
}

test("a long page of any feature is compressed, and still carries every header of the program", async () => {
  const { ask } = program(known)
  const sent = await ask("/long", { "sec-fetch-site": "none", "accept-encoding": "gzip" })
  expect(sent.headers.get("content-encoding")).toBe("gzip")
  expect(Object.keys(securityHeaders({ https: false })).filter((name) => !sent.headers.has(name))).toEqual([])
  expect(new TextDecoder().decode(Bun.gunzipSync(new Uint8Array(await sent.arrayBuffer())))).toContain("<p>row</p>")
})

test("the log and whoever counts refusals learn the status that was really sent, of a handler that takes its time too", async () => {
  const refused: string[] = []
  const { app, ask, lines } = program(known, {
    refused: ({ method }, { status, route }) => void refused.push(`${status} ${method} ${route}`),
  })
  app.get("/denied/:id", async () => {
    await Promise.resolve()
    return new Response("no", { status: 403 })
  })
  expect((await ask("/denied/7")).status).toBe(403)
  expect((await ask("/private/7")).status).toBe(200)
  expect((await program(stranger).ask("/private/7")).status).toBe(401)
  const told = () => lines().filter(({ route }) => route !== undefined)
  while (told().length < 2) await new Promise<void>((turn) => void setImmediate(turn))
  expect(told().map(({ route, status }) => `${status} ${route}`)).toEqual(["403 /denied/:id", "200 /private/:id"])
  expect(refused).toEqual(["403 GET /denied/:id"])
})
