import { Elysia } from "elysia"
import type { LoopId, NewId, UserName } from "../lib/ids.ts"
import type { DocumentView, FrameView } from "../../views/props/frame.ts"
import type { LoopNews, LoopsDoor, Workbench } from "../loops/index.ts"
import type { Background } from "../platform/background.ts"
import type { Clock } from "../platform/clock.ts"
import type { Disk } from "../platform/disk/disk.ts"
import type { Events } from "../platform/events.ts"
import type { ClientAddress } from "../platform/http/address.ts"
import type { ShowProblem } from "../platform/http/problem.ts"
import type { SignedIn, Visitor } from "../platform/http/visitor.ts"
import type { Log } from "../platform/log.ts"
import type { Sandboxes } from "../sandbox/index.ts"
import { createEntering } from "./entering.ts"
import { createFront } from "./front.ts"
import { createGate, createTries } from "./gate.ts"
import { openListener } from "./listener.ts"
import { createPages } from "./pages.tsx"
import { createPassages } from "./passages.ts"
import { createPasses } from "./passes.ts"
import type { PlaceOptions } from "./place.ts"
import { createProxy, type ProxyLimits } from "./proxy.ts"
import { previewRoutes } from "./routes.tsx"
import { createServing } from "./serving.ts"
import { type LinksSwitch, sharesRoutes } from "./shares-routes.tsx"
import { createShares } from "./shares.ts"
import { createStaticFiles } from "./static.ts"
import { createTickets } from "./tickets.ts"

export { originOf, placeOf } from "./place.ts"

/** Where the previews' listener listens, and what browsers call it. */
export interface PreviewOptions extends PlaceOptions {
  host: string
  port: number
  /** The listener speaks TLS itself. */
  tls?: { cert: string; key: string }
}

export interface PreviewNeeds {
  options: PreviewOptions
  disk: Disk
  home: string
  clock: Clock
  ids: NewId
  log: Log
  background: Background
  events: Pick<Events<LoopNews>, "on">
  loops: Pick<LoopsDoor, "forDriver" | "forViewer" | "record">
  sandboxes: Pick<Sandboxes, "running">
  workbench: Workbench
  clientAddress: ClientAddress
  /** The app's own origins, the one for people first. */
  appOrigins(): readonly string[]
  /** Whether a login still counts: not ended, its user active. */
  isAlive(login: string): boolean
  isAdmin(user: UserName): boolean
  links: LinksSwitch
  workspaceName(): string
  /** The program's style sheet. */
  style(): Promise<Response> | undefined
  /** Port of the sandbox's own gateway, which is never shown. */
  closedPort: number
  /** How long a sandbox may be idle, milliseconds. */
  idleMs: number
  /** Writes into the audit what somebody did with a share. */
  note(user: SignedIn, action: string, object: string): Promise<void>
  limits?: Partial<ProxyLimits>
  /** Seconds that a connection may be silent, by default 30. */
  patienceS?: number
}

export interface PreviewPages {
  frame(request: Request, about: Pick<FrameView, "title" | "section">): FrameView
  document(visitor: Visitor, title: string): DocumentView
  showProblem: ShowProblem
}

/** The feature's door: what runs or lies in a sandbox, shown on host names of its own. */
export function createPreview(needs: PreviewNeeds) {
  const { clock, ids, log, background, loops, sandboxes, workbench, links } = needs
  const now = () => clock.now()
  const passages = createPassages({ clock, background })
  const recheck = () => background.run("ask again who may look at previews", passages.recheck)
  const taken = () => needs.appOrigins().flatMap((origin) => labelBelow(origin, needs.options.domain))
  const shares = createShares({ ...needs, taken, allowsLinks: links.allowed, onStricter: recheck })
  const passes = createPasses({ key: shares.key, now })
  const tickets = createTickets({ clock, ids })
  const gate = createGate({ ...needs, shares, passes, allowsLinks: links.allowed })
  const frames = needs.appOrigins
  const pages = createPages({ ...needs, frames, appOrigin: () => needs.appOrigins()[0] })
  const entering = createEntering({ gate, passes, tickets, tries: createTries(now), shares, pages, clock })
  const proxy = createProxy({
    clock,
    pages,
    running: sandboxes.running,
    frames,
    ...(needs.limits && { limits: needs.limits }),
  })
  const files = createStaticFiles({
    pages,
    async read(loop, work) {
      const record = await loops.record(loop)
      if (!record) return { kind: "not-placed", why: "not-prepared" }
      return workbench.read({ record, viewer: record.driver, drives: false, owns: false }, work)
    },
  })
  const front = createFront({
    ...{ gate, entering, passages, proxy, files, pages, frames },
    place: () => serving.place(),
  })
  const serving = createServing(needs.options, () =>
    openListener({ ...needs, ...needs.options, front, log: log.area("preview") }),
  )
  const unhear = [
    needs.events.on("loop.changed", ({ record, rights }) => (rights ? shares.endLost(record) : undefined)),
    needs.events.on("loop.deleted", ({ loop }) => shares.end((share) => share.loop === loop)),
  ]
  const parts = { ...needs, shares, passes, tickets, serving, gate, recheck }
  return {
    routes: (given: PreviewPages) =>
      new Elysia({ name: "previews" })
        .use(previewRoutes({ ...parts, ...given }))
        .use(sharesRoutes({ ...parts, ...given })),
    /** Serves what was shown before the server's restart. */
    begin: () =>
      background.run("serve previews", async () => {
        if ((await shares.all()).length > 0) await serving.serve()
      }),
    /** Asks everybody who looks at one again; call when a login or a person's status has changed. */
    recheck,
    /** Somebody looks at something of this loop, or did lately. */
    isUsed: (loop: LoopId) => passages.isUsed(loop, needs.idleMs),
    async [Symbol.asyncDispose]() {
      for (const leave of unhear) leave()
      passages[Symbol.dispose]()
      proxy[Symbol.dispose]()
      await serving[Symbol.asyncDispose]()
    },
  }
}

export type PreviewDoor = ReturnType<typeof createPreview>

/** The label under which the app itself would be a preview, if its name lies below the previews' domain. */
function labelBelow(origin: string, domain: string | undefined): string[] {
  const name = URL.parse(origin)?.hostname ?? ""
  const label = domain !== undefined && name.endsWith(`.${domain}`) ? name.slice(0, -domain.length - 1) : ""
  return label === "" || label.includes(".") ? [] : [label]
}
