import type { IncomingMessage, Server, ServerResponse } from "node:http"
import type { Duplex } from "node:stream"
import type { Background } from "../platform/background.ts"
import type { ClientAddress } from "../platform/http/address.ts"
import type { HeaderList } from "../platform/http1/head.ts"
import type { Log } from "../platform/log.ts"
import type { Front } from "./front.ts"
import type { Knock } from "./knock.ts"
import type { Socket } from "./socket.ts"

export interface ListenerNeeds {
  host: string
  port: number
  tls?: { cert: string; key: string }
  front: Front
  clientAddress: ClientAddress
  background: Background
  log: Log
  /** Seconds that a head may take, and a connection rest, by default 30. */
  patienceS?: number
}

/** The previews' own listener. The app's listener knows none of their names, and this one none of the app's routes. */
export interface Listener extends AsyncDisposable {
  readonly port: number
}

export type Listening = { kind: "listening"; listener: Listener } | { kind: "in-use" }

/** The longest that a body may take to come; it is never larger than 100 MiB. */
const requestMs = 60 * 60_000
const mostConnections = 2_000

/**
 * Node's server instead of Bun's own: it hands an upgraded connection over as it is, so that frames pass untouched, and
 * it reads and writes bodies at the pace of the other end.
 */
export async function openListener(needs: ListenerNeeds): Promise<Listening> {
  const server = await createServer(needs)
  server.maxConnections = mostConnections
  const sockets = new Set<Duplex>()
  server.on("request", (request, response) =>
    needs.background.run("answer at a preview", () => answer(needs, request, response)),
  )
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    sockets.add(socket)
    socket.on("close", () => sockets.delete(socket))
    // A connection that breaks is closed; there is nobody to tell.
    socket.on("error", () => socket.destroy())
    needs.background.run("join a preview's socket", () => upgrade(needs, { request, socket, head }))
  })
  const started = await listen(server, needs)
  if (started !== "listening") return { kind: "in-use" }
  const address = server.address()
  return {
    kind: "listening",
    listener: {
      port: typeof address === "object" && address ? address.port : needs.port,
      async [Symbol.asyncDispose]() {
        for (const socket of sockets) socket.destroy()
        server.closeAllConnections()
        await new Promise<void>((resolve) => server.close(() => resolve()))
      },
    },
  }
}

async function createServer({ tls, patienceS = 30 }: ListenerNeeds): Promise<Server> {
  const patienceMs = 1_000 * patienceS
  const patience = {
    ...{ headersTimeout: patienceMs, keepAliveTimeout: patienceMs, requestTimeout: requestMs },
    connectionsCheckingInterval: Math.min(5_000, patienceMs / 2),
  }
  if (!tls) return (await import("node:http")).createServer(patience)
  const [cert, key] = await Promise.all([Bun.file(tls.cert).text(), Bun.file(tls.key).text()])
  return (await import("node:https")).createServer({ ...patience, cert, key })
}

function listen(server: Server, { host, port }: ListenerNeeds): Promise<"listening" | "in-use"> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      if ("code" in error && error.code === "EADDRINUSE") resolve("in-use")
      else reject(error)
    })
    server.listen(port, host, () => resolve("listening"))
  })
}

async function answer(needs: ListenerNeeds, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController()
  response.on("close", () => gone.abort())
  const knock = knockOf(needs, request, gone.signal)
  const made = knock ? await needs.front.answer(knock).catch((error: unknown) => failed(needs, error)) : badRequest()
  needs.log.debug("preview", { method: request.method, host: knock?.host, status: made.status })
  await send(made, response, gone.signal)
}

function failed({ log }: ListenerNeeds, error: unknown): Response {
  log.error("a preview failed", { error })
  return new Response("This preview failed here. Try again.", {
    status: 500,
    headers: { "content-type": "text/plain" },
  })
}

const badRequest = () => new Response(null, { status: 400 })

