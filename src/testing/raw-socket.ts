/** A client that writes bytes as they are: what no browser and no library would send. */
export interface RawSocket {
  write(text: string): void
  /** All that came back so far. */
  received(): string
  /** Resolves when the other side has closed. */
  readonly closed: Promise<void>
  end(): void
}

export async function rawSocket(port: number): Promise<RawSocket> {
  const { promise: closed, resolve } = Promise.withResolvers<void>()
  const decoder = new TextDecoder()
  let received = ""
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port,
    socket: {
      data(_, bytes) {
        received += decoder.decode(bytes, { stream: true })
      },
      close: () => resolve(),
      error: () => resolve(),
    },
  })
  return {
    write: (text) => void socket.write(text),
    received: () => received,
    closed,
    end: () => socket.end(),
  }
}

/** One request as it is written, and the whole answer. The request should ask for the connection to be closed. */
export async function rawRequest(port: number, text: string): Promise<string> {
  const socket = await rawSocket(port)
  socket.write(text)
  await socket.closed
  return socket.received()
}
