import { createRouteTable, type RoutePattern } from "../platform/http/route-table.ts"

interface Walked {
  handle(request: Request): Promise<Response>
  routes: readonly RoutePattern[]
}

/** Routes that did not turn an anonymous visitor away though no list says that they may answer him. */
export async function routesOpenToStrangers(app: Walked, listed: readonly RoutePattern[]): Promise<string[]> {
  const open = createRouteTable(listed)
  const reached: string[] = []
  for (const { method, path } of app.routes) {
    const address = path.replace(/:\w+/g, "7b0c3ab2-11f5-4d0c-9d63-0f2f4f1d6e21").replace("*", "any/thing")
    if (open.match(method, address) !== undefined) continue
    for (const headers of askings(method)) {
      const verb = method === "WS" || method === "ALL" ? "GET" : method
      const response = await app.handle(new Request(`http://localhost${address}`, { method: verb, headers }))
      if (!isTurnedAway(response)) reached.push(`${method} ${path} → ${response.status}`)
    }
  }
  return reached
}

/** Listed routes that the program does not have: a list must not promise more than there is. */
export function listedWithoutRoute(app: Walked, listed: readonly RoutePattern[]): string[] {
  const known = new Set(app.routes.map(({ method, path }) => `${method} ${path}`))
  return listed.map(({ method, path }) => `${method} ${path}`).filter((route) => !known.has(route))
}

/** As a browser, as htmx, as an event stream, as a program, with a cookie that means nothing. */
function askings(method: string): Record<string, string>[] {
  if (method === "WS") {
    return [
      { upgrade: "websocket", connection: "upgrade", origin: "http://localhost", "sec-fetch-site": "same-origin" },
    ]
  }
  const own = { origin: "http://localhost", "sec-fetch-site": "same-origin" }
  return [
    { ...own, accept: "text/html", "sec-fetch-mode": "navigate" },
    { ...own, accept: "text/html", "hx-request": "true" },
    { ...own, accept: "text/event-stream" },
    { ...own, accept: "application/json", "content-type": "application/json" },
    { ...own, cookie: `loopat_session=${"A".repeat(43)}` },
    { ...own, authorization: "Bearer la_000000000000000000000000000000000000000000000000" },
  ]
}

const isTurnedAway = ({ status, headers }: Response): boolean =>
  status === 401 || (status === 303 && /^\/(sign-in|set-up)\b/.test(headers.get("location") ?? ""))
