import { urls } from "../../lib/urls.ts"
import { type Client, testClient } from "../client.ts"

/** Somebody at a browser without a screen: forms and pages of a real server over real HTTP. */
export interface Person extends Client {
  /** True when the server said that it has accepted; false when it refused or when nobody knows. */
  accepted(path: string, form?: Record<string, string>): Promise<Accepted>
  /** The page's text. Throws unless it is shown. */
  read(path: string): Promise<string>
  /** The frames of a live stream from the very beginning on, until one has the number `until`. */
  replay(path: string, until: number): Promise<{ id: number | undefined; html: string }[]>
}

/** `lost`: the connection ended before an answer, so it may have happened or not. */
export type Accepted =
  | { kind: "accepted"; location: string | undefined }
  | { kind: "refused"; status: number; words: string }
  | { kind: "lost" }

export const password = "correct horse battery"

/** Ada, who sets a new server up and is signed in from then on. Throws unless that is accepted. */
export async function firstPerson(url: () => string): Promise<Person> {
  const person = createPerson(url)
  const made = await person.accepted(urls.setUp, { workspace: "Acme", name: "ada", password })
  if (made.kind !== "accepted") throw new Error(`no account: ${JSON.stringify(made)}`)
  return person
}

/** The id of a loop that somebody makes with this form. Throws unless it is made. */
export async function createLoop(person: Person, form: Record<string, string>): Promise<string> {
  const made = await person.accepted(urls.loops(), form)
  const id = made.kind === "accepted" ? made.location?.split("/").at(-1) : undefined
  if (id === undefined) throw new Error(`no loop: ${JSON.stringify(made)}`)
  return id
}

/** `url` is asked every time: a server may come back elsewhere. */
function createPerson(url: () => string): Person {
  const origin = url()
  const client = testClient({ handle: (request) => fetch(request, { redirect: "manual" }) }, { origin })
  return {
    ...client,
    async accepted(path, form = {}) {
      const response = await client.post(path, form).catch(() => undefined)
      if (!response) return { kind: "lost" }
      const words = await response.text().catch(() => "")
      if (response.status < 400) return { kind: "accepted", location: response.headers.get("location") ?? undefined }
      return { kind: "refused", status: response.status, words }
    },
    async read(path) {
      const response = await client.get(path)
      const text = await response.text()
      if (response.status !== 200) throw new Error(`${path} answered ${response.status}: ${text.slice(0, 500)}`)
      return text
    },
    async replay(path, until) {
      const response = await client.get(path, { accept: "text/event-stream", "sec-fetch-site": "same-origin" })
      if (!response.body) throw new Error(`${path} has no stream`)
      return framesUntil(response.body, until)
    },
  }
}

async function framesUntil(body: ReadableStream<Uint8Array>, until: number) {
  const frames: { id: number | undefined; html: string }[] = []
  const decoder = new TextDecoder()
  let text = ""
  for await (const piece of body) {
    text += decoder.decode(piece, { stream: true })
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const frame = parseFrame(text.slice(0, end))
      text = text.slice(end + 2)
      if (frame) frames.push(frame)
      if (frame?.id !== undefined && frame.id >= until) return frames
    }
  }
  throw new Error(`the stream ended before number ${until}`)
}

function parseFrame(text: string): { id: number | undefined; html: string } | undefined {
  const lines = text.split("\n")
  const html = lines.filter((line) => line.startsWith("data: ")).map((line) => line.slice(6))
  const id = lines.find((line) => line.startsWith("id: "))?.slice(4)
  return html.length > 0 ? { id: id === undefined ? undefined : Number(id), html: html.join("\n") } : undefined
}
