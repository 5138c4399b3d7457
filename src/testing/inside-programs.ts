/** A program as it could run in a sandbox, and what it has noticed. */
export interface Inside {
  port: string
  started: { streams: number; ended: number }
}

/** Programs in the sandbox's place, for the tests of previews; all end together. */
export interface InsidePrograms extends Disposable {
  /** Repeats what it is asked, counts what it is sent, and streams. */
  program(): Inside
  /** Takes a connection and says exactly these bytes, or nothing; its port. */
  saying(text: string | undefined): string
  /** Answers every request of a connection with `ok` and counts connections; `close` ends those that are open. */
  lasting(): { port: string; opened(): number; close(): void }
}

export function insidePrograms(): InsidePrograms {
  const servers: { stop(force: boolean): unknown }[] = []
  return {
    program() {
      const started = { streams: 0, ended: 0 }
      const server = Bun.serve({
        ...{ hostname: "127.0.0.1", port: 0, idleTimeout: 0 },
        fetch: (request, own) => answer(request, own, started),
        websocket: {
          message: (socket, message) => void socket.send(message),
          close: () => void started.ended++,
        },
      })
      servers.push(server)
      return { port: String(server.port), started }
    },
    saying(text) {
      const data = (socket: Bun.Socket) => {
        if (text === undefined) return
        socket.write(text)
        socket.end()
      }
      const server = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data } })
      servers.push(server)
      return String(server.port)
    },
    lasting() {
      const open = new Set<Bun.Socket>()
      let opened = 0
      const server = Bun.listen({
        ...{ hostname: "127.0.0.1", port: 0 },
        socket: {
          open(socket) {
            opened++
            open.add(socket)
          },
          data: (socket) => void socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
          close: (socket) => void open.delete(socket),
        },
      })
      servers.push(server)
      return {
        port: String(server.port),
        opened: () => opened,
        close: () => open.forEach((socket) => socket.end()),
      }
    },
    [Symbol.dispose]() {
      for (const server of servers) server.stop(true)
    },
  }
}

async function answer(request: Request, own: Bun.Server<undefined>, started: Inside["started"]) {
  const { pathname, search } = new URL(request.url)
  if (own.upgrade(request, { headers: { "set-cookie": "ws=1; Domain=localhost" } })) return undefined
  if (pathname === "/count") {
    let size = 0
    for await (const piece of request.body ?? []) size += piece.length
    return new Response(String(size))
  }
  if (pathname === "/events") return new Response(events(started), { headers: { "content-type": "text/event-stream" } })
  if (pathname === "/large") return new Response(new Uint8Array(Number(search.slice(1))))
  const headers = new Headers({ "x-frame-options": "DENY" })
  headers.append("set-cookie", "own=1; Domain=localhost; Path=/")
  headers.append("set-cookie", "loopat_session=stolen")
  return Response.json({ path: pathname + search, headers: Object.fromEntries(request.headers) }, { headers })
}

function events(started: { streams: number; ended: number }): ReadableStream<Uint8Array> {
  let timer: Timer
  return new ReadableStream<Uint8Array>({
    start(controller) {
      started.streams++
      const say = () => controller.enqueue(new TextEncoder().encode(`data: ${started.streams}\n\n`))
      say()
      timer = setInterval(say, 20)
    },
    cancel() {
      clearInterval(timer)
      started.ended++
    },
  })
}
