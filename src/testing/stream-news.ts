import type { Client } from "./client.ts"
import type { Page } from "./html.ts"

/** What the stream of a page has had for it so far. */
export interface StreamNews {
  news(): string
  /** Leaves, as a browser does. */
  end(): Promise<void>
}

/** Opens the stream of a page that was read without a browser; `before` is the stream that it had until then. */
export async function streamNews(client: Client, page: Page, before?: StreamNews): Promise<StreamNews> {
  const [, last] = /.*^id: ([^\n]+)/ms.exec(before?.news() ?? "") ?? []
  const url = page.one("#stream").attributes["hx-sse:connect"] ?? ""
  return newsAt(client, url, last === undefined ? {} : { "last-event-id": last })
}

/** The same of a stream at an address. */
export async function newsAt(client: Client, url: string, headers: Record<string, string> = {}): Promise<StreamNews> {
  const { body } = await client.get(url, headers)
  if (!body) throw new Error("no stream")
  let news = ""
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  const all = (async () => {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) news += piece.value
  })()
  return { news: () => news, end: () => reader.cancel().then(() => all) }
}
