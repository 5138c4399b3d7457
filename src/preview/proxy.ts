import type { LoopId } from "../lib/ids.ts"
import type { Clock } from "../platform/clock.ts"
import { framingOf, piecesOf } from "../platform/http1/body.ts"
import { BadHttp, ByteReader } from "../platform/http1/byte-reader.ts"
import { type AnswerHead, headBytes, type HeaderList, readAnswerHead, valuesOf } from "../platform/http1/head.ts"
import { type Box, LinkFailed } from "../sandbox/index.ts"
import type { Admitted } from "./front.ts"
import { headersForBrowser, headersForInside } from "./headers.ts"
import { headerOf, type Knock } from "./knock.ts"
import type { Pages } from "./pages.tsx"
import { createQuiet, type Quiet } from "./quiet.ts"
import { joinBoth, type Socket } from "./socket.ts"

/** Somebody admitted, what he asks, and when it is over for whatever reason. */
export interface Visit extends Admitted {
  knock: Knock
  signal: AbortSignal
}

export interface ProxyNeeds {
  clock: Clock
  pages: Pages
  running(loop: LoopId): Box | undefined
  frames(): readonly string[]
  limits?: Partial<ProxyLimits>
}

export interface ProxyLimits {
  answerBytes: number
  bodyBytes: number
  firstByteMs: number
  idleMs: number
}

const usual: ProxyLimits = { answerBytes: 1 << 30, bodyBytes: 100 << 20, firstByteMs: 60_000, idleMs: 600_000 }

/** A port inside a sandbox, as a web server: one connection over the link for each request, nothing kept, nothing buffered. */
export interface Proxy {
  answer(visit: Visit, port: number): Promise<Response>
  upgrade(visit: Visit, port: number, socket: Socket): Promise<void>
}

type Connection = Awaited<ReturnType<Box["connect"]>>

export function createProxy(needs: ProxyNeeds): Proxy {
  const { pages, clock } = needs
  const limits = { ...usual, ...needs.limits }

  async function answer(visit: Visit, port: number): Promise<Response> {
    const { knock } = visit
    if (Number(headerOf(knock, "content-length") ?? 0) > limits.bodyBytes) return pages.tooLarge(knock)
    const connection = await connect(needs, visit, port)
    if (connection instanceof Response) return connection
    const quiet = createQuiet(clock, connection.close)
    const cut = () => quiet.end("cut")
    visit.signal.addEventListener("abort", cut)
    quiet.within(limits.firstByteMs)
    const exchange = { connection, quiet, over: () => visit.signal.removeEventListener("abort", cut) }
    try {
      const asked = requestHead(visit)
      const sending = send(exchange, { knock, most: limits.bodyBytes, ...asked })
      const reader = new ByteReader(connection.readable)
      const head = await Promise.race([readAnswerHead(reader), sending.then(() => never())])
      quiet.within(limits.idleMs)
      return passOn(exchange, { visit, head, reader })
    } catch (error) {
      quiet.end()
      exchange.over()
      return whyNot(visit, port, { error, how: quiet.how })
    }
  }

  function whyNot(
    visit: Visit,
    port: number,
    { error, how }: { error: unknown; how: string },
  ): Promise<Response> | Response {
    if (error instanceof TooLarge) return pages.tooLarge(visit.knock)
    if (how === "quiet") return pages.silent(visit.share, visit.knock, port)
    if (error instanceof BadHttp || error instanceof LinkFailed || how === "cut")
      return pages.nonsense(visit.share, visit.knock, port)
    throw error
  }

  function passOn(exchange: Exchange, { visit, head, reader }: Answered): Response {
    const framing = framingOf(visit.knock.method, head)
    if (framing.kind === "length" && framing.bytes > limits.answerBytes) throw new BadHttp("an answer that is too long")
    if (head.status < 200) throw new BadHttp("an upgrade that nobody asked for")
    const headers = new Headers()
    for (const [name, value] of headersForBrowser(head.headers, needs.frames())) headers.append(name, value)
    const end = () => {
      exchange.quiet.end()
      exchange.over()
    }
    if (framing.kind === "none") {
      end()
      return new Response(null, { status: head.status, headers })
    }
    return new Response(bodyOf(piecesOf(reader, framing), { quiet: exchange.quiet, most: limits.answerBytes, end }), {
      status: head.status,
      headers,
    })
  }

  return {
    answer,
    async upgrade(visit, port, socket) {
      const connection = await connect(needs, visit, port)
      if (connection instanceof Response) return socket.refuse(connection.status)
      const quiet = createQuiet(clock, () => {
        connection.close()
        socket.destroy()
      })
      socket.onClose(() => quiet.end())
      quiet.within(limits.firstByteMs)
      try {
        await upgradeOver({ connection, quiet, socket, visit, frames: needs.frames(), idleMs: limits.idleMs })
      } catch (error) {
        if (!(error instanceof BadHttp || error instanceof LinkFailed)) throw error
        socket.refuse(502)
      } finally {
        quiet.end()
      }
    },
  }
}

