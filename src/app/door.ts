import type { Accounts } from "../accounts/index.ts"
import { paths, urls } from "../lib/urls.ts"
import type { LoopsDoor } from "../loops/index.ts"
import { createRoot } from "../platform/http/access.ts"
import { createClientAddress } from "../platform/http/address.ts"
import { securityHeaders } from "../platform/http/headers.ts"
import { redirectTo } from "../platform/http/html.ts"
import { createOwnOrigin } from "../platform/http/origin.ts"
import { missingParts, type Sandboxes } from "../sandbox/index.ts"
import type { Tally } from "../platform/http/tally.ts"
import { longestFrame } from "../terminal/index.ts"
import type { App, AppNeeds } from "./app.ts"
import { createMetrics, type MetricsNeeds } from "./metrics.ts"
import type { Assets } from "./assets.ts"
import { isExposed, isSecure } from "./defaults.ts"
import type { Documents } from "./documents.ts"
import { diagramsPage } from "./diagrams-page.tsx"
import { isLoopback } from "./options.ts"
import { createShowProblem } from "./problems.tsx"
import { publicRoutes } from "./public-routes.ts"

type Root = ReturnType<typeof createRoot>

export interface DoorParts {
  accounts: Accounts
  assets: Assets
  documents: Documents
  sandboxes: Sandboxes
  loops: LoopsDoor
  /** Mounts every feature's routes. */
  mount(root: Root, showProblem: ReturnType<typeof createShowProblem>): void
  tally: Tally
  metrics: Omit<MetricsNeeds, "showProblem" | "tally" | "loops">
  /** Work that starts after the first page can be served. */
  begin(): void
  /** Ends what runs, in this order. */
  end: readonly (AsyncDisposable | Disposable)[]
  workspaceName(): string
  /** The pages are reached at this port now. */
  listening(port: number): void
}

/** The way in from the network: one root with the access hook, everything else mounted on it. */
export function createDoor(needs: AppNeeds, parts: DoorParts): App {
  const { options, clock, ids, log } = needs
  const { accounts, assets, documents, sandboxes } = parts
  const showProblem = createShowProblem(documents)
  let stopping = false
  const root = createRoot({
    publicRoutes,
    ownOrigin: createOwnOrigin({
      ...(options.publicUrl && { publicUrl: options.publicUrl.origin }),
      listensOnLoopback: isLoopback(options.host),
      tls: options.tls !== undefined,
      extraHosts: ownHosts(options.host),
    }),
    clientAddress: createClientAddress(options.trustedProxies),
    whois: accounts.whois,
    entrance: accounts.entrance,
    showProblem,
    stopping: () => stopping,
    headers: securityHeaders({ https: isSecure(options) }),
    clock,
    ids,
    log: log.area("http"),
    tally: parts.tally,
    refused: accounts.noteRefusal,
  })
  const metrics = createMetrics({ ...parts, ...parts.metrics, showProblem })
  root
    .get(paths.home, ({ request }) => redirectTo(urls.loops(), request))
    .get(paths.alive, () => plainText("ok"))
    .get(paths.ready, () => readiness(sandboxes, stopping))
    .get(paths.metrics, ({ request }) => metrics(request))
    .get(paths.icon, ({ request }) => redirectTo(assets.urls.icon, request))
    .get(paths.diagrams, () => diagramsPage(assets.diagrams.script))
    .get(paths.asset, ({ request, params }) => assets.serve(params.file, request) ?? notFound(request))
  parts.mount(root, showProblem)

  function notFound(request: Request): Response {
    return showProblem({ status: 404, code: "not-found" }, request)
  }
  return {
    routes: root.routes,
    answer: async (request) => root.handle(request),
    listen() {
      const outcome = listen(root, options, needs.patienceS)
      if (root.server?.port !== undefined) parts.listening(root.server.port)
      return outcome
    },
    begin: parts.begin,
    people: accounts.people,
    tokens: accounts.tokens,
    workspaceName: parts.workspaceName,
    setUpToken() {
      const token = accounts.issueSetUpToken()
      return token && { token, needed: isExposed(options) }
    },
    async [Symbol.asyncDispose]() {
      stopping = true
      for (const part of parts.end) await dispose(part)
      await root.server?.stop(true)
    },
  }
}

async function dispose(part: AsyncDisposable | Disposable): Promise<void> {
  if (Symbol.asyncDispose in part) await part[Symbol.asyncDispose]()
  else part[Symbol.dispose]()
}

/** A listener on an address of its own is reached by that address; on all addresses only the public URL is known. */
const ownHosts = (host: string): string[] => (isLoopback(host) || host === "0.0.0.0" || host === "::" ? [] : [host])

function readiness(sandboxes: Sandboxes, stopping: boolean): Response {
  const reasons = [...(stopping ? ["draining"] : []), ...missingParts(sandboxes.health())]
  return plainText(reasons.length === 0 ? "ok" : reasons.join("\n"), reasons.length === 0 ? 200 : 503)
}

const plainText = (text: string, status = 200): Response =>
  new Response(text, { status, headers: { "content-type": "text/plain; charset=utf-8" } })

function listen(root: Root, options: AppNeeds["options"], patienceS = 30): ReturnType<App["listen"]> {
  try {
    root.listen({
      hostname: options.host,
      port: options.port,
      // Also the longest that a body may trickle in; one that comes with at least 16 KiB a second may take longer.
      idleTimeout: patienceS,
      // The framework's own defaults would let two servers share a port and would show errors with their source.
      reusePort: false,
      development: false,
      maxRequestBodySize: 1 << 30,
      // Sockets carry keys and acknowledgements in, and no more out than was acknowledged.
      websocket: { maxPayloadLength: longestFrame, perMessageDeflate: false },
      ...(options.tls && { tls: { cert: Bun.file(options.tls.cert), key: Bun.file(options.tls.key) } }),
    })
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") return { kind: "in-use" }
    throw error
  }
  const host = options.host.includes(":") ? `[${options.host}]` : options.host
  const own = `${options.tls ? "https" : "http"}://${host}:${root.server?.port}`
  return { kind: "listening", address: options.publicUrl?.origin ?? own }
}
