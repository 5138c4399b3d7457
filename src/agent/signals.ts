import { z } from "zod"
import { beginningOf } from "./oversize.ts"

/** One thing the agent said, as far as this program understands it. */
export type AgentSignal =
  /** A whole message: to be stored. `session`: the conversation that goes on from here. */
  | { kind: "message"; message: AgentMessage; uuid?: string; session?: string }
  | { kind: "result"; message: AgentMessage; uuid?: string; answers?: readonly string[]; outcome: ResultOutcome }
  /** A block begins to stream. `block` is the same for all its pieces. */
  | { kind: "block"; block: string; of: "text" | "thinking" | "tool"; tool?: string }
  | { kind: "piece"; block: string; text: string }
  /** The agent took up the message with this uuid. */
  | { kind: "took"; uuid: string }
  | { kind: "activity"; state: "running" | "idle" | "waiting" }
  | { kind: "retrying"; attempt: number; of: number; inMs: number; status?: number }
  | { kind: "mode"; mode: string }
  /** Something that is neither stored nor shown. */
  | { kind: "tick" }
  /** Output that is no message at all, cut at 64 KiB. */
  | { kind: "malformed"; text: string }

export interface AgentMessage {
  type: string
  [key: string]: unknown
}

export type ResultOutcome =
  | { kind: "done" }
  | { kind: "aborted" }
  | { kind: "api-error"; status?: number; text: string }
  | { kind: "limit"; text: string }
  | { kind: "error"; text: string }

const malformedKept = 64 * 1024

/** One line of the agent's output (SDK messages of version 0.3.x). Unknown kinds are kept whole. */
export const parseSignal = (line: string): AgentSignal => signalOf(parseJson(line), line)

/** The same of a line that somebody has parsed already: a long one must not lie in memory twice. */
export function signalOf(value: unknown, line: string): AgentSignal {
  const parsed = Message.safeParse(value)
  if (!parsed.success) return { kind: "malformed", text: beginningOf(line, malformedKept) }
  const message = parsed.data
  const parse = Object.hasOwn(parsers, message.type) ? parsers[message.type] : undefined
  return (parse ?? whole)(message)
}

const Message = z.looseObject({ type: z.string() })

/** Undefined for what is no JSON. */
export function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

const whole = (message: AgentMessage): AgentSignal => ({ kind: "message", message, ...uuidOf(message) })
const tick: AgentSignal = { kind: "tick" }

const uuidOf = ({ uuid }: AgentMessage) => (typeof uuid === "string" ? { uuid } : {})

const parsers: Record<string, (message: AgentMessage) => AgentSignal> = {
  result,
  stream_event: streamEvent,
  system,
  command_lifecycle(message) {
    const parsed = Lifecycle.safeParse(message)
    return parsed.success && parsed.data.state === "started" ? { kind: "took", uuid: parsed.data.command_uuid } : tick
  },
  keep_alive: () => tick,
  tool_progress: () => tick,
}

const Lifecycle = z.looseObject({ command_uuid: z.string(), state: z.string() })

const Result = z.looseObject({
  subtype: z.string(),
  is_error: z.boolean().optional(),
  result: z.string().optional(),
  api_error_status: z.number().nullish(),
  terminal_reason: z.string().nullish(),
  errors: z.array(z.unknown()).optional(),
  user_message_uuids: z.array(z.string()).optional(),
})

function result(message: AgentMessage): AgentSignal {
  const parsed = Result.safeParse(message)
  if (!parsed.success) return whole(message)
  const { user_message_uuids: answers } = parsed.data
  return { kind: "result", message, ...uuidOf(message), ...(answers && { answers }), outcome: outcomeOf(parsed.data) }
}

function outcomeOf(result: z.infer<typeof Result>): ResultOutcome {
  const text = result.result ?? (result.errors ?? []).filter((error) => typeof error === "string").join("\n")
  if (result.terminal_reason?.startsWith("aborted")) return { kind: "aborted" }
  if (result.subtype === "success") {
    if (!result.is_error) return { kind: "done" }
    const status = result.api_error_status
    return { kind: "api-error", text, ...(typeof status === "number" && { status }) }
  }
  if (result.subtype === "error_max_turns" || result.subtype === "error_max_budget_usd") return { kind: "limit", text }
  return { kind: "error", text }
}

const StreamEvent = z.looseObject({
  parent_tool_use_id: z.string().nullish(),
  api_message_id: z.string().optional(),
  event: z.discriminatedUnion("type", [
    z.looseObject({
      type: z.literal("content_block_start"),
      index: z.number(),
      content_block: z.looseObject({ type: z.string(), name: z.string().optional() }),
    }),
    z.looseObject({
      type: z.literal("content_block_delta"),
      index: z.number(),
      delta: z.looseObject({ text: z.string().optional(), thinking: z.string().optional() }),
    }),
  ]),
})

/** Pieces of the main conversation only: what sub-agents write is shown when it is whole. */
function streamEvent(message: AgentMessage): AgentSignal {
  const parsed = StreamEvent.safeParse(message)
  if (!parsed.success || parsed.data.parent_tool_use_id) return tick
  const { event, api_message_id = "message" } = parsed.data
  const block = `${api_message_id}-${event.index}`
  if (event.type === "content_block_delta") {
    const text = event.delta.text ?? event.delta.thinking
    return text ? { kind: "piece", block, text } : tick
  }
  const { type, name } = event.content_block
  if (type === "text" || type === "thinking") return { kind: "block", block, of: type }
  return type === "tool_use" ? { kind: "block", block, of: "tool", ...(name && { tool: name }) } : tick
}

const systemTicks = new Set(["thinking_tokens", "task_progress", "background_tasks_changed", "hook_progress"])

const Retry = z.looseObject({
  attempt: z.number(),
  max_retries: z.number(),
  retry_delay_ms: z.number(),
  error_status: z.number().nullish(),
})

function system(message: AgentMessage): AgentSignal {
  const { subtype } = message
  if (typeof subtype !== "string") return whole(message)
  if (systemTicks.has(subtype)) return tick
  if (subtype === "init") return introduction(message)
  if (subtype === "session_state_changed")
    return { kind: "activity", state: activities[String(message.state)] ?? "idle" }
  if (subtype === "status")
    return typeof message.permissionMode === "string" ? { kind: "mode", mode: message.permissionMode } : tick
  if (subtype === "api_retry") return retrying(message)
  return whole(message)
}

/** The id comes from inside the sandbox and becomes an argument of the next start. */
const SessionId = z.uuid()

function introduction(message: AgentMessage): AgentSignal {
  const session = SessionId.safeParse(message.session_id)
  return { kind: "message", message, ...uuidOf(message), ...(session.success && { session: session.data }) }
}

const activities: Record<string, "running" | "waiting"> = { running: "running", requires_action: "waiting" }

function retrying(message: AgentMessage): AgentSignal {
  const parsed = Retry.safeParse(message)
  if (!parsed.success) return tick
  const { attempt, max_retries: of, retry_delay_ms: inMs, error_status: status } = parsed.data
  return { kind: "retrying", attempt, of, inMs, ...(typeof status === "number" && { status }) }
}
