import type { Clock } from "../../platform/clock.ts"
import { LinkFailed } from "./contract.ts"
import { Incoming, Pace } from "./incoming.ts"
import { linkFailed, type Operate } from "./operations.ts"
import { failedShape, frame, limits } from "./protocol.ts"
import { readJson } from "./shape.ts"
import type { Wire } from "./wire.ts"

export interface Connection {
  readable: ReadableStream<Uint8Array>
  writable: WritableStream<Uint8Array>
  close(): void
}

const connectMs = 10_000

/** A TCP connection to a port on the container's loopback. */
export async function openConnection(operate: Operate, port: number, clock: Clock): Promise<Connection> {
  const started = Promise.withResolvers<void>()
  started.promise.catch(() => undefined)
  const incoming = new Incoming()
  const wire = await operate({ op: "connect", port }, (opened) => {
    incoming.paceBy(new Pace(opened))
    return {
      frame(type, payload) {
        if (type === frame.data) incoming.push(payload)
        else if (type === frame.started) started.resolve()
        else if (type === frame.failed) started.reject(linkFailed(readJson(payload, failedShape)))
        else opened.cut("a frame that no connection sends")
      },
      closed(why) {
        started.reject(new LinkFailed(why ? "protocol" : "gone", why ?? "the guest hung up"))
        incoming.end()
      },
    }
  })
  const cancel = clock.after(connectMs, () => started.reject(new LinkFailed("timeout", `no answer from port ${port}`)))
  try {
    await started.promise
  } catch (error) {
    wire.cut()
    throw error
  } finally {
    cancel()
  }
  return { readable: incoming.stream, writable: outgoing(wire), close: () => wire.cut() }
}

function outgoing(wire: Wire): WritableStream<Uint8Array> {
  return new WritableStream<Uint8Array>({
    async write(bytes) {
      if (wire.isClosed) throw new LinkFailed("gone", "the connection is closed")
      for (let at = 0; at < bytes.length; at += limits.piece) {
        await wire.send(frame.data, bytes.subarray(at, at + limits.piece))
      }
    },
    close: () => wire.send(frame.end),
    abort: () => wire.cut(),
  })
}
