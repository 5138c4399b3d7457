/** The same agent without sandbox and server: its program on this host, spoken to over its pipes. */
import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import type { World } from "./bench.ts"
import { environment, pinned } from "./programs.ts"
import { agentProgram } from "./server.ts"
import { startModel, type Model } from "./working.ts"

/** What the SDK tells the agent, as far as it matters for how it speaks. */
export const agentArguments = [
  ...["--output-format", "stream-json", "--input-format", "stream-json", "--verbose", "--include-partial-messages"],
  ...["--model", "script", "--setting-sources", "user"],
]

export const quiet = {
  ANTHROPIC_API_KEY: "loopat",
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
  DISABLE_TELEMETRY: "1",
  DISABLE_ERROR_REPORTING: "1",
  DISABLE_AUTOUPDATER: "1",
}

export interface BareAgent {
  readonly pid: number
  readonly model: Model
  /** Says it and waits for the result. Milliseconds until the model was asked and until the result. */
  turn(text: string): Promise<{ asked: number; finished: number }>
  /** Says it and waits for the result, whoever answers. */
  turnWithoutRequest(text: string): Promise<void>
  /** Each line of its output, as it comes. */
  onLine: ((line: string) => void) | undefined
}

export const userLine = (text: string): string =>
  `${JSON.stringify({ type: "user", message: { role: "user", content: text }, parent_tool_use_id: null, session_id: "" })}\n`

export async function startBareAgent(world: World): Promise<BareAgent> {
  const model = startModel(world)
  const home = join(world.folder, "bare-agent")
  await mkdir(home, { recursive: true })
  const child = Bun.spawn(pinned([agentProgram, ...agentArguments]), {
    cwd: home,
    env: environment(world.mark, { ...quiet, HOME: home, CLAUDE_CONFIG_DIR: home, ANTHROPIC_BASE_URL: model.url }),
    stdin: "pipe",
    stdout: "pipe",
    stderr: "ignore",
  })
  world.stack.defer(async () => {
    child.kill("SIGKILL")
    await child.exited
  })
  let results: (() => void)[] = []
  const agent: BareAgent = {
    pid: child.pid,
    model,
    onLine: undefined,
    async turnWithoutRequest(text) {
      const result = new Promise<void>((resolve) => results.push(resolve))
      await child.stdin.write(userLine(text))
      await child.stdin.flush()
      await result
    },
    async turn(text) {
      const asked = model.nextRequest()
      const begun = performance.now()
      const result = agent.turnWithoutRequest(text)
      const askedAt = await asked
      await result
      return { asked: askedAt - begun, finished: performance.now() - begun }
    },
  }
  void readLines(child.stdout, (line) => {
    agent.onLine?.(line)
    if (!line.includes('"type":"result"')) return
    const all = results
    results = []
    for (const tell of all) tell()
  })
  return agent
}

async function readLines(from: ReadableStream<Uint8Array>, take: (line: string) => void): Promise<void> {
  const decoder = new TextDecoder()
  let rest = ""
  for await (const piece of from) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split("\n")
    rest = lines.pop() ?? ""
    for (const line of lines) take(line)
  }
}
