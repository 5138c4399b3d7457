/** A browser's part of HTTP, without a browser: cookies, and the headers that say which page asks. */
import { connect } from "node:net"

export interface Visitor {
  readonly url: string
  get(path: string, headers?: Record<string, string>): Promise<Response>
  post(path: string, form: Record<string, string>, headers?: Record<string, string>): Promise<Response>
  /** Opens an event stream. Frames are handed over as they come. */
  stream(path: string, options?: StreamOptions): Promise<Stream>
  cookies(): string
}

export interface StreamOptions {
  lastEventId?: number
  /** Each frame's text, without its end. */
  onFrame?: (frame: string) => void
  /** Never takes a byte. */
  stalled?: boolean
}

export interface Stream {
  /** Bytes received so far. */
  bytes(): number
  frames(): number
  /** Resolves when either side ended it. */
  readonly ended: Promise<void>
  close(): void
}

export function createVisitor(url: string): Visitor {
  const jar = new Map<string, string>()
  const cookies = () => [...jar].map(([name, value]) => `${name}=${value}`).join("; ")
  const send = async (path: string, init: RequestInit & { headers: Record<string, string> }) => {
    const response = await fetch(url + path, {
      redirect: "manual",
      ...init,
      headers: { cookie: cookies(), accept: "text/html", ...init.headers },
    })
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (/max-age=0/i.test(line)) jar.delete(name)
      else jar.set(name, value)
    }
    return response
  }
  return {
    url,
    cookies,
    get: (path, headers = {}) => send(path, { headers: { "sec-fetch-site": "none", ...headers } }),
    post: (path, form, headers = {}) =>
      send(path, {
        method: "POST",
        body: new URLSearchParams(form).toString(),
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          "sec-fetch-site": "same-origin",
          origin: url,
          ...headers,
        },
      }),
    stream: (path, options = {}) => openStream(new URL(path, url), cookies(), options),
  }
}

/** By hand on a socket: a thousand of them must cost the load maker next to nothing. */
function openStream(url: URL, cookie: string, { lastEventId, onFrame, stalled }: StreamOptions): Promise<Stream> {
  const head = [
    `GET ${url.pathname}${url.search} HTTP/1.1`,
    `host: ${url.host}`,
    "accept: text/event-stream",
    "sec-fetch-site: same-origin",
    `cookie: ${cookie}`,
    ...(lastEventId === undefined ? [] : [`last-event-id: ${lastEventId}`]),
  ]
  return new Promise((opened, failed) => {
    const socket = connect(Number(url.port), url.hostname)
    let [bytes, frames] = [0, 0]
    let open = false
    const reader = createFrameReader((frame) => {
      frames++
      onFrame?.(frame)
    })
    const ended = new Promise<void>((done) => socket.once("close", () => done()))
    const stream: Stream = { bytes: () => bytes, frames: () => frames, ended, close: () => socket.destroy() }
    socket.once("error", failed)
    socket.write(`${head.join("\r\n")}\r\n\r\n`)
    socket.on("data", (piece: Buffer) => {
      bytes += piece.byteLength
      if (!open) {
        const status = /^HTTP\/1\.1 (\d+)/.exec(piece.toString("latin1"))?.[1]
        if (status !== "200") return failed(new Error(`the stream was answered with ${status}`))
        open = true
        opened(stream)
        if (stalled) socket.pause()
      }
      reader(piece)
    })
  })
}

/** Takes the chunks of the transfer apart (RFC 9112, section 7.1), then the frames. */
export function createFrameReader(onFrame: (frame: string) => void): (piece: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0)
  let headDone = false
  let left = 0
  let text = ""
  const decoder = new TextDecoder()

  function body(piece: Buffer): void {
    text += decoder.decode(piece, { stream: true })
    const parts = text.split("\n\n")
    text = parts.pop() ?? ""
    for (const frame of parts) if (frame.includes("data: ")) onFrame(frame)
  }

  return (piece) => {
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece])
    if (!headDone) {
      const end = rest.indexOf("\r\n\r\n")
      if (end < 0) return
      headDone = true
      rest = rest.subarray(end + 4)
    }
    while (rest.length > 0) {
      if (left === 0) {
        const end = rest.indexOf("\r\n")
        if (end < 0) return
        const size = rest.toString("latin1", 0, end)
        rest = rest.subarray(end + 2)
        left = size === "" ? 0 : Number.parseInt(size, 16)
        continue
      }
      const part = rest.subarray(0, left)
      left -= part.length
      rest = rest.subarray(part.length)
      body(part)
    }
  }
}

export const frameId = (frame: string): number | undefined => {
  const id = /^id: (\d+)$/m.exec(frame)?.[1]
  return id === undefined ? undefined : Number(id)
}

/** Milliseconds until the first byte of the answer and until its last one. */
export async function timed(
  ask: () => Promise<Response>,
): Promise<{ first: number; all: number; body: string; response: Response }> {
  const begun = performance.now()
  const response = await ask()
  const first = performance.now() - begun
  const body = await response.text()
  return { first, all: performance.now() - begun, body, response }
}
