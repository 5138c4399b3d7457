import { Elysia } from "elysia"
import type { FrameView } from "../../views/props/frame.ts"
import type { DrivenLoop } from "../loops/index.ts"
import { createLiveRights, type LiveRights } from "../platform/http/live-rights.ts"
import { type SignedIn, userOf, visitorOf } from "../platform/http/visitor.ts"
import { silentLog } from "../platform/log.ts"
import { type TestAgent, testAgent, type TestAgentOptions } from "./agents.ts"
import type { Client } from "./client.ts"
import { knownVisitors } from "./known-visitors.ts"

export interface AgentPages extends TestAgent {
  as(user: SignedIn, headers?: Record<string, string>): Client
  rights: LiveRights
  /** One person's open stream of a loop. */
  follow(loop: DrivenLoop, user: SignedIn, how?: { after?: number; last?: number; language?: string }): Promise<Stream>
}

/** What arrives on a stream, frame by frame. */
export interface Stream extends AsyncDisposable {
  frames: { id?: number; html: string }[]
  /** Waits until something with these words has come. */
  shows(words: string): Promise<void>
  ended: Promise<void>
}

/** The pages of the agent whole; who asks is said by the test instead of by a login. */
export async function agentPages(options: TestAgentOptions = {}): Promise<AgentPages> {
  const stage = await testAgent(options)
  const { world } = stage
  const rights = createLiveRights({ clock: world.clock, log: silentLog, isAlive: () => true })
  const visitors = knownVisitors()
  const app = new Elysia({ systemRouter: false })
    .onRequest(({ request }) => visitors.admit(request))
    .use(
      stage.agent.routes({
        rights,
        frame: (request, about): FrameView => ({
          ...about,
          reader: { locale: visitorOf(request).locale, now: world.clock.now() },
          theme: "system",
          assets: { script: "/app.js", style: "/app.css", icon: "/icon.svg" },
          workspace: "test",
          user: { name: userOf(request).name, displayName: "", admin: false },
          needsYou: 0,
        }),
        showProblem: ({ status, code }) => new Response(code, { status }),
      }),
    )
  const as = (user: SignedIn, headers: Record<string, string> = {}) => {
    return visitors.as(app, user, headers)
  }
  return {
    ...stage,
    as,
    rights,
    async follow(loop, user, { after, last, language = "en" } = {}) {
      const query = after === undefined ? "" : `?after=${after}`
      const again: Record<string, string> = last === undefined ? {} : { "last-event-id": `${last}` }
      const response = await as(user, { "accept-language": language, ...again }).get(
        `/loops/${loop.record.id}/events${query}`,
      )
      if (response.status !== 200 || !response.body) throw new Error(`no stream: ${response.status}`)
      return readStream(response.body)
    },
    async [Symbol.asyncDispose]() {
      rights[Symbol.dispose]()
      await stage[Symbol.asyncDispose]()
    },
  }
}

export function readStream(body: ReadableStream<Uint8Array>): Stream {
  const frames: Stream["frames"] = []
  const reader = body.getReader()
  const decoder = new TextDecoder()
  const ended = (async () => {
    let rest = ""
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      rest += decoder.decode(piece.value, { stream: true })
      const whole = rest.split("\n\n")
      rest = whole.pop() ?? ""
      for (const text of whole) if (text.includes("data: ")) frames.push(parseFrame(text))
    }
  })()
  return {
    frames,
    ended,
    async shows(words) {
      for (let tries = 0; !frames.some(({ html }) => html.includes(words)); tries++) {
        if (tries > 4_000)
          throw new Error(
            `never shown: ${words}\n${frames
              .map(({ html }) => html)
              .join("\n")
              .slice(-2_000)}`,
          )
        await new Promise<void>((resolve) => setTimeout(resolve, 1))
      }
    },
    [Symbol.asyncDispose]: () => reader.cancel(),
  }
}

function parseFrame(text: string): { id?: number; html: string } {
  const lines = text.split("\n")
  const id = lines.find((line) => line.startsWith("id: "))
  const html = lines.flatMap((line) => (line.startsWith("data: ") ? [line.slice(6)] : [])).join("\n")
  return id === undefined ? { html } : { id: Number(id.slice(4)), html }
}
