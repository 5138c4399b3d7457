import type { Socket } from "bun"
import { Decoder, head, json, ProtocolBroken } from "./decoder.ts"
import { type FrameType, limits } from "./protocol.ts"
import { NotThisShape } from "./shape.ts"

export interface WireEnd {
  frame(type: FrameType, payload: Uint8Array): void
  /** Once, when nothing more will come. `why` is set when the peer broke the protocol. */
  closed(why?: string): void
}

/** Up to this many bytes leave together with their head: a head alone wakes the reader for nothing. */
const joined = 16 << 10

/** One framed connection: sends in order, tells when a piece has left, and can stop reading. */
export class Wire {
  readonly decoder = new Decoder()
  #socket: Socket<Wire>
  #end: WireEnd
  #queue: Uint8Array[] = []
  #waiting: (() => void)[] = []
  #unsent = 0
  #closing = false
  #closed = false
  #why: string | undefined

  constructor(socket: Socket<Wire>, end: WireEnd) {
    this.#socket = socket
    this.#end = end
  }

  get unsent(): number {
    return this.#unsent
  }

  get isClosed(): boolean {
    return this.#closed || this.#closing
  }

  /** Whoever takes the connection over hears of it from now on. */
  handOver(end: WireEnd): void {
    this.#end = end
  }

  /** Resolves when the bytes left or the connection is gone; a slow reader so slows its writer. */
  send(type: FrameType, payload: Uint8Array = new Uint8Array(0)): Promise<void> {
    if (this.isClosed) return Promise.resolve()
    if (payload.length <= joined) this.#write(Buffer.concat([head(type, payload.length), payload]))
    else {
      this.#write(head(type, payload.length))
      this.#write(payload)
    }
    if (this.#unsent === 0) return Promise.resolve()
    if (this.#unsent > limits.unsent) this.cut("the peer does not read")
    return this.flushed()
  }

  sendJson(type: FrameType, value: unknown): Promise<void> {
    return this.send(type, json(value))
  }

  flushed(): Promise<void> {
    if (this.#unsent === 0 || this.#closed) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  pause(): void {
    if (!this.#closed) this.#socket.pause()
  }

  resume(): void {
    if (!this.#closed) this.#socket.resume()
  }

  /** Sends what is queued, then closes. */
  finish(): void {
    if (this.isClosed) return
    this.#closing = true
    if (this.#unsent === 0) this.#socket.end()
  }

  /** Closes at once; what is queued is lost. */
  cut(why?: string): void {
    if (this.#closed) return
    this.#why = why
    this.#socket.terminate()
    this.closed()
  }

  received(bytes: Uint8Array): void {
    if (this.#closed) return
    try {
      this.decoder.push(bytes, (type, payload) => {
        if (!this.#closed) this.#end.frame(type, payload)
      })
    } catch (error) {
      if (!(error instanceof ProtocolBroken || error instanceof NotThisShape)) throw error
      this.cut(error.message)
    }
  }

  drained(): void {
    while (this.#queue.length > 0) {
      const first = this.#queue[0] ?? new Uint8Array(0)
      const sent = Math.max(0, this.#socket.write(first))
      this.#unsent -= sent
      if (sent < first.length) {
        this.#queue[0] = first.subarray(sent)
        return
      }
      this.#queue.shift()
    }
    this.#wake()
    if (this.#closing) this.#socket.end()
  }

  closed(): void {
    if (this.#closed) return
    this.#closed = true
    this.#queue = []
    this.#unsent = 0
    this.#wake()
    this.#end.closed(this.#why)
  }

  #write(bytes: Uint8Array): void {
    const sent = this.#queue.length > 0 ? 0 : Math.max(0, this.#socket.write(bytes))
    if (sent === bytes.length) return
    this.#queue.push(bytes.subarray(sent))
    this.#unsent += bytes.length - sent
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake()
  }
}

/** The socket callbacks that every wire has. */
export const wireCallbacks = {
  data: (socket: Socket<Wire>, bytes: Uint8Array) => socket.data.received(bytes),
  drain: (socket: Socket<Wire>) => socket.data.drained(),
  close: (socket: Socket<Wire>) => socket.data.closed(),
  end: (socket: Socket<Wire>) => socket.data.closed(),
  error: (socket: Socket<Wire>) => socket.data.closed(),
}

export async function dial(path: string, end: WireEnd): Promise<Wire> {
  let wire: Wire | undefined
  await Bun.connect<Wire>({
    unix: path,
    socket: {
      ...wireCallbacks,
      open(socket) {
        wire = socket.data = new Wire(socket, end)
      },
    },
  })
  if (!wire) throw new Error(`${path} opened without a connection`)
  return wire
}
