import type { Actor } from "./roles.ts"
import type { RoleWorld } from "./role-world.ts"

export interface Sample {
  path: string
  method?: string
  actor?: Actor
  headers?: Record<string, string>
  /** A form, by default empty. */
  body?: string | ReadableStream<Uint8Array>
}

export interface Answer {
  status: number
  body: string
  /** Where a browser or htmx is sent. */
  location: string
  headers: Headers
}

/** Asks the whole program as a page of ours would, unless the headers say otherwise. */
export function requestsTo(world: RoleWorld) {
  async function ask({ path, method: wanted = "GET", actor, headers = {}, body = "" }: Sample): Promise<Response> {
    const { method, own } = spoken(wanted)
    const all = new Headers({ accept: "text/html", ...own, ...headers })
    const cookie = actor && world.cookie(actor)
    if (cookie && !all.has("cookie")) all.set("cookie", cookie)
    const hasBody = !["GET", "HEAD", "OPTIONS"].includes(method)
    if (hasBody && !all.has("content-type")) all.set("content-type", "application/x-www-form-urlencoded")
    return world.app.answer(new Request(`http://localhost${path}`, { method, headers: all, ...(hasBody && { body }) }))
  }

  async function read(sample: Sample): Promise<Answer> {
    const response = await ask(sample)
    const { status, headers } = response
    const streams = headers.get("content-type")?.startsWith("text/event-stream")
    const body = streams ? "" : await response.text()
    if (streams) await response.body?.cancel()
    return { status, headers, body, location: headers.get("location") ?? headers.get("hx-redirect") ?? "" }
  }

  return { ask, read }
}

/** A socket is asked for by a GET that wants to become one. */
function spoken(wanted: string): { method: string; own: Record<string, string> } {
  if (wanted === "WS") return { method: "GET", own: { ...sameOrigin, ...upgrade } }
  return { method: wanted, own: wanted === "GET" ? {} : sameOrigin }
}

const upgrade = { upgrade: "websocket", connection: "upgrade" }
const sameOrigin = { origin: "http://localhost", "sec-fetch-site": "same-origin" }
