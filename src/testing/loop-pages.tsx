import { Elysia } from "elysia"
import type { FrameView } from "../../views/props/frame.ts"
import { parseVaultName } from "../lib/ids.ts"
import { loopsRoutes, type RouteNeeds } from "../loops/index.ts"
import { createLiveRights } from "../platform/http/live-rights.ts"
import { type SignedIn, userOf, visitorOf } from "../platform/http/visitor.ts"
import { systemIds } from "../platform/clock.ts"
import { silentLog } from "../platform/log.ts"
import type { Client } from "./client.ts"
import { knownVisitors } from "./known-visitors.ts"
import { type TestLoops, testLoops, type TestLoopsOptions } from "./loops.ts"

export interface LoopPages extends TestLoops {
  /** The browser of somebody who is signed in. */
  as(user: SignedIn, headers?: Record<string, string>): Client
  needs: RouteNeeds
}

/** The pages of loops whole; who asks is said by the test instead of by a login. */
export async function loopPages(options: TestLoopsOptions = {}, over: Partial<RouteNeeds> = {}): Promise<LoopPages> {
  const world = await testLoops(options)
  const rights = createLiveRights({ clock: world.clock, log: silentLog, isAlive: () => true })
  const vault = parseVaultName("default")
  if (!vault) throw new Error("no vault name")
  const needs: RouteNeeds = {
    ...{ loops: world.loops, live: world.loops.live, repos: world.repos, rights, clock: world.clock, ids: systemIds },
    defaults: async () => ({
      ...{ vault, visibility: "workspace", network: "open", permissionMode: "bypassPermissions", thinking: "auto" },
    }),
    nextModel: async () => ({ provider: "Demo", model: "demo", demo: true }),
    frame: (request, about): FrameView => ({
      ...about,
      reader: { locale: visitorOf(request).locale, now: world.clock.now() },
      theme: "system",
      assets: { script: "/app.js", style: "/app.css", icon: "/icon.svg" },
      workspace: "test",
      user: { name: userOf(request).name, displayName: "", admin: false },
      needsYou: world.loops.needsYou(userOf(request)),
    }),
    showProblem: ({ status, code }) => new Response(code, { status }),
    saveWork: async () => [],
    ...over,
  }
  const visitors = knownVisitors()
  const app = new Elysia({ systemRouter: false })
    .onRequest(({ request }) => visitors.admit(request))
    .use(loopsRoutes(needs))
  return {
    ...world,
    needs,
    as(user, headers = {}) {
      return visitors.as(app, user, headers)
    },
    async [Symbol.asyncDispose]() {
      rights[Symbol.dispose]()
      await world[Symbol.asyncDispose]()
    },
  }
}
