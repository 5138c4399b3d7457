import type { AgentImage } from "./attachments.ts"
import type { LoopId } from "../lib/ids.ts"
import type { Box } from "../sandbox/index.ts"
import type { ContextUsage } from "./agent-file.ts"
import type { AgentSignal } from "./signals.ts"

/** Modes that a person can choose. */
export type Mode = "default" | "bypassPermissions"

/** A tool call that somebody has to decide about. */
export interface ToolCall {
  tool: string
  /** The agent's id of this call; the same one again is the same question. */
  toolUse: string
  input: Record<string, unknown>
  reason?: string
  blockedPath?: string
  /** Rules that the agent itself would offer, as `Tool(content)`. */
  suggestions: readonly { tool: string; content?: string }[]
  /** The agent says that "always" must not be offered. */
  noAlways: boolean
  /** Aborts when the agent does not want to know any more. */
  withdrawn: AbortSignal
}

export type ToolVerdict = { kind: "allow"; input: Record<string, unknown> } | { kind: "deny"; words: string }

/** Who listens to one agent. Called in the order in which the agent spoke. */
export interface AgentListener {
  /** `upTo`: pass it to `safe` once everything up to here is durable. */
  heard(signal: AgentSignal, upTo: number): void
  decide(call: ToolCall): Promise<ToolVerdict>
  /** Whether this tool must be asked about, whatever the agent's own settings allow. */
  mustAsk(tool: string): boolean
  /** No tool does anything before this resolves. */
  beforeTool(): Promise<void>
  /** The agent's own diagnostics. */
  logged(text: string): void
}

/** The conversation: a new one under this id, an earlier one continued, or where `copied` is given one that begins as a copy. */
export interface Session {
  id: string
  resume: boolean
  copied?: Copied
}

/** A part of another conversation: as far as the agent's message `upTo`. */
export interface Copied {
  of: string
  upTo: string
}

export interface AgentStart {
  loop: LoopId
  box: Box
  mode: Mode
  model: string
  /** Of the model, in tokens; unknown for an agent that runs already. */
  window?: number
  session: Session
  /** Appended to the system prompt. */
  doctrine: string
  listener: AgentListener
}

/** One agent that runs in a sandbox. */
export interface LiveAgent {
  /** What a later server needs to attach to it; undefined until the agent has introduced itself. */
  readonly introduction: unknown
  /** Resolves once, when the program is gone; never rejects. */
  readonly ended: Promise<AgentEnd>
  /** Resolves when the agent has introduced itself, or has ended. */
  readonly ready: Promise<void>
  /** The same uuid twice is one message for the agent. */
  say(text: string, uuid: string, images?: readonly AgentImage[]): void
  /** Stops what it does; the result follows. Resolves when the agent has confirmed. */
  interrupt(): Promise<void>
  setMode(mode: Mode): Promise<void>
  /** From the next model request on. `window` is in tokens. */
  setModel(model: string, window: number): Promise<void>
  /** How full its memory is; undefined when it cannot tell. Rejects when it ends meanwhile. */
  contextUsage(): Promise<ContextUsage | undefined>
  /** Everything heard up to here is durable: the sandbox may forget it. */
  safe(upTo: number): void
  /** Leaves it running for a later server. */
  leave(): void
  /** Ends it and everything that it started. */
  close(): Promise<void>
}

export interface AgentEnd {
  code: number | null
  signal: string | null
  /** The last words it said on its error output. */
  lastWords: string
}

/** Starts agents; the only implementation with a real one is `claude.ts`. */
export interface AgentHost {
  start(start: AgentStart): Promise<LiveAgent>
  /** Joins one that an earlier server started. Undefined when it runs no more. */
  attach(start: AgentStart, introduction: unknown): Promise<{ agent: LiveAgent; overflowed: boolean } | undefined>
}
