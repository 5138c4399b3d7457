/** One sample page in a real browser, under the real content security policy, with a stream that a test writes to. */
import { type BrowserContextOptions, type Browser, chromium, type Page } from "playwright-core"
import { contentSecurityPolicy } from "../platform/http/headers.ts"
import { frame } from "../platform/sse/stream.ts"
import type { BuiltAsset } from "../tools/assets.ts"
import type { AssetUrls } from "../../views/props/frame.ts"
import type { SafeHtml } from "../lib/jsx/safe-html.ts"

export interface LivePage extends AsyncDisposable {
  page: Page
  url: string
  /** Console messages, page errors and requests that left this server. */
  complaints: string[]
  /** Requests in order: method, path and, of forms, the fields. */
  requests: { method: string; path: string; fields: Record<string, string>; lastEventId: string | null }[]
  /** Sends an event to every open stream. */
  send(html: SafeHtml | null, id?: number): void
  /** Ends all streams, as a restarting server does; `refuse` turns new ones away until it is false again. */
  cut(refuse?: boolean): void
  streams(): number
}

interface Options extends BrowserContextOptions {
  /** Built once per test file. */
  assets: BuiltAsset[]
  /** Asked at every visit. */
  page(assets: AssetUrls & { terminalStyle?: string }): SafeHtml | null
  /** Answers whatever is not the page, an asset or the stream. */
  answer?(request: Request, fields: Record<string, string>): Response | undefined | Promise<Response | undefined>
}

export const streamPath = "/stream"
const encoder = new TextEncoder()

/**
 * Of every frame that runs scripts, whatever its origin (that of a preview is always another one); and when a field was
 * focused before the page's own first focus came, as a quick person may do.
 */
const generalWarnings = [
  "An iframe which has both allow-scripts and allow-same-origin",
  "Autofocus processing was blocked because a document already has a focused element",
]

/** Whether the browser would say this of a page that is in order. */
export const isGeneralWarning = (text: string): boolean => generalWarnings.some((start) => text.startsWith(start))

export async function openLivePage(browser: Browser, { page, answer, assets, ...context }: Options): Promise<LivePage> {
  const url = (role: string) => `/assets/${assets.find((asset) => asset.role === role)?.name ?? ""}`
  const urls = { script: url("script"), style: url("style"), icon: url("icon"), panels: url("panel-style") }
  const markup = () => String(page({ ...urls, terminalStyle: url("terminal-style") }))
  const requests: LivePage["requests"] = []
  const open = new Set<ReadableStreamDefaultController<Uint8Array>>()
  let refusing = false

  const stream = () => {
    let own: ReadableStreamDefaultController<Uint8Array> | undefined
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        own = controller
        open.add(controller)
        controller.enqueue(encoder.encode(": open\n\n"))
      },
      cancel() {
        if (own) open.delete(own)
      },
    })
    return new Response(body, { headers: { "content-type": "text/event-stream" } })
  }

  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    async fetch(request) {
      const { pathname, search } = new URL(request.url)
      const asset = assets.find(({ name }) => pathname === `/assets/${name}`)
      if (asset) return new Response(new Uint8Array(asset.bytes), { headers: { "content-type": asset.type } })
      const form = request.method === "POST" ? new URLSearchParams(await request.text()) : new URLSearchParams()
      const fields = Object.fromEntries(form)
      const lastEventId = request.headers.get("last-event-id")
      requests.push({ method: request.method, path: pathname + search, fields, lastEventId })
      if (pathname === streamPath) return refusing ? new Response("", { status: 503 }) : stream()
      const other = await answer?.(request, fields)
      if (other) return other
      if (pathname !== "/") return new Response("", { status: 204 })
      const headers = {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": contentSecurityPolicy({ diagrams: true }),
      }
      return new Response(`<!doctype html>${markup()}`, { headers })
    },
  })

  const visit = await browser.newContext({ reducedMotion: "reduce", ...context })
  const tab = await visit.newPage()
  const complaints: string[] = []
  tab.on("console", (message) => {
    if (!isGeneralWarning(message.text())) complaints.push(`${message.type()}: ${message.text()}`)
  })
  tab.on("pageerror", (error) => complaints.push(error.message))
  tab.on("request", (request) => {
    if (!request.url().startsWith(server.url.href) && !request.url().startsWith("data:")) complaints.push(request.url())
  })
  await tab.goto(server.url.href)

  return {
    page: tab,
    url: server.url.href,
    complaints,
    requests,
    send(html, id) {
      for (const controller of open) controller.enqueue(encoder.encode(frame(String(html ?? ""), id)))
    },
    cut(refuse = false) {
      refusing = refuse
      for (const controller of open) controller.close()
      open.clear()
    },
    streams: () => open.size,
    async [Symbol.asyncDispose]() {
      await visit.close()
      await server.stop(true)
    },
  }
}

const quiet =
  "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"

/** Chromium without a window of its own: the same engine for less than half of the work. */
export const launchBrowser = (...args: string[]): Promise<Browser> =>
  chromium.launch({ executablePath: "/usr/bin/chromium-headless-shell", args: [...quiet.split(" "), ...args] })
