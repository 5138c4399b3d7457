import { join } from "node:path"
import type { People, Tokens } from "../accounts/index.ts"
import { isMissing } from "../platform/disk/calls.ts"
import type { Disk } from "../platform/disk/disk.ts"
import type { Log } from "../platform/log.ts"
import { Answer, obey, Order } from "./orders.ts"

export interface ControlNeeds {
  disk: Disk
  home: string
  /** The server's own user: nobody else may open the socket. */
  owner: { uid: number; gid: number }
  people: People
  tokens: Tokens
  log: Log
}

const socketOf = (home: string) => join(home, "runtime", "control.sock")
const largestOrder = 64 * 1024

/**
 * `runtime/control.sock`: where commands of the server's own user reach the one writer of this home. The folder (0700) and
 * the socket (0600) keep everybody else out, and no sandbox has either. The caller holds the home's lock, so a
 * socket that lies there already belongs to a server that is dead.
 */
export async function openControl({ disk, home, owner, people, tokens, log }: ControlNeeds): Promise<AsyncDisposable> {
  const socket = socketOf(home)
  await disk.makeFolder(join(home, "runtime"))
  await disk.own(join(home, "runtime"), owner, 0o700)
  await disk.remove(socket)
  const server = Bun.serve({
    unix: socket,
    maxRequestBodySize: largestOrder,
    development: false,
    async fetch(request) {
      const order = Order.safeParse(await request.json().catch(() => undefined))
      if (!order.success) return Response.json({ kind: "not-understood" })
      try {
        return Response.json(await obey({ people, tokens }, order.data))
      } catch (error) {
        log.error("an order of a command failed", { verb: order.data.verb, error })
        return Response.json({ kind: "failed" })
      }
    },
  })
  await disk.own(socket, owner, 0o600)
  return {
    async [Symbol.asyncDispose]() {
      await server.stop(true)
      await disk.remove(socket)
    },
  }
}

/** Has the server on this home do it. Undefined: nobody listens there. */
export async function askServer(home: string, order: Order): Promise<Answer | undefined> {
  try {
    const response = await fetch("http://loopat/", {
      method: "POST",
      body: JSON.stringify(order),
      unix: socketOf(home),
    })
    return Answer.parse(await response.json())
  } catch (error) {
    if (isMissing(error) || isRefused(error)) return undefined
    throw error
  }
}

const isRefused = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "ECONNREFUSED" || error.code === "ConnectionRefused")
