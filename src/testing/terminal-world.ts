import { Elysia } from "elysia"
import type { LoopId } from "../lib/ids.ts"
import { createWorkbench, type DrivenLoop, loopHeader } from "../loops/index.ts"
import { createBackground } from "../platform/background.ts"
import { systemClock, systemIds } from "../platform/clock.ts"
import { createLiveRights } from "../platform/http/live-rights.ts"
import { admit, type SignedIn, userOf } from "../platform/http/visitor.ts"
import { silentLog } from "../platform/log.ts"
import type { Box } from "../sandbox/index.ts"
import { createAttach } from "../terminal/attach.ts"
import { longestFrame } from "../terminal/messages.ts"
import { createOnlookers } from "../terminal/onlookers.ts"
import { terminalRoutes } from "../terminal/routes.tsx"
import { terminalSocket } from "../terminal/socket.ts"
import { createTerminals } from "../terminal/terminals.ts"
import { testClient } from "./client.ts"
import { linkWorld } from "./link-world.ts"
import { loopPages } from "./loop-pages.tsx"
import { person, type TestLoops } from "./loops.ts"

const alice = person("alice")

/** Loops on disk, shells of a guest without a container around it, and a listener on loopback. */
export async function terminalWorld() {
  const link = await linkWorld()
  const { box } = await link.guest()
  const loops = await loopPages()
  const logins = new Set([alice.login, "login-bob"])
  const rights = createLiveRights({ clock: systemClock, log: silentLog, isAlive: (login) => logins.has(login) })
  const background = createBackground(silentLog)
  let running: Box | undefined = box
  const all: LoopId[] = []
  const sandboxes = {
    running: () => running,
    loops: () => (running ? all : []),
    start: async () => ({ kind: "ready" as const, box }),
    inspect: async () => ({ kind: "ready" as const, box }),
  }
  const onlookers = createOnlookers()
  const needs = {
    ...{ loops: loops.loops, disk: loops.disk, events: loops.events, clock: systemClock, ids: systemIds },
    ...{ log: silentLog, background, rights, showProblem: loops.needs.showProblem, sandboxes, onlookers },
    workbench: createWorkbench({
      ...{ loops: loops.loops, sandboxes, clock: systemClock, frame: loops.needs.frame },
      header: async (request, { record }) =>
        loopHeader({ record, user: userOf(request), reader: { locale: "en", now: systemClock.now() } }),
    }),
  }
  const terminals = createTerminals(needs)
  terminals.ready()
  const pages = {
    ...needs,
    terminals,
    attach: createAttach({ ...needs, terminals }),
    assets: { script: "", style: "" },
  }
  const as: { user: SignedIn } = { user: alice }
  const app = new Elysia()
    .onRequest(({ request }) => void admit(request, { user: as.user, locale: "en", theme: "system", requestId: "1" }))
    .use(terminalRoutes(pages))
    .use(terminalSocket(pages))
    .listen({ port: 0, hostname: "127.0.0.1", websocket: { maxPayloadLength: longestFrame } })
  const another = async (title: string) => {
    const loop = await drivenLoop(loops, title)
    all.push(loop.record.id)
    return loop
  }
  const loop = await another("a loop")
  const opened = await terminals.open(loop)
  if (opened.kind !== "opened") throw new Error(opened.kind)
  const sockets: TerminalSocket[] = []
  return {
    ...{ link, box, loops, terminals, loop, rights, logins, as, terminal: opened.terminal, onlookers, background },
    /** The browser of whoever comes `as` somebody at that time. */
    client: testClient(app),
    /** One more loop of the same person, in the same sandbox. */
    another: () => another("another"),
    stopSandbox: () => void (running = undefined),
    join(seen = "", id: string = opened.terminal.id) {
      const url = `ws://127.0.0.1:${app.server?.port}/loops/${loop.record.id}/terminals/${id}/socket?${seen}`
      const joined = openSocket(url)
      sockets.push(joined)
      return joined
    },
    async [Symbol.asyncDispose]() {
      for (const one of sockets) one.close()
      rights[Symbol.dispose]()
      terminals[Symbol.dispose]()
      await app.stop(true)
      await background[Symbol.asyncDispose]()
      await link[Symbol.asyncDispose]()
      await loops[Symbol.asyncDispose]()
    },
  }
}

let made = 0

async function drivenLoop({ loops, told }: TestLoops, title: string): Promise<DrivenLoop> {
  const created = await loops.create({ message: "", title, clientId: `c${++made}` }, alice)
  if (created.kind !== "created") throw new Error(created.kind)
  const id: LoopId = created.loop
  await told("loop.ready", id)
  const driven = await loops.forDriver(id, alice)
  if (driven.kind !== "driven") throw new Error(driven.kind)
  return driven.loop
}

export type TerminalSocket = ReturnType<typeof openSocket>

function openSocket(url: string) {
  const socket = new WebSocket(url)
  socket.binaryType = "arraybuffer"
  let text = ""
  let bytes = 0
  let code: number | undefined
  let acknowledges = true
  const told: Record<string, unknown>[] = []
  socket.addEventListener("message", ({ data }) => {
    if (typeof data === "string") return told.push(JSON.parse(data))
    bytes += data.byteLength
    text = (text + Buffer.from(data).toString()).slice(-50_000)
    if (acknowledges) socket.send(JSON.stringify({ kind: "ack", bytes: data.byteLength }))
    return undefined
  })
  socket.addEventListener("close", (event) => (code = event.code))
  return {
    told,
    text: () => text,
    bytes: () => bytes,
    code: () => code,
    stall: () => void (acknowledges = false),
    type: (keys: string) => socket.send(new TextEncoder().encode(keys)),
    say: (message: unknown) => socket.send(typeof message === "string" ? message : JSON.stringify(message)),
    close: () => socket.close(),
    isOpen: () => socket.readyState === WebSocket.OPEN,
  }
}
