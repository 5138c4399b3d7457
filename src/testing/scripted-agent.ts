import type { AgentImage } from "../agent/attachments.ts"
import type { ContextUsage } from "../agent/agent-file.ts"
import type { AgentEnd, AgentHost, AgentStart, LiveAgent, ToolVerdict } from "../agent/live-agent.ts"
import { parseSignal } from "../agent/signals.ts"

/**
 * An agent that says what a test tells it to, through the same parser as the real one. By itself it answers each message
 * with its own text; a message that begins with `wait` gets no answer until the test gives one.
 */
export interface ScriptedAgent extends LiveAgent {
  readonly start: AgentStart
  /** What it was told, in order. */
  readonly said: { text: string; uuid: string; images?: readonly AgentImage[] }[]
  readonly calls: string[]
  /** One line of its output. */
  speak(message: Record<string, unknown>): void
  speakLine(line: string): void
  /** Words of the main conversation, whole. */
  answer(text: string): void
  stream(pieces: string[], options?: { block?: string; of?: "text" | "thinking" }): void
  /** The turn's result. */
  finish(more?: Record<string, unknown>): void
  use(tool: string, input: Record<string, unknown>, id: string): Promise<ToolVerdict>
  die(end?: Partial<AgentEnd>): void
  left: boolean
  /** It answers nothing by itself. */
  mute: boolean
  safeUpTo: number
  /** What it says about its memory. */
  context: ContextUsage | undefined
}

export interface ScriptedHost extends AgentHost {
  readonly agents: ScriptedAgent[]
  /** Agents that still run, as a later server would find them. */
  running: ScriptedAgent | undefined
  /** The next start says this and ends. */
  failNext: string | undefined
  /** The next start never introduces itself. */
  silentNext: boolean
  /** Sees one that is started before anybody else does. */
  onStart?: (agent: ScriptedAgent) => void
  /** What one that is joined says before the joining is over. */
  onAttach?: (agent: ScriptedAgent) => void
  /** Resolves when the number of starts and joins is reached. */
  started(count: number): Promise<ScriptedAgent>
}

export function scriptedHost(): ScriptedHost {
  const agents: ScriptedAgent[] = []
  const host: ScriptedHost = {
    agents,
    running: undefined,
    failNext: undefined,
    silentNext: false,
    async start(start) {
      const agent = scriptedAgent(start, host)
      agents.push(agent)
      host.onStart?.(agent)
      if (host.failNext === undefined) host.running = agent
      else agent.die({ lastWords: host.failNext, code: 1 })
      host.failNext = undefined
      host.silentNext = false
      return agent
    },
    async attach(start) {
      if (!host.running) return undefined
      const agent = scriptedAgent(start, host)
      agents.push(agent)
      host.running = agent
      host.onAttach?.(agent)
      return { agent, overflowed: false }
    },
    started: (count) => until(() => agents[count - 1], `agent ${count}`),
  }
  return host
}

/** Waits for something to become true, letting everything else run meanwhile. */
export async function until<T>(look: () => T | undefined | false, what: string): Promise<T> {
  for (let tries = 0; tries < 5_000; tries++) {
    const found = look()
    if (found !== undefined && found !== false) return found
    await new Promise<void>((resolve) => setTimeout(resolve, 1))
  }
  throw new Error(`it never came: ${what}`)
}

function scriptedAgent(start: AgentStart, host: ScriptedHost): ScriptedAgent {
  const ended = Promise.withResolvers<AgentEnd>()
  const ready = Promise.withResolvers<void>()
  let place = 0
  let serial = 0
  let dead = false
  const nextUuid = () => `${start.session.id.slice(0, 8)}-${host.agents.length}-${++serial}`
  const agent: ScriptedAgent = {
    start,
    said: [],
    calls: [],
    left: false,
    mute: false,
    safeUpTo: 0,
    context: undefined,
    async contextUsage() {
      return agent.context
    },
    introduction: { hello: true },
    ended: ended.promise,
    ready: ready.promise,
    speak: (message) => agent.speakLine(JSON.stringify(message)),
    speakLine(line) {
      place += line.length + 1
      if (!agent.left) start.listener.heard(parseSignal(line), place)
    },
    answer(text) {
      agent.speak({
        type: "assistant",
        uuid: nextUuid(),
        parent_tool_use_id: null,
        message: { role: "assistant", content: [{ type: "text", text }] },
      })
    },
    stream(pieces, { block = "msg_1", of = "text" } = {}) {
      const event = (event: object) =>
        agent.speak({ type: "stream_event", parent_tool_use_id: null, api_message_id: block, event, uuid: nextUuid() })
      event({ type: "content_block_start", index: 0, content_block: { type: of } })
      for (const piece of pieces)
        event({ type: "content_block_delta", index: 0, delta: of === "text" ? { text: piece } : { thinking: piece } })
    },
    finish(more = {}) {
      const answers = agent.said.slice(-1).map(({ uuid }) => uuid)
      agent.speak({
        type: "result",
        subtype: "success",
        is_error: false,
        uuid: nextUuid(),
        user_message_uuids: answers,
        ...more,
      })
    },
    use(tool, input, id) {
      agent.speak({
        type: "assistant",
        uuid: nextUuid(),
        parent_tool_use_id: null,
        message: { role: "assistant", content: [{ type: "tool_use", id, name: tool, input }] },
      })
      const call = {
        tool,
        input,
        toolUse: id,
        suggestions: [],
        noAlways: false,
        withdrawn: new AbortController().signal,
      }
      return start.listener.decide(call)
    },
    say(text, uuid, images = []) {
      agent.said.push({ text, uuid, ...(images.length > 0 && { images }) })
      agent.speak({ type: "command_lifecycle", command_uuid: uuid, state: "started", uuid: nextUuid() })
      if (agent.mute || text.startsWith("wait")) return
      agent.answer(`You said: ${text}`)
      agent.finish()
    },
    async interrupt() {
      agent.calls.push("interrupt")
    },
    async setModel(model) {
      agent.calls.push(`model ${model}`)
    },
    async setMode(mode) {
      agent.calls.push(`mode ${mode}`)
    },
    safe: (upTo) => void (agent.safeUpTo = upTo),
    leave() {
      agent.left = true
      agent.calls.push("leave")
    },
    async close() {
      agent.calls.push("close")
      agent.die({ code: 0 })
    },
    die(end = {}) {
      if (dead) return
      dead = true
      if (host.running === agent) host.running = undefined
      ended.resolve({ code: null, signal: null, lastWords: "", ...end })
      ready.resolve()
    },
  }
  if (host.failNext !== undefined) Object.assign(agent, { introduction: undefined })
  else if (!host.silentNext) ready.resolve()
  return agent
}