interface Exchange {
  connection: Connection
  quiet: Quiet
  over(): void
}

interface Answered {
  visit: Visit
  head: AnswerHead
  reader: ByteReader
}

class TooLarge extends Error {}

const never = () => new Promise<never>(() => undefined)

async function connect({ running, pages }: ProxyNeeds, visit: Visit, port: number): Promise<Connection | Response> {
  const { share, knock } = visit
  const box = running(share.loop)
  if (!box) return pages.resting(share, knock)
  try {
    return await box.connect(port)
  } catch (error) {
    if (!(error instanceof LinkFailed)) throw error
    if (error.kind === "limit") return pages.full(knock)
    return error.kind === "timeout" ? pages.silent(share, knock, port) : pages.notListening(share, knock, { port, box })
  }
}

/** The request as it came, but for what belongs to the way; and how its body is framed. */
function requestHead({ knock, place }: Visit): { head: Buffer; chunked: boolean } {
  const { method, target, headers, host = "", address } = knock
  const [length] = valuesOf(headers, "content-length")
  const chunked = knock.body !== undefined && length === undefined
  const all: HeaderList = [
    ...headersForInside(headers, { host, address, secure: place.secure }),
    ...(chunked ? [["Transfer-Encoding", "chunked"] as const] : []),
    ...(knock.body && length !== undefined ? [["Content-Length", length] as const] : []),
    ["Connection", "close"],
  ]
  return { head: headBytes(`${method} ${target} HTTP/1.1`, all), chunked }
}

interface Sent {
  knock: Knock
  head: Buffer
  chunked: boolean
  most: number
}

/**
 * Resolves when all of it has left. Whoever answers before that may hang up on the rest, which is no failure; a body that
 * is too long or that its browser gave up is.
 */
async function send({ connection, quiet }: Exchange, { knock, head, chunked, most }: Sent): Promise<void> {
  const writer = connection.writable.getWriter()
  const write = async (bytes: Uint8Array) => {
    await writer.write(bytes)
    quiet.stirred()
  }
  let sent = 0
  try {
    await write(head)
    for await (const piece of knock.body ?? []) {
      sent += piece.length
      if (sent > most) throw new TooLarge()
      if (chunked)
        await write(Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from("\r\n")]))
      else await write(piece)
    }
    if (chunked) await write(Buffer.from("0\r\n\r\n"))
  } catch (error) {
    if (!(error instanceof LinkFailed)) throw error
  }
}

interface Passed {
  quiet: Quiet
  most: number
  end(): void
}

function bodyOf(
  pieces: AsyncGenerator<Uint8Array, void, undefined>,
  { quiet, most, end }: Passed,
): ReadableStream<Uint8Array> {
  let passed = 0
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { value, done } = await pieces.next()
          quiet.stirred()
          if (done) {
            end()
            return controller.close()
          }
          passed += value.length
          if (passed > most) throw new BadHttp("an answer that is too long")
          controller.enqueue(value)
        } catch (error) {
          end()
          controller.error(error)
        }
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  )
}

interface Upgrading {
  connection: Connection
  quiet: Quiet
  socket: Socket
  visit: Visit
  frames: readonly string[]
  idleMs: number
}

/** Both ends talk as they like once the program inside has agreed; an answer that does not agree is passed on as it is. */
async function upgradeOver({ connection, quiet, socket, visit, frames, idleMs }: Upgrading): Promise<void> {
  const { knock, place } = visit
  const { method, target, headers, host = "", address } = knock
  const own = headersForInside(headers, { host, address, secure: place.secure })
  const upgrade: HeaderList = [
    ["Connection", "Upgrade"],
    ["Upgrade", "websocket"],
  ]
  const writer = connection.writable.getWriter()
  await writer.write(headBytes(`${method} ${target} HTTP/1.1`, [...own, ...upgrade]))
  const reader = new ByteReader(connection.readable)
  const head = await readAnswerHead(reader)
  quiet.within(idleMs)
  const answer = headersForBrowser(head.headers, frames)
  if (head.status === 101) {
    await socket.write(headBytes("HTTP/1.1 101 Switching Protocols", [...answer, ...upgrade]))
    return joinBoth({ socket, reader, writer, stirred: quiet.stirred })
  }
  const kept = answer.filter(([name]) => name.toLowerCase() !== "content-length")
  await socket.write(headBytes(`HTTP/1.1 ${head.status} `, [...kept, ["Connection", "close"]]))
  for await (const piece of piecesOf(reader, framingOf(method, head))) await socket.write(piece)
  socket.end()
}
