import { z } from "zod"
import { urls } from "../lib/urls.ts"
import {
  type Permission,
  type Actor,
  actors,
  everybody,
  everyLoop,
  type Subject,
  type Verdict,
  verdictOf,
} from "./roles.ts"
import { permissions } from "./permissions.ts"
import type { PlacedLoop, RoleWorld } from "./role-world.ts"

/** One question of the matrix: may this person have this, asked in this way? */
export interface Cell {
  route: string
  method: string
  path: string
  actor: Actor
  subject: Subject
  carrier: Carrier
  needs: Permission
  expected: Verdict
}

/** As a browser, as htmx, as a program, as an event stream, as a socket. */
type Carrier = "page" | "fragment" | "program" | "stream" | "socket"

export interface Found {
  cell: Cell
  status: number
  body: string
  location: string
  /** What stood on disk of the loop before and after. */
  before: string
  after: string
  loop?: PlacedLoop
}

/** Every route × everybody × everything it can be about × every way of asking. */
export function allCells(): Cell[] {
  return Object.entries(permissions).flatMap(([route, { needs }]) => {
    const [method = "", path = ""] = route.split(" ")
    return everybody.flatMap((actor) =>
      subjectsOf(path, actor).flatMap((subject) =>
        carriersOf(method).map((carrier) => {
          const expected = verdictOf(needs, actor, subject)
          return { ...{ route, method, path, actor, subject, carrier, needs, expected } }
        }),
      ),
    )
  })
}

/** Whoever is not let in is asked about the easiest and one hard kind: nothing is looked at for him. */
function subjectsOf(path: string, actor: Actor): Subject[] {
  const loops = actors[actor].signedIn ? everyLoop : (["open", "private"] as const)
  if (path.startsWith("/loops/:id")) return loops.map((loop) => ({ loop }))
  if (path.includes(":source")) return [{ provider: "workspace" }, { provider: "personal" }]
  return [{}]
}

function carriersOf(method: string): Carrier[] {
  if (method === "WS") return ["socket"]
  return method === "GET" ? [...forms, "stream"] : forms
}

const forms: Carrier[] = ["page", "fragment", "program"]
/** Each way of asking these needs a login of its own. */
const endsLogin = new Set(["POST /sign-out"])

export async function ask(world: RoleWorld, cell: Cell): Promise<Found> {
  const loop = cell.subject.loop && (await world.newLoop(cell.subject.loop))
  const before = loop ? await loop.bytes() : ""
  const response = await world.app.answer(requestFor(world, cell, loop?.id))
  const body = await bodyOf(response)
  const after = loop ? await loop.bytes() : ""
  const { status, headers } = response
  return { cell, status, body, location: headers.get("location") ?? "", before, after, ...(loop && { loop }) }
}

/** As much of the answer as there is: of a stream, nothing. */
async function bodyOf(response: Response): Promise<string> {
  const streams = response.headers.get("content-type")?.startsWith("text/event-stream")
  if (!streams) return response.text()
  await response.body?.cancel()
  return ""
}

/** The same question about a loop that does not exist. */
export async function askForNothing(world: RoleWorld, cell: Cell): Promise<string> {
  return (await world.app.answer(requestFor(world, cell, crypto.randomUUID()))).text()
}

function requestFor(world: RoleWorld, { method, path, carrier, actor, subject, route }: Cell, loop = ""): Request {
  const [source, name] =
    subject.provider === "personal" ? ["personal", `mine-${carrier}`] : ["workspace", `team-${carrier}`]
  const values: Record<string, string> = {
    id: loop,
    source,
    name,
    file: "none.js",
    seq: "1",
    ask: "ask_0",
    share: "abcdefghijklmnop",
    shelf: "notes",
    held: "0123456789abcdef",
  }
  const address = path.replace(/:(\w+)/g, (_, key: string) => values[key] ?? "x").replace("*", "any/thing")
  const headers = new Headers(headersOf[carrier])
  const cookie = world.cookie(actor, endsLogin.has(route) ? 1 + forms.indexOf(carrier) : 0)
  if (cookie !== undefined) headers.set("cookie", cookie)
  if (method === "GET" || method === "WS") return new Request(`http://localhost${address}`, { headers })
  headers.set("content-type", "application/x-www-form-urlencoded")
  const body = new URLSearchParams(permissions[route]?.form).toString()
  return new Request(`http://localhost${address}`, { method: method === "ALL" ? "POST" : method, headers, body })
}

const own = { origin: "http://localhost", "sec-fetch-site": "same-origin" }
const headersOf: Record<Carrier, Record<string, string>> = {
  page: { ...own, accept: "text/html", "sec-fetch-mode": "navigate" },
  fragment: { ...own, accept: "text/html", "hx-request": "true" },
  program: { ...own, accept: "application/json" },
  stream: { ...own, accept: "text/event-stream" },
  socket: { ...own, upgrade: "websocket", connection: "upgrade" },
}

/** What an answer means, or the answer itself when it means nothing that a rule knows. */
export function verdictIn(found: Found): string {
  const { cell, status, location } = found
  const usual = permissions[cell.route]?.answers ?? [200, 204, 303]
  const answered = usual.includes(status) ? "in" : `${status} ${codeIn(found) ?? ""}`
  if (cell.needs === "anybody") return answered
  if (status === 401 || (status === 303 && leadsToEntrance(location))) return "entrance"
  return refusalIn(found) ?? answered
}

/** Only a program is told which refusal it is; a page's status may also be the answer to somebody who may ask. */
function refusalIn(found: Found): Verdict | undefined {
  const refusal = refusals[found.status]
  if (!refusal) return undefined
  const code = codeIn(found)
  const isMeant = code === undefined ? found.cell.expected !== "in" : refusal.codes.includes(code)
  return isMeant ? refusal.verdict : undefined
}

const refusals: Record<number, { verdict: Verdict; codes: readonly string[] }> = {
  403: { verdict: "refused", codes: ["not-allowed", "not-driver", "admin-only"] },
  404: { verdict: "nothing", codes: ["not-found"] },
  409: { verdict: "closed", codes: ["archived", "offered", "deleted"] },
}

const leadsToEntrance = (location: string) => /^\/(sign-in|set-up)(\?|$)/.test(location) && location !== urls.signedOut

const Refusal = z.object({ error: z.object({ code: z.string() }) })

const codeIn = ({ body }: Found): string | undefined =>
  body.startsWith("{") ? Refusal.safeParse(JSON.parse(body)).data?.error.code : undefined
