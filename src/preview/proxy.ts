import type { LoopId } from "../lib/ids.ts"
import type { Clock } from "../platform/clock.ts"
import { type Framing, framingOf, piecesOf } from "../platform/http1/body.ts"
import { BadHttp, NothingAnswered } from "../platform/http1/byte-reader.ts"
import { type AnswerHead, headBytes, type HeaderList, readAnswerHead, valuesOf } from "../platform/http1/head.ts"
import { type Box, LinkFailed } from "../sandbox/index.ts"
import { sendRequest, TooLarge } from "./asking.ts"
import type { Admitted } from "./front.ts"
import { headersForBrowser, headersForInside } from "./headers.ts"
import { headerOf, type Knock } from "./knock.ts"
import { createLines, type Line, type Lines } from "./lines.ts"
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

/** A port inside a sandbox, as a web server: asked over the link, and nothing of it buffered. */
export interface Proxy extends Disposable {
  answer(visit: Visit, port: number): Promise<Response>
  upgrade(visit: Visit, port: number, socket: Socket): Promise<void>
}

export function createProxy(needs: ProxyNeeds): Proxy {
  const { pages, clock } = needs
  const limits = { ...usual, ...needs.limits }
  const lines = createLines(clock)
  const parts = { ...needs, lines, limits }

  return {
    async answer(visit, port) {
      const { knock, share } = visit
      if (Number(headerOf(knock, "content-length") ?? 0) > limits.bodyBytes) return pages.tooLarge(knock)
      const box = needs.running(share.loop)
      if (!box) return pages.resting(knock)
      const rested = mayFollow(knock) ? lines.resting(box, port) : undefined
      const way = { visit, box, port }
      const early = rested && (await exchange(parts, way, rested))
      if (early && early !== "closed-before") return early
      const line = await open(parts, way)
      if (line instanceof Response) return line
      const answer = await exchange(parts, way, line)
      return answer === "closed-before" ? pages.nonsense(knock, port) : answer
    },
    async upgrade(visit, port, socket) {
      const left = new AbortController()
      socket.onClose(() => left.abort())
      const box = needs.running(visit.share.loop)
      const line = box ? await open(parts, { visit, box, port }) : pages.resting(visit.knock)
      if (line instanceof Response) return socket.refuse(line.status)
      if (left.signal.aborted) return line.close()
      const quiet = createQuiet(clock, () => {
        line.close()
        socket.destroy()
      })
      left.signal.addEventListener("abort", () => quiet.end())
      quiet.within(limits.firstByteMs)
      try {
        await upgradeOver({ line, quiet, socket, visit, frames: needs.frames(), idleMs: limits.idleMs })
      } catch (error) {
        if (!(error instanceof BadHttp || error instanceof LinkFailed)) throw error
        socket.refuse(502)
      } finally {
        quiet.end()
      }
    },
    [Symbol.dispose]: () => lines[Symbol.dispose](),
  }
}

interface Parts extends ProxyNeeds {
  lines: Lines
  limits: ProxyLimits
}

interface Way {
  visit: Visit
  box: Box
  port: number
}

/** Only what can be asked twice goes over a connection that the program may just be closing. */
const mayFollow = ({ method, body }: Knock): boolean => body === undefined && (method === "GET" || method === "HEAD")

async function open({ lines, pages }: Parts, { visit, box, port }: Way): Promise<Line | Response> {
  const { knock } = visit
  try {
    return await lines.open(box, port)
  } catch (error) {
    if (!(error instanceof LinkFailed)) throw error
    if (error.kind === "limit") return pages.full(knock)
    return error.kind === "timeout" ? pages.silent(knock, port) : pages.notListening(knock, { port, box })
  }
}

