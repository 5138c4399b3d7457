import { connect, type Socket } from "node:net"

const lastWordsMs = 10_000
const way = { host: "127.0.0.1", port: 4181 }

interface Streams {
  input: NodeJS.ReadableStream
  output: NodeJS.WritableStream
  errors: NodeJS.WritableStream
}

/**
 * `loopat connect <host> <port>` runs inside a sandbox with a list of hosts: standard input and output become a
 * connection through the way out, for programs such as ssh that know no proxy. Resolves with the exit code.
 */
export async function connectCommand(
  [host = "", port = ""]: readonly string[],
  { input, output, errors }: Streams,
): Promise<number> {
  const socket = connect(way)
  const place = `${host.includes(":") ? `[${host}]` : host}:${port}`
  socket.write(`CONNECT ${place} HTTP/1.1\r\n\r\n`)
  const answer = await firstAnswer(socket)
  if (!answer.head.startsWith("HTTP/1.1 200 ")) {
    for await (const more of socket) answer.rest = Buffer.concat([answer.rest, Buffer.from(more)])
    errors.write(answer.rest.length > 0 ? answer.rest : "loopat: there is no way out of this sandbox.\n")
    return 1
  }
  output.write(answer.rest)
  // The way out knows no half of a connection: who has said everything still hears the rest.
  input.pipe(socket, { end: false })
  input.once("end", () => socket.setTimeout(lastWordsMs, () => socket.destroy()))
  socket.pipe(output)
  await new Promise((done) => socket.once("close", done))
  return 0
}

/** Up to the empty line, and what came with it. Without an answer the head is empty. */
async function firstAnswer(socket: Socket): Promise<{ head: string; rest: Buffer }> {
  let bytes = Buffer.alloc(0)
  return new Promise((resolve) => {
    const over = () => resolve({ head: "", rest: Buffer.alloc(0) })
    const hear = (piece: Buffer) => {
      bytes = Buffer.concat([bytes, piece])
      const end = bytes.indexOf("\r\n\r\n")
      if (end < 0) return
      socket.pause()
      socket.off("data", hear).off("close", over)
      resolve({ head: bytes.subarray(0, end).toString("latin1"), rest: bytes.subarray(end + 4) })
    }
    socket.on("data", hear).once("close", over).once("error", over)
  })
}
