/** A server whose loops really work: podman, the real agent, and a scripted model in this process. */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { createScriptedModel, type ScriptedModel } from "../../testing/scripted-model.ts"
import type { World } from "./bench.ts"
import { output, until } from "./programs.ts"
import { isAnybodyIn, processesIn, processesLike } from "./proc.ts"
import type { Server, ServerOptions } from "./server.ts"

export interface Model {
  readonly url: string
  readonly script: ScriptedModel
  /** Resolves with the time (performance.now) at which the next request of a conversation arrives. */
  nextRequest(): Promise<number>
  /** Answers itself instead of the script while it is set. */
  answer: ((request: Request) => Promise<Response> | undefined) | undefined
}

export function startModel(world: World): Model {
  const script = createScriptedModel()
  let waiting: ((at: number) => void)[] = []
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    async fetch(request) {
      const at = performance.now()
      const own = model.answer?.(request)
      if (own) return own
      const before = script.requests.length
      const answer = await script.serve(request)
      if (script.requests.slice(before).some(({ kind }) => kind === "main")) {
        const all = waiting
        waiting = []
        for (const tell of all) tell(at)
      }
      return answer
    },
  })
  world.stack.defer(() => server.stop(true))
  const model: Model = {
    url: `http://127.0.0.1:${server.port}`,
    script,
    answer: undefined,
    nextRequest: () => new Promise((resolve) => waiting.push(resolve)),
  }
  return model
}

export interface Working {
  server: Server
  model: Model
  /** Makes a loop and waits until it is prepared; without a message nothing starts. */
  loop(message?: string): Promise<string>
  /** Sends and waits until the turn has ended. */
  turn(loop: string, text: string): Promise<Turn>
  /** How many turns have ended. */
  ended(loop: string): Promise<number>
  /** Resolves when one more turn has ended. */
  nextEnd(loop: string): Promise<void>
  /** Sends a message, which starts the loop's sandbox; milliseconds until the first program runs in it. */
  wake(loop: string): Promise<number>
  /** Lines of the transcript. */
  lines(loop: string): Promise<{ kind: string; seq: number }[]>
  /** The loop's container, by its exact label. */
  container(loop: string): Promise<string>
}

export interface Turn {
  /** Milliseconds from sending: until it was accepted, until the model was asked, until it had ended. */
  accepted: number
  asked: number
  finished: number
}

export async function createWorking(
  world: World,
  options: Omit<Partial<ServerOptions>, "config"> = {},
  config: object = {},
): Promise<Working> {
  const model = startModel(world)
  const place = new URL(model.url).host
  const server = await world.server({
    image: await world.image(),
    config: {
      id: crypto.randomUUID(),
      name: "Acme",
      providers: { script: { baseUrl: model.url, models: ["script"], auth: "none" } },
      defaultModel: "script/script",
      providerHosts: [place],
      limits: { queuePerLoop: 1_000 },
      ...config,
    },
    ...options,
  })
  const visitor = await server.enter()
  await until("sandboxes can start", async () => (await fetch(`${server.url}/readyz`)).status === 200, { everyMs: 20 })
  const file = (loop: string, name: string) => join(server.home, "loops", loop, name)
  const ended = async (loop: string) => count(await readFile(file(loop, "messages.jsonl"), "utf8").catch(() => ""))

  const working: Working = {
    server,
    model,
    async loop(message) {
      const form = { clientId: crypto.randomUUID(), title: "Bench", ...(message && { message }) }
      const answer = await visitor.post("/loops", form)
      const id = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(answer.headers.get("location") ?? "")?.[0]
      if (!id) throw new Error(`no loop was made: ${answer.status} ${(await answer.text()).slice(0, 300)}`)
      await until("the loop is prepared", async () =>
        /"kind": "driven"/.test(await readFile(file(id, "meta.json"), "utf8")),
      )
      return id
    },
    ended,
    async nextEnd(loop) {
      const before = await ended(loop)
      await until("the turn has ended", async () => (await ended(loop)) > before, { everyMs: 2 })
    },
    async turn(loop, text) {
      const end = working.nextEnd(loop)
      const asked = model.nextRequest()
      const begun = performance.now()
      const answer = await visitor.post(
        `/loops/${loop}/messages`,
        { text, clientId: crypto.randomUUID() },
        { "hx-request": "true" },
      )
      if (answer.status !== 200) throw new Error(`a message answers ${answer.status}`)
      const accepted = performance.now() - begun
      const askedAt = await asked
      await end
      return { accepted, asked: askedAt - begun, finished: performance.now() - begun }
    },
    async wake(loop) {
      const begun = performance.now()
      const form = { text: "one turn", clientId: crypto.randomUUID() }
      const answer = await visitor.post(`/loops/${loop}/messages`, form, { "hx-request": "true" })
      if (answer.status !== 200) throw new Error(`a message answers ${answer.status}`)
      await until("a program runs in the sandbox", () => isAnybodyIn(`/loop/${loop}`), {
        everyMs: 10,
        timeoutMs: 240_000,
      })
      return performance.now() - begun
    },
    async lines(loop) {
      const text = await readFile(file(loop, "messages.jsonl"), "utf8")
      return text
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as { kind: string; seq: number })
    },
    container: async (loop) => (await output(["podman", "ps", "-q", "--filter", `label=loopat.loop=${loop}`])).trim(),
  }
  return working
}

