import type { SafeHtml } from "../lib/jsx/safe-html.ts"

/** The sentence says why there is no text. */
type Opened = ReadableStream<Uint8Array> | string

/**
 * A text piece by piece, as it is read, so that nobody holds it whole; it is opened when somebody reads. What is no UTF-8 further on stands as
 * replacement characters: by then the page has begun.
 */
export async function* textPieces(open: () => Promise<Opened>): AsyncGenerator<SafeHtml | null> {
  const opened = await open()
  if (typeof opened === "string") return yield <>{opened}</>
  const reader = opened.getReader()
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true })
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read())
      yield <>{withoutNul(decoder.decode(next.value, { stream: true }))}</>
    yield <>{withoutNul(decoder.decode())}</>
  } finally {
    await reader.cancel()
  }
}

const withoutNul = (text: string) => text.replaceAll("\0", "\ufffd")
