import { flush, pktLine } from "../platform/git/pkt-line.ts"
import type { Ref } from "../platform/git/refs.ts"
import type { Running } from "../platform/process/processes.ts"
import type { About } from "./push-words.ts"
import { pushWords } from "./push-words.ts"
import type { Received } from "./receive.ts"

const contentType = (service: string, part: "advertisement" | "result") => ({
  "content-type": `application/x-${service}-${part}`,
  "cache-control": "no-store",
})

/** git shows the text of a refusal when it is plain text. */
export const plainAnswer = (code: number, text: string): Response =>
  new Response(`${text}\n`, {
    status: code,
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
  })

const capabilities = "report-status delete-refs side-band-64k quiet atomic ofs-delta object-format=sha1 agent=loopat"

/** What a push may begin from: the branches, and what this server understands (gitprotocol-pack(5)). */
export function advertisePush(refs: readonly Ref[]): Response {
  const lines = refs.map(({ name, commit }, index) =>
    pktLine(`${commit} ${name}${index === 0 ? `\0${capabilities}` : ""}\n`),
  )
  const body = Buffer.concat([
    pktLine("# service=git-receive-pack\n"),
    Buffer.from(flush),
    ...lines,
    Buffer.from(flush),
  ])
  return new Response(body, { headers: contentType("git-receive-pack", "advertisement") })
}

/** Said as git says it, and once more in words for whoever reads them. */
export function reportPush(received: Received | undefined, about: About): Response {
  const headers = contentType("git-receive-pack", "result")
  if (!received) return new Response("", { headers })
  const { refused } = received
  const report = Buffer.concat([
    pktLine("unpack ok\n"),
    ...received.commands.map(({ ref }) => pktLine(refused ? `ng ${ref} ${refused.code}\n` : `ok ${ref}\n`)),
    Buffer.from(flush),
  ])
  if (!received.capabilities.has("side-band-64k")) return new Response(report, { headers })
  const words = refused ? [banded(2, Buffer.from(`loopat: ${pushWords(refused, about)}\n`))] : []
  return new Response(Buffer.concat([...words, banded(1, report), Buffer.from(flush)]), { headers })
}

const bandBytes = 60_000

function banded(band: 1 | 2, bytes: Uint8Array): Uint8Array {
  const pieces: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += bandBytes)
    pieces.push(pktLine(Buffer.concat([Buffer.from([band]), bytes.subarray(at, at + bandBytes)])))
  return Buffer.concat(pieces)
}

/** A program's output as it comes; a client that goes ends the program. */
export function streamed(running: Running, part: "advertisement" | "result", head: Uint8Array): Response {
  const source = running.stdout.getReader()
  const body = new ReadableStream<Uint8Array>({
    start: (out) => (head.length > 0 ? out.enqueue(head) : undefined),
    async pull(out) {
      const { done, value } = await source.read()
      if (!done) return out.enqueue(value)
      await running.exited
      out.close()
    },
    cancel: () => running[Symbol.asyncDispose](),
  })
  return new Response(body, { headers: contentType("git-upload-pack", part) })
}
