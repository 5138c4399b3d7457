import type { LoopId } from "../../lib/ids.ts"
import type { Log } from "../../platform/log.ts"
import { limits } from "./protocol.ts"
import { relay } from "./relay.ts"

export interface GatewaySocketNeeds {
  loop: LoopId
  /** Path of `gateway.sock`; nothing listens there. */
  socket: string
  /** Path of a socket that no sandbox can see: the server of requests listens there. */
  innerSocket: string
  serve(loop: LoopId, request: Request): Promise<Response>
  log: Log
}

/** As much as one push of git may bring, and a little: what takes less counts for itself. */
const bodyLimit = 513 << 20

/**
 * HTTP for one loop, behind a relay that counts: a loop that opens connections without end must not use up the server's
 * descriptors, and a server of requests cannot refuse connections itself. The socket says which loop asks; nothing in a
 * request can.
 */
export function createGatewaySocket({ loop, socket, innerSocket, serve, log }: GatewaySocketNeeds): AsyncDisposable {
  // A model may think for minutes before its first byte; whoever waits hangs up by itself. A server on a unix socket
  // obeys this option, though its type does not list it, and obeys nothing else.
  const neverIdle: object = { idleTimeout: 0 }
  const server = Bun.serve({
    ...neverIdle,
    unix: innerSocket,
    maxRequestBodySize: bodyLimit,
    development: false,
    async fetch(request) {
      try {
        return await serve(loop, request)
      } catch (error) {
        log.error("the gateway failed", { loop, error })
        return new Response("The gateway failed.", { status: 500 })
      }
    },
  })
  const counting = relay({ from: { unix: socket }, to: innerSocket, maxConnections: limits.connections })
  return {
    async [Symbol.asyncDispose]() {
      counting[Symbol.dispose]()
      await server.stop(true)
    },
  }
}
