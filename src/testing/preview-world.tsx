import { Elysia } from "elysia"
import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import type { LoopId } from "../lib/ids.ts"
import { urls } from "../lib/urls.ts"
import type { Box } from "../sandbox/index.ts"
import { createBackground } from "../platform/background.ts"
import { createClientAddress } from "../platform/http/address.ts"
import type { SignedIn } from "../platform/http/visitor.ts"
import { systemClock, systemIds } from "../platform/clock.ts"
import { createLog } from "../platform/log.ts"
import { createPreview, type PreviewNeeds } from "../preview/index.ts"
import type { Client } from "./client.ts"
import { pageOf } from "./html.ts"
import { type Inside, type InsidePrograms, insidePrograms } from "./inside-programs.ts"
import { knownVisitors } from "./known-visitors.ts"
import { linkWorkbench } from "./link-workbench.ts"
import { linkWorld, until } from "./link-world.ts"
import { type LoopPages, loopPages } from "./loop-pages.tsx"
import { person } from "./loops.ts"

/** Previews whole, over a real link to a guest in this process; who asks the app is said by the test. */
export interface PreviewWorld extends AsyncDisposable {
  world: LoopPages
  box: Box
  /** The loop's working folder. */
  workdir: string
  log: string[]
  /** Logins that have ended. */
  ended: Set<string>
  links: { on: boolean }
  /** Whether the sandbox runs. */
  sandbox: { runs: boolean }
  audited: string[]
  loop(user?: string): Promise<LoopId>
  as(user: SignedIn): Client
  /** A share of that port, or folder, through the panel: its host name and how to come in. */
  share(loop: LoopId, target: { port: string } | { folder: string }): Promise<Shared>
  /** Asks at a preview's host name. */
  ask(host: string, path?: string, init?: RequestInit & { headers?: Record<string, string> }): Promise<Response>
  /** The port of the previews' listener. */
  port(): number
  /** Another server on the same home and port. */
  restart(): Promise<void>
  programs: InsidePrograms
  /** A program that runs in a loop of alice, shown, and she is in. */
  shown(): Promise<Shared & { loop: LoopId; cookie: string; inside: Inside }>
}

export interface Shared {
  id: string
  host: string
  /** Comes in as the driver; the cookie that opens it from then on. */
  enter(): Promise<string>
}

export async function previewWorld(over: Partial<PreviewNeeds> = {}): Promise<PreviewWorld> {
  const link = await linkWorld()
  const { box } = await link.guest()
  const world = await loopPages()
  const lines: string[] = []
  const log = createLog({ format: "text", verbose: true, write: (line) => lines.push(line) }, systemClock)
  const background = createBackground(log)
  const [ended, audited] = [new Set<string>(), [] as string[]]
  const [links, sandbox] = [{ on: true }, { runs: true }]
  const needs: PreviewNeeds = {
    ...{ disk: world.disk, home: world.home, clock: systemClock, ids: systemIds, log, background },
    ...{ events: world.events, loops: world.loops, workbench: linkWorkbench(world, box, sandbox) },
    sandboxes: { running: () => (sandbox.runs ? box : undefined) },
    options: { host: "127.0.0.1", port: 0, domain: "localhost", secure: false },
    clientAddress: createClientAddress([]),
    appOrigins: () => ["http://127.0.0.1:10001", "http://localhost:10001"],
    isAlive: (login) => !ended.has(login),
    isAdmin: (user) => user === "admin",
    links: { allowed: () => links.on, allow: async (on) => ((links.on = on), { kind: "changed" }) },
    workspaceName: () => "Workshop",
    style: async () => new Response("body{}", { headers: { "content-type": "text/css" } }),
    closedPort: 4180,
    idleMs: 60_000,
    note: async (user, action) => void audited.push(`${user.name} ${action}`),
    ...over,
  }
  let door = createPreview(needs)
  const visitors = knownVisitors()
  const { frame, showProblem } = world.needs
  const app = new Elysia({ systemRouter: false })
    .onRequest(({ request }) => visitors.admit(request))
    .use(door.routes({ frame, showProblem, document: (_, title) => ({ ...plainDocument, title }) }))
  const as = (user: SignedIn) => visitors.as(app, user)
  let port = 0
  const programs = insidePrograms()
  const made: PreviewWorld = {
    programs,
    async restart() {
      await door[Symbol.asyncDispose]()
      door = createPreview({ ...needs, options: { ...needs.options, port } })
      door.begin()
      await until("previews are served again", () =>
        made.ask("nobody.localhost").then(
          () => true,
          () => false,
        ),
      )
    },
    async shown() {
      const loop = await made.loop()
      const inside = programs.program()
      const share = await made.share(loop, { port: inside.port })
      return { ...share, loop, inside, cookie: await share.enter() }
    },
    ...{ world, box, log: lines, ended, links, sandbox, audited, as },
    workdir: join(link.folder, "workdir"),
    port: () => port,
    async loop(user = "alice") {
      const created = await world.loops.create({ clientId: crypto.randomUUID() }, person(user))
      if (created.kind !== "created") throw new Error(JSON.stringify(created))
      await world.told("loop.ready", created.loop)
      await mkdir(join(link.folder, "workdir"), { recursive: true })
      return created.loop
    },
    async share(loop, target) {
      const record = await world.loops.record(loop)
      const driver = as(person(record?.driver ?? "alice"))
      const answer = await driver.post(urls.previews(loop), { ...target })
      const panel = answer.headers.get("location") ?? ""
      if (answer.status !== 303) throw new Error(`${answer.status}: ${await answer.text()}`)
      const wayIn = async () => {
        const page = await pageOf(await driver.get(panel))
        const url = new URL(page.one("#preview-enter").attributes["action"] ?? "")
        return { url, ticket: page.one("#preview-enter [name=ticket]").attributes["value"] ?? "" }
      }
      const { url } = await wayIn()
      port = Number(url.port)
      return {
        id: new URL(panel, "http://x").searchParams.get("share") ?? "",
        host: url.host,
        async enter() {
          const { ticket } = await wayIn()
          return cookieOf(await send(port, { host: url.host, path: "/__loopat/enter" }, postOf({ ticket })))
        },
      }
    },
    ask: (host, path = "/", init = {}) => send(port, { host, path }, init),
    async [Symbol.asyncDispose]() {
      programs[Symbol.dispose]()
      await door[Symbol.asyncDispose]()
      await background[Symbol.asyncDispose]()
      await world[Symbol.asyncDispose]()
      await link[Symbol.asyncDispose]()
    },
  }
  return made
}

export const postOf = (form: Record<string, string>) => ({
  method: "POST",
  body: new URLSearchParams(form).toString(),
  headers: { "content-type": "application/x-www-form-urlencoded" },
})

/** What a browser sends back of what it was given. */
export const cookieOf = (answer: Response): string =>
  answer.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ")

type Init = RequestInit & { headers?: Record<string, string> }

function send(port: number, { host, path }: { host: string; path: string }, init: Init): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}${path}`, {
    redirect: "manual",
    decompress: false,
    ...init,
    headers: { connection: "close", ...init.headers, host },
  } as RequestInit)
}

const plainDocument = {
  ...({ reader: { locale: "en", now: 0 }, theme: "system", workspace: "Workshop" } as const),
  assets: { script: "/app.js", style: "/app.css", icon: "/icon.svg" },
}