const count = (text: string): number => text.match(/"kind":"turn-(finished|failed)"/g)?.length ?? 0

/** Running sandboxes whose agents have left. */
export async function startSandboxes(
  world: World,
  first: number,
): Promise<Working & { more(count: number): Promise<string[]> }> {
  const working = await createWorking(world, { env: { LOOPAT_SESSION_IDLE_MS: "500" } })
  const atRest = async (loop: string) => {
    const container = await working.container(loop)
    if (container === "") return false
    const [inside, agents] = await Promise.all([processesIn([container]), processesLike(/claude/)])
    return inside.length > 0 && !inside.some((pid) => agents.includes(pid))
  }
  const more = async (wanted: number) => {
    const loops: string[] = []
    for (let n = 0; n < wanted; n++) {
      const loop = await working.loop("one turn")
      await until("the turn has ended", async () => (await working.ended(loop)) > 0, { timeoutMs: 60_000 })
      loops.push(loop)
    }
    for (const loop of loops) await until("the agent has left", () => atRest(loop), { everyMs: 100, timeoutMs: 60_000 })
    return loops
  }
  await more(first)
  return { ...working, more }
}

/** What podman was told to make our container: for a bare run with the same flags and mounts. */
export async function bareRun(container: string, mark: string): Promise<{ flags: string[]; image: string }> {
  const text = await output([
    "podman",
    "inspect",
    "--type=container",
    "--format={{json .Config.CreateCommand}}",
    container,
  ])
  const [, , ...rest] = JSON.parse(text) as string[]
  const end = rest.findIndex((arg) => !arg.startsWith("--"))
  const own = /^--(name|label|hostname)=/
  const flags = [`--label=bench=${mark}`, ...rest.slice(0, end).filter((flag) => !own.test(flag))]
  return { flags, image: rest[end] ?? "" }
}

/** Where the server listens for this loop. */
export async function gatewaySocket(home: string, loop: string): Promise<string> {
  const { id }: { id: string } = JSON.parse(await readFile(join(home, "config.json"), "utf8"))
  const runtime = process.env["XDG_RUNTIME_DIR"] ?? "/run"
  const glob = new Bun.Glob(`${loop.replaceAll("-", "")}/gateway.sock`)
  for (const path of glob.scanSync({ cwd: join(runtime, "loopat", id.slice(0, 8)), onlyFiles: false, absolute: true }))
    return path
  throw new Error("the loop has no gateway socket")
}
