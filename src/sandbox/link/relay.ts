import type { Socket, SocketHandler } from "bun"

/** Bytes from one socket to another at the slower one's pace; both end together. */
export interface Relay extends Disposable {
  /** 0 for a socket. */
  readonly port: number
}

export interface Side {
  other?: Socket<Side>
  /** Hears what arrives while there is no other side. */
  before?: (bytes: Uint8Array) => void
  /** What the other side could not take yet; while it is there this side is paused. */
  waiting?: Uint8Array
  ended: boolean
}

export interface RelayNeeds {
  /** Where to listen. */
  from: { hostname: string; port: number } | { unix: string }
  /** Path of the socket to pass everything on to. */
  to: string
  /** More than this at a time are hung up on, so that whoever opens them without end costs only themselves. */
  maxConnections: number
  /** What is said before the first byte of a connection that came from this port of the same machine. */
  introduce?(port: number): string
}

/** Passes each connection on to a socket: TCP to a socket for programs that need it, or one socket to another. */
export function relay({ from, to, maxConnections, introduce }: RelayNeeds): Relay {
  let open = 0
  const socket: SocketHandler<Side> = {
    ...pairing,
    async open(client) {
      client.data = { ended: false }
      if (++open > maxConnections) return void client.terminate()
      client.pause()
      await join(client, to, introduce?.(client.remotePort))
    },
    close(client) {
      open--
      pairing.close(client)
    },
  }
  const listener = "unix" in from ? Bun.listen<Side>({ ...from, socket }) : Bun.listen<Side>({ ...from, socket })
  return { port: "port" in listener ? listener.port : 0, [Symbol.dispose]: () => listener.stop(true) }
}

async function join(client: Socket<Side>, path: string, introduction = ""): Promise<void> {
  try {
    await Bun.connect<Side>({
      unix: path,
      socket: {
        ...pairing,
        open(upstream) {
          upstream.data = { other: client, ended: false }
          client.data.other = upstream
          if (introduction !== "") upstream.write(introduction)
          if (client.data.ended) upstream.end()
          else client.resume()
        },
      },
    })
  } catch {
    // Without a server nobody answers here either; the client sees a closed connection and tries again.
    client.terminate()
  }
}

/** The callbacks of either side. */
export const pairing = {
  data(socket: Socket<Side>, bytes: Uint8Array) {
    const { other, before } = socket.data
    if (before) return before(bytes)
    if (!other) return
    const sent = Math.max(0, other.write(bytes))
    if (sent === bytes.length) return
    const rest = bytes.slice(sent)
    socket.data.waiting = socket.data.waiting ? Buffer.concat([socket.data.waiting, rest]) : rest
    socket.pause()
  },
  drain(socket: Socket<Side>) {
    const source = socket.data.other
    const waiting = source?.data.waiting
    if (!source || !waiting) return
    const sent = Math.max(0, socket.write(waiting))
    source.data.waiting = sent === waiting.length ? undefined : waiting.subarray(sent)
    if (source.data.waiting) return
    if (source.data.ended) socket.end()
    else source.resume()
  },
  close(socket: Socket<Side>) {
    socket.data.ended = true
    if (!socket.data.waiting) socket.data.other?.end()
  },
  error(socket: Socket<Side>) {
    socket.data.ended = true
    socket.data.other?.end()
  },
}