/** One request and its answer. `closed-before`: the connection had been closed while it rested. */
async function exchange(parts: Parts, way: Way, line: Line): Promise<Response | "closed-before"> {
  const { clock, limits } = parts
  const { visit } = way
  const quiet = createQuiet(clock, line.close)
  const cut = () => quiet.end("cut")
  visit.signal.addEventListener("abort", cut)
  if (visit.signal.aborted) cut()
  quiet.within(limits.firstByteMs)
  const under = { line, quiet, over: () => visit.signal.removeEventListener("abort", cut) }
  try {
    visit.signal.throwIfAborted()
    const { knock, place } = visit
    const sending = sendRequest(line, quiet, { knock, secure: place.secure, most: limits.bodyBytes })
    const request = { isSent: false }
    const sent = sending.then(() => {
      request.isSent = true
      return never()
    })
    const head = await Promise.race([readAnswerHead(line.reader), sent])
    quiet.within(limits.idleMs)
    return passOn(parts, way, { ...under, head, request })
  } catch (error) {
    quiet.end()
    under.over()
    if (line.wasUsed && quiet.how === "over" && (error instanceof NothingAnswered || error instanceof LinkFailed))
      return "closed-before"
    return whyNot(parts, way, { error, how: quiet.how })
  }
}

const never = () => new Promise<never>(() => undefined)

interface Failed {
  error: unknown
  how: Quiet["how"]
}

function whyNot({ pages }: Parts, { visit, port }: Way, { error, how }: Failed): Response {
  const { knock } = visit
  if (error instanceof TooLarge) return pages.tooLarge(knock)
  if (how === "quiet") return pages.silent(knock, port)
  if (error instanceof BadHttp || error instanceof LinkFailed || how === "cut") return pages.nonsense(knock, port)
  throw error
}

interface Answered {
  line: Line
  quiet: Quiet
  over(): void
  head: AnswerHead
  /** Whether the whole request has left. */
  request: { readonly isSent: boolean }
}

function passOn(parts: Parts, way: Way, answered: Answered): Response {
  const { line, quiet, over, head } = answered
  const { answerBytes: most } = parts.limits
  const framing = framingOf(way.visit.knock.method, head)
  if (framing.kind === "length" && framing.bytes > most) throw new BadHttp("an answer that is too long")
  if (head.status < 200) throw new BadHttp("an upgrade that nobody asked for")
  const headers = new Headers()
  for (const [name, value] of headersForBrowser(head.headers, parts.frames())) headers.append(name, value)
  const end = () => {
    quiet.end()
    over()
  }
  const whole = () => {
    over()
    if (answered.request.isSent && goesOn(head, framing) && line.reader.leftover().length === 0 && quiet.stop())
      parts.lines.rest(way.box, way.port, line)
    else quiet.end()
  }
  if (framing.kind === "none") {
    whole()
    return new Response(null, { status: head.status, headers })
  }
  const body = bodyOf(piecesOf(line.reader, framing), { quiet, most, end, whole })
  return new Response(body, { status: head.status, headers })
}

/** Whether another answer may come on the same connection. */
const goesOn = ({ minor, headers }: AnswerHead, framing: Framing): boolean =>
  minor === 1 &&
  framing.kind !== "until-close" &&
  !valuesOf(headers, "connection").some((value) => /(^|[\s,])close($|[\s,])/i.test(value))

interface Passed {
  quiet: Quiet
  most: number
  /** It broke off. */
  end(): void
  /** All of it has come. */
  whole(): void
}

function bodyOf(
  pieces: AsyncGenerator<Uint8Array, void, undefined>,
  { quiet, most, end, whole }: Passed,
): ReadableStream<Uint8Array> {
  let passed = 0
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { value, done } = await pieces.next()
          quiet.stirred()
          if (done) {
            whole()
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
  line: Line
  quiet: Quiet
  socket: Socket
  visit: Visit
  frames: readonly string[]
  idleMs: number
}

/** Both ends talk as they like once the program inside has agreed; an answer that does not agree is passed on as it is. */
async function upgradeOver({ line, quiet, socket, visit, frames, idleMs }: Upgrading): Promise<void> {
  const { knock, place } = visit
  const { method, target, headers, host = "", address } = knock
  const { reader, writer } = line
  const own = headersForInside(headers, { host, address, secure: place.secure })
  const upgrade: HeaderList = [
    ["Connection", "Upgrade"],
    ["Upgrade", "websocket"],
  ]
  await writer.write(headBytes(`${method} ${target} HTTP/1.1`, [...own, ...upgrade]))
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
