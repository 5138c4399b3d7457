/**
 * The minimum of the work that a measured path does, compiled like the program itself: nothing but the runtime's server.
 * `bare PORT FOLDER`. `/static?bytes=N` · `POST /append` (append, fdatasync, 204) · `POST /append?answer=N` (the same and N
 * bytes) · `/events` and `POST /publish` (to everybody, one frame) · `/lines?file=F` (read, JSON.parse, what was said
 * as Markdown, sent on).
 */
import { constants } from "node:fs"
import { open } from "node:fs/promises"
import { join } from "node:path"

const [port = "0", folder = "/nonexistent"] = process.argv.slice(2)
const readers = new Set<ReadableStreamDefaultController<Uint8Array>>()
const answers = new Map<string, string>()
const encoder = new TextEncoder()

const filler = (bytes: string | null): string => {
  const known = answers.get(bytes ?? "") ?? "x".repeat(Number(bytes ?? 2))
  answers.set(bytes ?? "", known)
  return known
}

const server = Bun.serve({
  port: Number(port),
  hostname: "127.0.0.1",
  idleTimeout: 0,
  routes: {
    "/livez": () => new Response("ok"),
    "/static": (request) => html(filler(new URL(request.url).searchParams.get("bytes"))),
    "/append": { POST: append },
    "/events": () => events(),
    "/publish": { POST: publish },
    "/lines": (request) => lines(new URL(request.url).searchParams.get("file") ?? ""),
  },
})
console.log(`http://127.0.0.1:${server.port}`)

const html = (text: string) => new Response(text, { headers: { "content-type": "text/html; charset=utf-8" } })

async function append(request: Request): Promise<Response> {
  const body = await request.bytes()
  const file = await open(join(folder, "bare.jsonl"), constants.O_RDWR | constants.O_CREAT | constants.O_APPEND, 0o600)
  try {
    await file.write(body)
    await file.datasync()
  } finally {
    await file.close()
  }
  const size = new URL(request.url).searchParams.get("answer")
  return size === null ? new Response(null, { status: 204 }) : html(filler(size))
}

function events(): Response {
  let own: ReadableStreamDefaultController<Uint8Array> | undefined
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      own = controller
      readers.add(controller)
      controller.enqueue(encoder.encode(": open\n\n"))
    },
    cancel() {
      if (own) readers.delete(own)
    },
  })
  return new Response(body, { headers: { "content-type": "text/event-stream" } })
}

async function publish(request: Request): Promise<Response> {
  const text = await request.text()
  const data = text
    .split("\n")
    .map((line) => `data: ${line}\n`)
    .join("")
  const frame = encoder.encode(`${data}\n`)
  for (const reader of readers) reader.enqueue(frame)
  return new Response(null, { status: 204 })
}

async function lines(file: string): Promise<Response> {
  const text = await Bun.file(file).text()
  const said = text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Said)
    .map(({ text: words, message }) => words ?? message?.message.content.map(wordsOf).join("") ?? "")
  return html(said.join(""))
}

interface Said {
  text?: string
  message?: { message: { content: { type: string; text?: string; content?: string }[] } }
}

const wordsOf = ({ text, content }: { text?: string; content?: string }): string =>
  text === undefined ? (content ?? "") : Bun.markdown.html(text)
