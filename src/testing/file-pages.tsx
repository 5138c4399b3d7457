import { Elysia } from "elysia"
import type { LoopHeaderView } from "../../views/props/loops.ts"
import { createKeeping } from "../changes/index.ts"
import { createFiles } from "../files/index.ts"
import type { LoopId } from "../lib/ids.ts"
import { urls } from "../lib/urls.ts"
import { createWorkbench, loopHeader, type ViewedLoop } from "../loops/index.ts"
import { createBackground } from "../platform/background.ts"
import { createLiveRights } from "../platform/http/live-rights.ts"
import { type SignedIn, userOf } from "../platform/http/visitor.ts"
import { systemClock, systemIds } from "../platform/clock.ts"
import { silentLog } from "../platform/log.ts"
import type { Box } from "../sandbox/index.ts"
import type { Client } from "./client.ts"
import { knownVisitors } from "./known-visitors.ts"
import { type LoopPages, loopPages } from "./loop-pages.tsx"
import { person } from "./loops.ts"
import { type SandboxWorld, sandboxWorld } from "./sandbox-world.ts"

export interface FilePages extends AsyncDisposable {
  world: LoopPages
  boxes: SandboxWorld
  /** A prepared loop of alice; everybody in the workspace sees it. */
  loop(): Promise<LoopId>
  /** The loop's own sandbox, started. */
  box(loop: LoopId): Promise<Box>
  as(user: SignedIn): Client
  /** Posts a multipart form as a page of ours would. */
  upload(user: SignedIn, path: string, form: FormData): Promise<Response>
}

/** The pages of files over real sandboxes; who asks is said by the test instead of by a login. */
export async function filePages(): Promise<FilePages> {
  const boxes = await sandboxWorld()
  const world = await loopPages({ needs: { sandboxes: boxes.sandboxes } })
  const { loops, clock, needs } = world
  const background = createBackground(silentLog)
  const rights = createLiveRights({ clock, log: silentLog, isAlive: () => true })
  const header = async (request: Request, { record }: ViewedLoop): Promise<LoopHeaderView> =>
    loopHeader({ record, user: userOf(request), reader: { locale: "en", now: clock.now() } })
  const workbench = createWorkbench({ loops, sandboxes: boxes.sandboxes, clock, frame: needs.frame, header })
  const files = createFiles({
    loops,
    workbench,
    rights,
    background,
    clock: systemClock,
    showProblem: needs.showProblem,
    editor: { script: "/assets/editor.js" },
    keeping: createKeeping({ clock: systemClock, ids: systemIds, loops }),
  })
  const visitors = knownVisitors()
  const app = new Elysia({ systemRouter: false }).onRequest(({ request }) => visitors.admit(request)).use(files.routes)
  return {
    world,
    boxes,
    async loop() {
      const created = await loops.create({ clientId: crypto.randomUUID() }, person("alice"))
      if (created.kind !== "created") throw new Error(JSON.stringify(created))
      await world.told("loop.ready", created.loop)
      return created.loop
    },
    async box(loop) {
      const spec = await loops.sandboxSpec(loop)
      if (!spec) throw new Error("the loop is not prepared")
      return boxes.started(spec)
    },
    as: (user) => visitors.as(app, user),
    async upload(user, path, form) {
      visitors.as(app, user)
      const body = new Request("http://localhost", { method: "POST", body: form })
      const headers = { "content-type": body.headers.get("content-type") ?? "", "x-as": user.name }
      return app.handle(new Request(`http://localhost${path}`, { method: "POST", body: body.body, headers }))
    },
    async [Symbol.asyncDispose]() {
      rights[Symbol.dispose]()
      await background[Symbol.asyncDispose]()
      await world[Symbol.asyncDispose]()
      await boxes[Symbol.asyncDispose]()
    },
  }
}

/** How long and how large the first answer for a place is; `packed`: as it goes over the network. */
export async function measured(world: FilePages, ...[loop, path]: [loop: LoopId, path: string]) {
  const started = performance.now()
  const body = await (await world.as(person("bob")).get(urls.loopFiles(loop, { path }))).text()
  const ms = Math.round(performance.now() - started)
  return { path, ms, kib: body.length >> 10, packed: Bun.gzipSync(body).length >> 10 }
}
