import { existsSync } from "node:fs"
import { cp, readdir } from "node:fs/promises"
import { frame, limits, openShape, protocolVersion, type Welcome, welcomeShape } from "../link/protocol.ts"
import { readJson } from "../link/shape.ts"
import { relay } from "../link/relay.ts"
import { dial, type Wire, type WireEnd } from "../link/wire.ts"
import { createKeptPrograms, type KeptPrograms } from "./kept.ts"
import { endMarked, environmentOf, markName, pidsIn, type RootReach } from "./marks.ts"
import { awaitRequest, type OperationNeeds } from "./operation.ts"
import { programAt } from "./program-at.ts"

export interface GuestSettings {
  linkSocket: string
  gatewaySocket: string
  /** TCP port on the container's loopback; 0 picks one, undefined opens none. */
  relayPort?: number
  /** The way out, where there is one: its socket, and the port on the loopback that leads to it. */
  way?: { socket: string; port: number }
  build: string
  /** New for every start of the guest, so that the server notices a restart. */
  guest: string
  /** Signals marked programs that belong to root inside. */
  asRoot: RootReach
  /** How long to wait for a server before anything was heard from one. */
  idleMs: number
}

/**
 * The program inside a sandbox that does what the server asks over the link. Returns when no server came for the
 * container's idle time and everything it started has ended.
 */
export async function runGuest(settings: GuestSettings, stop?: AbortSignal): Promise<void> {
  const kept = createKeptPrograms(settings.asRoot, settings.guest)
  using _relay =
    settings.relayPort === undefined
      ? undefined
      : relay({
          from: { hostname: "127.0.0.1", port: settings.relayPort },
          to: settings.gatewaySocket,
          maxConnections: limits.connections,
        })
  using _wayOut = settings.way !== undefined && existsSync(settings.way.socket) ? openWay(settings.way) : undefined
  const stopped = Promise.withResolvers<void>()
  stop?.addEventListener("abort", () => stopped.resolve(), { once: true })
  let idleMs = settings.idleMs
  let alone = 0
  while (alone < idleMs && !stop?.aborted) {
    const session = await connectControl(settings, kept, stop)
    if (session) {
      idleMs = session.idleMs
      alone = 0
    }
    const pause = alone < quickRetriesMs ? 200 : 1_000
    await Promise.race([Bun.sleep(pause), stopped.promise])
    alone += pause
  }
  await kept.endAll()
}

/** Each connection begins with the name of the program that made it. */
const openWay = ({ socket, port }: NonNullable<GuestSettings["way"]>) =>
  relay({
    from: { hostname: "127.0.0.1", port },
    to: socket,
    maxConnections: limits.connections,
    introduce: (from) => `${programAt(from)}\n`,
  })

const quickRetriesMs = 5_000

/** One life of the control connection. Undefined: there was no server that welcomed us. */
async function connectControl(
  settings: GuestSettings,
  kept: KeptPrograms,
  stop: AbortSignal | undefined,
): Promise<Welcome | undefined> {
  const over = Promise.withResolvers<void>()
  let welcome: Welcome | undefined
  const end: WireEnd = {
    frame(type, payload) {
      if (type === frame.welcome) welcome = readJson(payload, welcomeShape)
      else if (type === frame.ping) void wire?.send(frame.pong)
      else if (type === frame.open && welcome)
        void openOperation(settings.linkSocket, { kept, asRoot: settings.asRoot, roots: welcome.roots }, payload)
    },
    closed: () => over.resolve(),
  }
  const wire = await dialOrNothing(settings.linkSocket, end)
  if (!wire) return undefined
  const leave = () => wire.cut()
  stop?.addEventListener("abort", leave, { once: true })
  const { build, guest } = settings
  void wire.sendJson(frame.hello, { kind: "control", protocol: protocolVersion, build, guest })
  await over.promise
  stop?.removeEventListener("abort", leave)
  return welcome
}

async function openOperation(linkSocket: string, needs: OperationNeeds, payload: Uint8Array): Promise<void> {
  const { number } = readJson(payload, openShape)
  const end = awaitRequest(needs)
  const wire = await dialOrNothing(linkSocket, end)
  if (!wire) return
  end.on(wire)
  void wire.sendJson(frame.hello, { kind: "operation", number })
}

async function dialOrNothing(path: string, end: WireEnd): Promise<Wire | undefined> {
  try {
    return await dial(path, end)
  } catch (error) {
    // No socket, nobody listening, or no descriptor left: the server sees it as a missing answer.
    if (error instanceof Error && "code" in error) return undefined
    throw error
  }
}

/** Ends programs of a guest that died before this one: nobody can reach them any more. */
export async function endLeftovers(asRoot: RootReach): Promise<void> {
  const marks = new Set<string>()
  for (const pid of pidsIn("/proc")) {
    const entry = environmentOf(pid)?.find((variable) => variable.startsWith(`${markName}=`))
    if (entry && pid !== process.pid) marks.add(entry.slice(markName.length + 1))
  }
  await Promise.all([...marks].map((mark) => endMarked(mark, asRoot)))
}

/** A home that is new gets what the image gives every user; a home that has anything stays as it is. */
export async function furnishHome(home: string, skeleton: string): Promise<void> {
  const [there, given] = await Promise.all([readdir(home), readdir(skeleton)]).catch(() => [[], []])
  if (there.length > 0) return
  for (const name of given) await cp(`${skeleton}/${name}`, `${home}/${name}`, { recursive: true })
}
