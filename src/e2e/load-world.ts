/** A real server under load: looked at through its own counters, asked by visitors that cost next to nothing. */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { type Metrics, parseMetrics } from "../bench/harness/metrics.ts"
import { memoryOf } from "../bench/harness/proc.ts"
import { createVisitor, type Visitor } from "../bench/harness/visitor.ts"
import { urls } from "../lib/urls.ts"
import type { TranscriptEvent } from "../loops/index.ts"
import { readTranscript } from "../testing/holds/book.ts"
import { password } from "../testing/holds/person.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import { type Server, type ServerOptions, startServer, until } from "./harness.ts"

export const mebibyte = 1 << 20

export interface LoadWorld extends AsyncDisposable {
  readonly server: Server
  readonly visitor: Visitor
  metrics(): Promise<Metrics>
  /** Bytes that the server holds once it has collected what nobody uses any more. */
  memory(): Promise<number>
  /** Resolves with its id when the loop is prepared. */
  loop(message?: string): Promise<string>
  send(loop: string, text: string): Promise<void>
  events(loop: string): Promise<TranscriptEvent[]>
  /** Waits until so many turns of the loop have ended. */
  ended(loop: string, turns: number): Promise<TranscriptEvent[]>
}

const token = "load-load-load-load"

/** `seed` fills the home before the server starts. */
export async function loadWorld(
  options: ServerOptions & { seed?: (home: string) => Promise<unknown> } = {},
): Promise<LoadWorld> {
  const folder = await tempFolder()
  const home = join(folder.path, "home")
  await options.seed?.(home)
  const server = await startServer({ ...options, home, env: { LOOPAT_METRICS_TOKEN: token, ...options.env } })
  const visitor = await entered(server)
  const metrics = async () => {
    const answer = await fetch(`${server.url}/metrics?collect`, { headers: { authorization: `Bearer ${token}` } })
    if (answer.status !== 200) throw new Error(`/metrics answered ${answer.status}`)
    return parseMetrics(await answer.text())
  }
  const world: LoadWorld = {
    server,
    visitor,
    metrics,
    async memory() {
      // What is free goes back to the system a little later than it is collected.
      const samples: number[] = []
      while (samples.length < 5) {
        await metrics()
        samples.push((await memoryOf(server.pid)).resident)
        await Bun.sleep(200)
      }
      return Math.min(...samples)
    },
    async loop(message) {
      const asked = { clientId: crypto.randomUUID(), title: "Load", ...(message !== undefined && { message }) }
      const answer = await visitor.post(urls.loops(), asked)
      const id = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(answer.headers.get("location") ?? "")?.[0]
      if (!id) throw new Error(`no loop was made: ${answer.status} ${(await answer.text()).slice(0, 300)}`)
      const record = join(home, "loops", id, "meta.json")
      await until("the loop is prepared", async () => /"kind": "driven"/.test(await readFile(record, "utf8")))
      return id
    },
    async send(loop, text) {
      const form = { clientId: crypto.randomUUID(), text }
      const answer = await visitor.post(urls.loopMessages(loop), form, { "hx-request": "true" })
      if (answer.status !== 200) throw new Error(`a message answers ${answer.status}`)
    },
    events: (loop) => readTranscript(home, loop),
    ended: (loop, turns) =>
      until(
        `turn ${turns} has ended`,
        async () => {
          const events = await readTranscript(home, loop)
          return events.filter(({ kind }) => /^turn-(finished|failed)$/.test(kind)).length >= turns && events
        },
        { timeoutMs: 120_000 },
      ),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
  return world
}

/** The first account, signed in. */
async function entered(server: Server): Promise<Visitor> {
  const visitor = createVisitor(server.url)
  const setUpToken = /token:\s*(\S+)/.exec(server.output())?.[1] ?? ""
  const form = { workspace: "Acme", token: setUpToken, name: "ada", password }
  const made = await visitor.post(urls.setUp, form)
  if (made.status !== 303) throw new Error(`no account: ${made.status} ${await made.text()}`)
  return visitor
}