/** The request in our words; undefined for one that is for no path of a host, as CONNECT and `OPTIONS *` are. */
function knockOf({ clientAddress }: ListenerNeeds, request: IncomingMessage, gone: AbortSignal): Knock | undefined {
  const { method = "GET", url = "", rawHeaders, headers } = request
  if (!url.startsWith("/") || !/^[\x21-\x7e\x80-\xff]+$/.test(url) || method === "CONNECT" || method === "TRACE")
    return undefined
  const list: HeaderList = Array.from({ length: rawHeaders.length / 2 }, (_, index) => [
    rawHeaders[2 * index] ?? "",
    rawHeaders[2 * index + 1] ?? "",
  ])
  if (list.some(([name]) => !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name))) return undefined
  const hasBody = headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0
  const told = new Headers({ "x-forwarded-for": String(headers["x-forwarded-for"] ?? "") })
  return {
    ...{ method, target: url, headers: list, host: headers.host, gone },
    address: clientAddress({ headers: told }, request.socket.remoteAddress),
    body: hasBody ? streamOf(request) : undefined,
  }
}

/** As the other end reads it: a piece is asked for when there is room for it. */
function streamOf(source: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const pieces = source[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { value, done } = await pieces.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      async cancel() {
        await pieces.return?.()
      },
    },
    { highWaterMark: 0 },
  )
}

async function send(answer: Response, response: ServerResponse, gone: AbortSignal): Promise<void> {
  response.sendDate = false
  response.writeHead(answer.status, headersOf(answer))
  response.flushHeaders()
  try {
    if (answer.body) await pass(answer.body, response, gone)
    response.end()
  } catch {
    // Its end is missing: the browser must not take it for whole.
    response.destroy()
  }
}

async function pass(body: ReadableStream<Uint8Array>, response: ServerResponse, gone: AbortSignal): Promise<void> {
  const reader = body.getReader()
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    if (gone.aborted) return reader.cancel()
    if (!response.write(next.value)) await drained(response)
  }
}

function headersOf({ headers }: Response): Record<string, string | string[]> {
  const all = Object.fromEntries([...headers].filter(([name]) => name !== "set-cookie"))
  const cookies = headers.getSetCookie()
  return cookies.length > 0 ? { ...all, "set-cookie": cookies } : all
}

const drained = (stream: ServerResponse | Duplex): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      stream.off("drain", done)
      stream.off("close", done)
      resolve()
    }
    stream.on("drain", done)
    stream.on("close", done)
  })

interface Upgrade {
  request: IncomingMessage
  socket: Duplex
  head: Buffer
}

async function upgrade(needs: ListenerNeeds, { request, socket, head }: Upgrade): Promise<void> {
  const gone = new AbortController()
  socket.on("close", () => gone.abort())
  const knock = knockOf(needs, request, gone.signal)
  const own = socketOf(socket, head)
  const isSocket = request.headers.upgrade?.toLowerCase() === "websocket" && request.method === "GET"
  if (!knock || !isSocket) return own.refuse(400)
  await needs.front.upgrade({ ...knock, body: undefined }, own).catch((error: unknown) => {
    needs.log.error("a preview's socket failed", { error })
    own.destroy()
  })
}

function socketOf(socket: Duplex, head: Buffer): Socket {
  let answered = false
  async function* incoming() {
    if (head.length > 0) yield head
    try {
      for await (const piece of socket) yield piece
    } catch (error) {
      // Somebody closed it, on this side or the other: its end, however it came.
      if (!socket.destroyed) throw error
    }
  }
  return {
    incoming: streamOf(incoming()),
    async write(bytes) {
      answered = true
      if (socket.destroyed) throw new Error("the browser is gone")
      if (!socket.write(bytes)) await drained(socket)
    },
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
    refuse(status) {
      if (answered) return void socket.destroy()
      answered = true
      socket.end(`HTTP/1.1 ${status} \r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
    },
    onClose: (then) => void socket.on("close", then),
  }
}
