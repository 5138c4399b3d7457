/** Pages of somebody else, on names and ports of his own, that try everything a page can try against a signed-in visitor. */
import type { Page } from "playwright-core"

export interface Attacker extends AsyncDisposable {
  port: number
  /** Requests that reached him with something in their address: what a page of ours was made to tell him. */
  heard: string[]
}

export function openAttacker(): Attacker {
  const heard: string[] = []
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request) {
      const { pathname, search } = new URL(request.url)
      if (search !== "") heard.push(pathname + search)
      const headers = { "content-type": "text/html", "access-control-allow-origin": "*" }
      return new Response("<!doctype html><title>elsewhere</title><body>elsewhere", { headers })
    },
  })
  return { port: server.port ?? 0, heard, [Symbol.asyncDispose]: () => server.stop(true) }
}

export interface Target {
  origin: string
  reads: string[]
  writes: { path: string; fields: Record<string, string> }[]
  streams: string[]
}

export interface Attempt {
  how: string
  path: string
  /** True when the page got anything that it could read or use. */
  got: boolean
}

/**
 * Runs inside the attacker's page (or its frame). Whether writes changed anything is not its to say: the test looks at the
 * workspace afterwards.
 */
export async function attack(frame: Pick<Page, "evaluate">, target: Target): Promise<Attempt[]> {
  return frame.evaluate(async ({ origin, reads, writes, streams }) => {
    const attempts: Attempt[] = []
    const asked = async (path: string, init: RequestInit): Promise<boolean> => {
      try {
        const response = await fetch(origin + path, { credentials: "include", ...init })
        return response.type !== "opaque" && response.type !== "opaqueredirect"
      } catch {
        return false
      }
    }
    const element = (path: string, tag: "img" | "script" | "link" | "object" | "video") =>
      new Promise<boolean>((resolve) => {
        const node = document.createElement(tag)
        node.addEventListener("load", () => resolve(true))
        node.addEventListener("loadeddata", () => resolve(true))
        node.addEventListener("error", () => resolve(false))
        if (tag === "link") node.setAttribute("rel", "stylesheet")
        node.setAttribute({ link: "href", object: "data" }[tag as string] ?? "src", origin + path)
        document.body.append(node)
      })
    let frames = 0
    const submitted = (path: string, fields: Record<string, string>, enctype: string) =>
      new Promise<void>((resolve) => {
        const frame = document.createElement("iframe")
        frame.name = `frame-${frames++}`
        const form = document.createElement("form")
        Object.assign(form, { method: "post", action: origin + path, target: frame.name, enctype })
        for (const [field, value] of Object.entries(fields)) {
          const input = document.createElement("input")
          Object.assign(input, { name: field, value })
          form.append(input)
        }
        document.body.append(frame, form)
        frame.addEventListener("load", () => resolve())
        form.submit()
      })
    const opened = (open: () => EventTarget & { close(): void }) =>
      new Promise<boolean>((resolve) => {
        const source = open()
        const end = (got: boolean) => {
          source.close()
          resolve(got)
        }
        source.addEventListener("open", () => end(true))
        source.addEventListener("message", () => end(true))
        source.addEventListener("error", () => end(false))
      })

    const tries: Promise<unknown>[] = []
    const attempt = (how: string, path: string, got: Promise<boolean | void>) =>
      void tries.push(got.then((value) => attempts.push({ how, path, got: value === true })))
    for (const path of reads) {
      attempt("fetch", path, asked(path, {}))
      attempt("fetch no-cors", path, asked(path, { mode: "no-cors" }))
      attempt("fetch as program", path, asked(path, { headers: { accept: "application/json" } }))
      attempt("fetch as htmx", path, asked(path, { headers: { "hx-request": "true" } }))
      attempt("fetch HEAD", path, asked(path, { method: "HEAD" }))
      for (const tag of ["img", "script", "link", "video"] as const) attempt(tag, path, element(path, tag))
    }
    for (const path of streams) {
      attempt(
        "EventSource",
        path,
        opened(() => new EventSource(origin + path, { withCredentials: true })),
      )
      attempt(
        "WebSocket",
        path,
        opened(() => new WebSocket(origin.replace("http", "ws") + path)),
      )
    }
    for (const { path, fields } of writes) {
      const body = new URLSearchParams(fields)
      for (const enctype of ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"])
        attempt(`form ${enctype}`, path, submitted(path, fields, enctype))
      attempt("fetch POST", path, asked(path, { method: "POST", body }))
      attempt("fetch POST no-cors", path, asked(path, { method: "POST", body, mode: "no-cors" }))
      const json = { method: "POST", body: JSON.stringify(fields) }
      attempt("fetch JSON", path, asked(path, { ...json, headers: { "content-type": "application/json" } }))
      attempt("fetch JSON as text", path, asked(path, { ...json, mode: "no-cors" }))
      navigator.sendBeacon(origin + path, body)
      attempt("beacon", path, Promise.resolve())
      for (const method of ["PUT", "PATCH", "DELETE"]) attempt(`fetch ${method}`, path, asked(path, { method, body }))
      attempt("image", path, element(`${path}?${body}`, "img"))
    }
    await Promise.all(tries)
    return attempts
  }, target)
}
