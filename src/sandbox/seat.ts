import { join } from "node:path"
import type { LoopId, NewId } from "../lib/ids.ts"
import type { Clock } from "../platform/clock.ts"
import type { Disk } from "../platform/disk/disk.ts"
import type { Log } from "../platform/log.ts"
import { sandboxUid } from "./args.ts"
import type { IdMapping } from "./container.ts"
import type { SandboxSpec } from "./contract.ts"
import { loopEnvironment, rootsInside } from "./environment.ts"
import { createGatewaySocket } from "./link/gateway-socket.ts"
import { gitConfig } from "./git-identity.ts"
import { type Box, LinkFailed } from "./link/contract.ts"
import { createLoopLink, type LoopLink, type LostWhy } from "./link/loop-link.ts"
import { gitConfigFile, hostname, hostsFile, toolConfigFile } from "./plan.ts"
import type { Prepared } from "./preparation.ts"
import { writeShared } from "./shared-file.ts"

export interface SeatNeeds {
  disk: Disk
  clock: Clock
  ids: NewId
  log: Log
  socketsFolder: string
  /** The server's own user, and which host id user 2000 inside is. */
  server: { uid: number; gid: number }
  mapping: IdMapping
  /** Milliseconds without a server after which the guest ends by itself. */
  containerIdleMs: number
  /** Absent: nothing inside is answered anything. */
  serveGateway?(loop: LoopId, request: Request): Promise<Response>
  /** Opens the way out of a loop with an allow-list at this socket. Absent: it has none. */
  openWay?(loop: LoopId, socket: string): Disposable
}

/** The server's end of one loop: both sockets, open and waiting. The folder stays when the seat is left. */
export interface Seat extends AsyncDisposable {
  readonly link: LoopLink
  readonly folder: string
}

/** A path of a unix socket holds 107 bytes; a longer folder cannot have one for a loop. */
export const fitsSockets = (socketsFolder: string): boolean =>
  Buffer.byteLength(join(socketsFolder, "0".repeat(32), "gateway.sock")) <= 107

export const seatFolder = (socketsFolder: string, loop: LoopId): string => join(socketsFolder, loop.replaceAll("-", ""))

/** With one socket of a shorter name, so that its path is never the longer one. */
export const inspectionFolder = (socketsFolder: string, loop: LoopId): string => `${seatFolder(socketsFolder, loop)}-l`

interface Place {
  folder: string
  environment: Record<string, string>
}

/** What a seat needs to know of its loop. */
export type Sitting = Pick<SandboxSpec, "loop" | "identity" | "copies"> &
  Partial<Pick<SandboxSpec, "network"> & Pick<Prepared, "config">>

export async function openSeat(
  needs: SeatNeeds,
  sitting: Sitting & Partial<Place>,
  onLost: (why: LostWhy) => void,
): Promise<Seat> {
  const { disk, server } = needs
  const { loop, network, config, folder = seatFolder(needs.socketsFolder, loop) } = sitting
  const environment = sitting.environment ?? loopEnvironment(loop, network)
  const linkSocket = join(folder, "link.sock")
  const gatewaySocket = join(folder, "gateway.sock")
  const proxySocket = join(folder, "proxy.sock")
  await disk.makeFolder(needs.socketsFolder, 0o700)
  // The folder is kept when it exists: a running container has this very one mounted.
  await disk.makeFolder(folder, 0o755)
  await disk.own(folder, server, 0o755)
  const innerSocket = `${folder}.sock`
  await Promise.all([linkSocket, gatewaySocket, proxySocket, innerSocket].map((socket) => disk.remove(socket)))
  await writeShared(needs, hostsFile(folder), `127.0.0.1 localhost ${hostname(loop)}\n::1 localhost\n`)
  await writeShared(needs, gitConfigFile(folder), gitConfig(sitting))
  if (config !== undefined) await writeShared(needs, toolConfigFile(folder), config)

  const { clock, ids, log } = needs
  const serve = needs.serveGateway
  const gateway = serve && createGatewaySocket({ loop, socket: gatewaySocket, innerSocket, serve, log })
  const way = network === "allow-list" ? needs.openWay?.(loop, proxySocket) : undefined
  const link = createLoopLink({
    loop,
    socket: linkSocket,
    welcome: {
      roots: rootsInside(loop),
      idleMs: needs.containerIdleMs,
    },
    environment,
    clock,
    ids,
    log,
    onLost,
  })
  const [uid, gid] = ownerInside(needs)
  const sockets = [linkSocket, ...(gateway ? [gatewaySocket] : []), ...(way ? [proxySocket] : [])]
  await Promise.all(sockets.map((socket) => disk.own(socket, { uid, gid }, 0o660)))
  return {
    link,
    folder,
    async [Symbol.asyncDispose]() {
      link[Symbol.dispose]()
      way?.[Symbol.dispose]()
      await gateway?.[Symbol.asyncDispose]()
      await disk.remove(innerSocket)
    },
  }
}

export function ownerInside({ server, mapping }: Pick<SeatNeeds, "server" | "mapping">): [uid: number, gid: number] {
  if (mapping.kind === "keep") return [server.uid, server.gid]
  return [mapping.base + sandboxUid, mapping.base + sandboxUid]
}

/** TERM and then KILL to everything that was kept; the rest ends with its connections. */
export async function endPrograms(box: Box): Promise<void> {
  const kept = await box.kept()
  await Promise.all(kept.map(({ id }) => box.endKept(id)))
}

/** For a seat that was opened while the server began to stop. */
export async function leaveAgain(seat: Seat): Promise<never> {
  await seat[Symbol.asyncDispose]()
  throw new LinkFailed("gone", "the server stops")
}
