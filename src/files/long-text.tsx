import type { SafeHtml } from "../lib/jsx/safe-html.ts"
import { linkLost, type NotPlaced } from "../loops/index.ts"

/**
 * A text piece by piece, as it is read, so that nobody holds it whole; it is opened when somebody reads. Where it does
 * not come, or not to its end, stands why. What is no UTF-8 further on stands as replacement characters: by then the
 * page has begun.
 */
export async function* textPieces(
  open: () => Promise<ReadableStream<Uint8Array> | NotPlaced>,
  sentenceOf: (why: NotPlaced) => string,
): AsyncGenerator<SafeHtml | null> {
  const opened = await open()
  if ("kind" in opened) return yield <>{sentenceOf(opened)}</>
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true })
  try {
    for await (const piece of opened) yield <>{withoutNul(decoder.decode(piece, { stream: true }))}</>
    yield <>{withoutNul(decoder.decode())}</>
  } catch (error) {
    const why = sentenceOf(linkLost(error))
    yield <>{`\n\n${why}`}</>
  }
}

const withoutNul = (text: string) => text.replaceAll("\0", "\ufffd")
