import { Elysia } from "elysia"
import type { NewId } from "../../lib/ids.ts"
import type { Clock } from "../clock.ts"
import type { Log } from "../log.ts"
import { compressPage } from "./compress.ts"
import type { ClientAddress } from "./address.ts"
import { isFragment } from "./html.ts"
import type { OwnOrigin } from "./origin.ts"
import { problemForError } from "./problem-for-error.ts"
import type { Problem, ShowProblem } from "./problem.ts"
import { createRouteTable, type RoutePattern, type RouteTable } from "./route-table.ts"
import { isEventStream, isUpgrade, maySendThis } from "./same-origin.ts"
import type { Tally } from "./tally.ts"
import { targetOf } from "./target.ts"
import { admit, type Visitor, visitorIfKnown } from "./visitor.ts"

/** A route that answers anonymous visitors. */
export interface PublicRoute extends RoutePattern {
  /** Answers under any Host header; only for health checks. */
  anyHost?: boolean
}

export interface AccessNeeds {
  publicRoutes: readonly PublicRoute[]
  ownOrigin: OwnOrigin
  clientAddress: ClientAddress
  /** Finds out who sent a request; never throws for a wrong or missing credential. */
  whois(request: Request): Promise<Omit<Visitor, "requestId" | "address">>
  /** Where an anonymous person is sent instead of `path`. */
  entrance(path: string): string
  showProblem: ShowProblem
  /** True from the moment the program begins to stop: parts of it are gone then, so nothing is begun any more. */
  stopping?(): boolean
  headers: Record<string, string>
  clock: Clock
  ids: NewId
  log: Log
  tally?: Pick<Tally, "count">
  /** Somebody was told to say who he is (401), or that he may not (403). Never throws. */
  refused?(request: Request, about: { status: number; route: string }): void
}

/**
 * The root of the program: mount every feature on it. Its first hook runs before every route, socket upgrade and unknown
 * path, and denies whatever is not granted: Host, then who it is, then whether this origin may ask.
 */
export function createRoot(needs: AccessNeeds) {
  const { clock, log, showProblem } = needs
  const started = new WeakMap<Request, number>()
  const record = (request: Request, status: number, route = "") => {
    const ms = Math.round(clock.now() - (started.get(request) ?? clock.now()))
    const { requestId, user } = visitorIfKnown(request) ?? {}
    needs.tally?.count({ method: request.method, route, status, ms })
    if (status === 401 || status === 403) {
      needs.refused?.(request, { status, route: route.startsWith("/") ? route : pathOf(request) })
    }
    log.info("request", { method: request.method, route, status, ms, request: requestId, user: user?.name })
  }
  const gate = createGate(needs)
  let routes: RouteTable | undefined
  const app = new Elysia({ systemRouter: false })
  return app
    .onRequest(async ({ request, set, server }) => {
      started.set(request, clock.now())
      const requestId = needs.ids.hex(8)
      Object.assign(set.headers, needs.headers, { "x-request-id": requestId })
      const refusal = await gate(request, { requestId, peer: server?.requestIP(request)?.address })
      if (refusal) record(request, refusal.status, "(refused)")
      return refusal
    })
    .mapResponse({ as: "global" }, ({ request, responseValue }) =>
      responseValue instanceof Response ? compressPage(responseValue, request) : undefined,
    )
    .onAfterResponse({ as: "global" }, async ({ request, route, responseValue, set }) => {
      if (!started.has(request)) return
      // The framework keeps what a handler returned, which is a promise for most of ours.
      const answer: unknown = await responseValue
      record(request, answer instanceof Response ? answer.status : Number(set.status ?? 200), route)
    })
    .onError({ as: "global" }, ({ request, code, error, route }) => {
      routes ??= createRouteTable(app.routes)
      const problem = problemForError({ code, error, allowed: routes.methods(pathOf(request)) })
      const requestId = visitorIfKnown(request)?.requestId
      if (problem.status === 500) log.error("a request failed", { error, route, request: requestId })
      record(request, problem.status, route)
      started.delete(request)
      return showProblem(problem, request)
    })
}

interface Arrival {
  requestId: string
  peer: string | undefined
}

/** Answers with the refusal, or with nothing when the request may go on. */
function createGate(needs: AccessNeeds): (request: Request, arrival: Arrival) => Promise<Response | undefined> {
  const open = createRouteTable(needs.publicRoutes)
  const anyHost = createRouteTable(needs.publicRoutes.filter((route) => route.anyHost))
  return async (request, { requestId, peer }) => {
    const method = isUpgrade(request) ? "WS" : request.method
    const path = pathOf(request)
    const ownOrigin = needs.ownOrigin(request.headers.get("host") ?? targetOf(request).host)
    const answersAnyHost = anyHost.match(method, path) !== undefined
    if (!ownOrigin && !answersAnyHost) return new Response(null, { status: 421 })
    const unanswerable = answersAnyHost ? undefined : hindrance(needs, method)
    if (unanswerable) return needs.showProblem(unanswerable, request)

    const who = await needs.whois(request)
    const visitor = { ...who, requestId, address: needs.clientAddress(request, peer) }
    admit(request, visitor)
    if (!who.user && open.match(method, path) === undefined) return refuseStranger(needs, request)
    return ownOrigin && !answersAnyHost ? refuseOtherOrigins(needs, { request, ownOrigin, visitor }) : undefined
  }
}

/** What is so for everybody. A page that shows the first asks again by itself. */
function hindrance({ stopping }: AccessNeeds, method: string): Problem | undefined {
  if (stopping?.()) return { status: 503, code: "draining", retryAfter: 5 }
  return method === "OPTIONS" ? { status: 405, code: "method-not-allowed" } : undefined
}

interface Admitted {
  request: Request
  ownOrigin: string
  visitor: Visitor
}

async function refuseOtherOrigins(
  { log, showProblem }: AccessNeeds,
  { request, ownOrigin, visitor }: Admitted,
): Promise<Response | undefined> {
  const { user, requestId } = visitor
  if (await maySendThis({ request, ownOrigin, formToken: user && visitor.formToken })) return undefined
  log.warn("refused a request from another origin", { request: requestId, user: user?.name })
  return showProblem({ status: 403, code: "cross-origin" }, request)
}

/** A person who follows a link is led to the entrance; everything else learns that it must sign in. */
function refuseStranger(needs: AccessNeeds, request: Request): Response {
  const readsPage = request.method === "GET" && !isUpgrade(request) && !isEventStream(request)
  if (readsPage && !isFragment(request) && wantsPage(request)) {
    const { pathname, search } = targetOf(request)
    return new Response(null, { status: 303, headers: { location: needs.entrance(pathname + search) } })
  }
  const response = needs.showProblem({ status: 401, code: "missing-credentials" }, request)
  if (isFragment(request)) response.headers.set("hx-redirect", needs.entrance(currentPage(request)))
  return response
}

const wantsPage = (request: Request): boolean => (request.headers.get("accept") ?? "").includes("text/html")

/** The page that htmx stands on when it asks for a fragment. */
function currentPage(request: Request): string {
  const url = URL.parse(request.headers.get("hx-current-url") ?? "")
  return url ? url.pathname + url.search : ""
}

const pathOf = (request: Request): string => targetOf(request).pathname
