import type { Socket, SocketHandler } from "bun"
import { frame } from "../link/protocol.ts"
import type { Wire } from "../link/wire.ts"

/** A TCP connection to a port on the container's loopback, carried by a wire as `data` frames until either side ends. */
export async function tunnel(wire: Wire, port: number): Promise<void> {
  const waiting: Uint8Array[] = []
  let ended = false
  const flush = (socket: Socket<undefined>) => {
    for (let first = waiting[0]; first; first = waiting[0]) {
      const sent = Math.max(0, socket.write(first))
      if (sent < first.length) {
        waiting[0] = first.subarray(sent)
        return
      }
      waiting.shift()
    }
    wire.resume()
    if (ended) socket.end()
  }
  const socket = await connectLocally(port, {
    async data(from, bytes) {
      from.pause()
      await wire.send(frame.data, bytes)
      from.resume()
    },
    drain: flush,
    close: () => wire.finish(),
    error: () => wire.finish(),
  })
  wire.handOver({
    frame(type, payload) {
      if (type === frame.data) waiting.push(payload)
      if (type === frame.end) ended = true
      wire.pause()
      flush(socket)
    },
    closed: () => socket.terminate(),
  })
  await wire.sendJson(frame.started, {})
}

/** Development servers listen on `localhost`, which is either family. */
async function connectLocally(port: number, callbacks: SocketHandler<undefined>): Promise<Socket<undefined>> {
  try {
    return await Bun.connect<undefined>({ hostname: "127.0.0.1", port, socket: callbacks })
  } catch {
    return await Bun.connect<undefined>({ hostname: "::1", port, socket: callbacks })
  }
}
