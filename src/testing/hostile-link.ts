import { head, json } from "../sandbox/link/decoder.ts"
import { frame, type FrameType } from "../sandbox/link/protocol.ts"
import { until } from "./link-world.ts"

/** Somebody inside a sandbox who writes bytes to the server's socket as they like, without any protocol. */
export interface RawPeer {
  /** Resolves when all of it has left or the server has hung up. */
  send(bytes: Uint8Array): Promise<void>
  /** Sends until the server takes no more; the bytes that it took. */
  flood(bytes: Uint8Array, upTo: number): Promise<number>
  /** The next frame from the server, as far as it has come. */
  heard(): Buffer
  readonly closed: boolean
  cut(): void
}

export const framed = (type: FrameType, payload: Uint8Array | string = ""): Buffer =>
  Buffer.concat([head(type, Buffer.byteLength(payload)), Buffer.from(payload)])

export const greeting: Buffer = framed(
  frame.hello,
  json({ kind: "control", protocol: 1, build: "hostile", guest: "hostile" }),
)

export const claim = (number: string): Buffer => framed(frame.hello, json({ kind: "operation", number }))

export async function rawPeer(socket: string): Promise<RawPeer> {
  let closed = false
  let heard = Buffer.alloc(0)
  let waiting: Uint8Array = new Uint8Array(0)
  let wake = () => {}
  const over = () => {
    closed = true
    wake()
  }
  const client = await Bun.connect({
    unix: socket,
    socket: {
      data: (_client, bytes) => void (heard = Buffer.concat([heard, bytes])),
      drain(own) {
        waiting = waiting.subarray(Math.max(0, own.write(waiting)))
        if (waiting.length === 0) wake()
      },
      close: over,
      end: over,
      error: over,
    },
  })
  const push = (bytes: Uint8Array) => {
    waiting = bytes.subarray(Math.max(0, client.write(bytes)))
    return waiting.length === 0
  }
  return {
    async send(bytes) {
      if (closed || push(bytes)) return
      await new Promise<void>((resolve) => (wake = resolve))
    },
    async flood(bytes, upTo) {
      let taken = 0
      while (!closed && taken < upTo) {
        const full = !push(bytes)
        if (full) await Promise.race([new Promise<void>((resolve) => (wake = resolve)), Bun.sleep(quietMs)])
        taken += bytes.length - waiting.length
        if (waiting.length > 0) return taken
        if (!full) await Bun.sleep(0)
      }
      return taken
    },
    heard: () => heard,
    get closed() {
      return closed
    },
    cut: () => void client.terminate(),
  }
}

/** A server that takes nothing for this long has stopped reading. */
const quietMs = 300

/** The one-time number in the last question of the server for one more connection. */
export async function askedNumber(control: RawPeer, after = 0): Promise<string> {
  const numbers = () =>
    [
      ...control
        .heard()
        .toString("latin1")
        .matchAll(/"number":"([0-9a-f]{32})"/g),
    ].map(([, it]) => it)
  await until("the server asks for a connection", () => numbers().length > after)
  return numbers()[after] ?? ""
}
