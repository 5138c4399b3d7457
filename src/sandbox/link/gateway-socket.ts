import type { LoopId } from "../../lib/ids.ts"
import type { Log } from "../../platform/log.ts"

export interface GatewaySocketNeeds {
  loop: LoopId
  /** Path of `gateway.sock`; nothing listens there. */
  socket: string
  serve(loop: LoopId, request: Request): Promise<Response>
  log: Log
}

const bodyLimit = 64 << 20

/** HTTP for one loop. The socket says which loop asks; nothing in a request can. */
export function createGatewaySocket({ loop, socket, serve, log }: GatewaySocketNeeds): AsyncDisposable {
  // A model may think for minutes before its first byte; whoever waits hangs up by itself. A server on a unix socket
  // obeys this option, though its type does not list it, and obeys nothing else.
  const neverIdle: object = { idleTimeout: 0 }
  const server = Bun.serve({
    ...neverIdle,
    unix: socket,
    maxRequestBodySize: bodyLimit,
    development: false,
    fetch: (request) => serve(loop, request),
    // The program that asked gets the bare failure that Bun sends.
    error(error) {
      log.error("the gateway failed", { loop, error })
    },
  })
  return { [Symbol.asyncDispose]: () => server.stop(true) }
}
