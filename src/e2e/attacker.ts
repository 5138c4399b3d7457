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

/** What a page can try, by its own means; made inside the attacker's page. */
interface Means {
  asked(url: string, init: RequestInit): Promise<boolean>
  shown(url: string, tag: "img" | "script" | "link" | "video"): Promise<boolean>
  opened(source: EventTarget & { close(): void }): Promise<boolean>
  submitted(url: string, fields: Record<string, string>, enctype: string): Promise<boolean>
}

declare const means: Means

/**
 * Runs inside the attacker's page (or its frame). Whether writes changed anything is not its to say: the test looks at the
 * workspace afterwards.
 */
export async function attack(frame: Pick<Page, "evaluate">, target: Target): Promise<Attempt[]> {
  await frame.evaluate(layOutMeans)
  const reads = await frame.evaluate(tryReads, target)
  return [...reads, ...(await frame.evaluate(tryWrites, target))]
}

function layOutMeans(): void {
  const asked: Means["asked"] = async (url, init) => {
    try {
      const response = await fetch(url, { credentials: "include", ...init })
      return response.type !== "opaque" && response.type !== "opaqueredirect"
    } catch {
      return false
    }
  }
  const shown: Means["shown"] = (url, tag) =>
    new Promise((resolve) => {
      const node = document.createElement(tag)
      for (const name of ["load", "loadeddata"]) node.addEventListener(name, () => resolve(true))
      node.addEventListener("error", () => resolve(false))
      if (tag === "link") node.setAttribute("rel", "stylesheet")
      node.setAttribute(tag === "link" ? "href" : "src", url)
      document.body.append(node)
    })
  const opened: Means["opened"] = (source) =>
    new Promise((resolve) => {
      for (const name of ["open", "message", "error"]) {
        source.addEventListener(name, () => {
          source.close()
          resolve(name !== "error")
        })
      }
    })
  const submitted: Means["submitted"] = (url, fields, enctype) =>
    new Promise((resolve) => {
      const frame = document.createElement("iframe")
      frame.name = `frame-${document.querySelectorAll("iframe").length}`
      const form = document.createElement("form")
      Object.assign(form, { method: "post", action: url, target: frame.name, enctype })
      for (const [name, value] of Object.entries(fields))
        form.append(Object.assign(document.createElement("input"), { name, value }))
      document.body.append(frame, form)
      frame.addEventListener("load", () => resolve(false))
      form.submit()
    })
  Object.assign(globalThis, { means: { asked, shown, opened, submitted } })
}

async function tryReads({ origin, reads, streams }: Target): Promise<Attempt[]> {
  const tries: Promise<Attempt>[] = []
  const attempt = (how: string, path: string, got: Promise<boolean>) =>
    void tries.push(got.then((value) => ({ how, path, got: value })))
  for (const path of reads) {
    const url = origin + path
    attempt("fetch", path, means.asked(url, {}))
    attempt("fetch no-cors", path, means.asked(url, { mode: "no-cors" }))
    attempt("fetch as program", path, means.asked(url, { headers: { accept: "application/json" } }))
    attempt("fetch as htmx", path, means.asked(url, { headers: { "hx-request": "true" } }))
    attempt("fetch HEAD", path, means.asked(url, { method: "HEAD" }))
    for (const tag of ["img", "script", "link", "video"] as const) attempt(tag, path, means.shown(url, tag))
  }
  for (const path of streams) {
    attempt("EventSource", path, means.opened(new EventSource(origin + path, { withCredentials: true })))
    attempt("WebSocket", path, means.opened(new WebSocket(origin.replace("http", "ws") + path)))
  }
  return Promise.all(tries)
}

async function tryWrites({ origin, writes }: Target): Promise<Attempt[]> {
  const tries: Promise<Attempt>[] = []
  const attempt = (how: string, path: string, got: Promise<boolean>) =>
    void tries.push(got.then((value) => ({ how, path, got: value })))
  for (const { path, fields } of writes) {
    const url = origin + path
    const body = new URLSearchParams(fields)
    for (const enctype of ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"])
      attempt(`form ${enctype}`, path, means.submitted(url, fields, enctype))
    attempt("fetch POST", path, means.asked(url, { method: "POST", body }))
    attempt("fetch POST no-cors", path, means.asked(url, { method: "POST", body, mode: "no-cors" }))
    const json = { method: "POST", body: JSON.stringify(fields) }
    attempt("fetch JSON", path, means.asked(url, { ...json, headers: { "content-type": "application/json" } }))
    attempt("fetch JSON as text", path, means.asked(url, { ...json, mode: "no-cors" }))
    navigator.sendBeacon(url, body)
    attempt("beacon", path, Promise.resolve(false))
    for (const method of ["PUT", "PATCH", "DELETE"])
      attempt(`fetch ${method}`, path, means.asked(url, { method, body }))
    attempt("image", path, means.shown(`${url}?${body}`, "img"))
  }
  return Promise.all(tries)
}
