import { z } from "zod"
import type { Kept } from "./oversize.ts"
import type { AgentMessage } from "./signals.ts"

/** What a stored agent message holds for a reader. Kinds that nobody has heard of hold nothing. */
export type Block =
  | { kind: "text"; text: string }
  | { kind: "thinking"; text: string; ms?: number }
  | { kind: "call"; id: string; tool: string; input: Record<string, unknown>; whole?: Kept }
  /** `whole`: where all of it lies, when this is only its beginning. */
  | { kind: "result"; call: string; text: string; failed: boolean; whole?: Kept }
  | { kind: "boundary"; what: "compacted" | "reset" }
  | { kind: "task-ended"; summary: string }

export interface Blocks {
  /** The call of the sub-agent that this belongs to. */
  parent?: string
  blocks: Block[]
}

/** `kept`: texts of which the message holds only the beginning. */
export function blocksOf(message: AgentMessage, kept: readonly Kept[] = []): Blocks {
  const parsed = Spoken.safeParse(message)
  if (!parsed.success) return { blocks: systemBlocks(message) }
  // To find out that something is not an excuse is dear, and every message but a few has no error.
  if ("error" in message && Excuse.safeParse(message).success) return { blocks: [] }
  const { parent_tool_use_id: parent, message: inner, thinking_duration_ms: ms } = parsed.data
  const content = typeof inner.content === "string" ? [] : inner.content
  const blocks = content.flatMap((part, index) => {
    const whole = kept.find(({ at }) => at.startsWith(`/message/content/${index}/`))
    return blockOf(part, message.type, ms ?? undefined).map((block) => (whole ? withWhole(block, whole) : block))
  })
  return parent ? { parent, blocks } : { blocks }
}

const withWhole = (block: Block, whole: Kept): Block =>
  block.kind === "call" || block.kind === "result" ? { ...block, whole } : block

/** The model itself has said something; the agent's own excuse for a refused request is nothing of the kind. */
export const isAnswer = (message: AgentMessage): boolean =>
  message.type === "assistant" && !Excuse.safeParse(message).success

/** The words of a tool result's content: text blocks joined, images named. */
function wordsOf(content: unknown): string {
  if (typeof content === "string") return content
  if (!Array.isArray(content)) return content === undefined || content === null ? "" : JSON.stringify(content)
  return content
    .map((part) => {
      const text = Text.safeParse(part)
      return text.success ? text.data.text : `[${Typed.safeParse(part).data?.type ?? "?"}]`
    })
    .join("\n")
}

const Spoken = z.object({
  type: z.enum(["assistant", "user"]),
  parent_tool_use_id: z.string().nullish(),
  thinking_duration_ms: z.number().nullish(),
  message: z.object({ content: z.union([z.string(), z.array(z.unknown())]) }),
})
/** The agent's own words for a refused model request, made to look like an answer. The failed turn says it better. */
const Excuse = z.looseObject({
  type: z.literal("assistant"),
  error: z.string(),
  message: z.looseObject({ model: z.literal("<synthetic>") }),
})
const Typed = z.looseObject({ type: z.string() })
const Text = z.object({ type: z.literal("text"), text: z.string() })

const Part = z.discriminatedUnion("type", [
  Text,
  z.object({ type: z.literal("thinking"), thinking: z.string() }),
  z.object({
    type: z.literal("tool_use"),
    id: z.string(),
    name: z.string(),
    input: z.record(z.string(), z.unknown()).catch({}),
  }),
  z.object({
    type: z.literal("tool_result"),
    tool_use_id: z.string(),
    content: z.unknown().optional(),
    is_error: z.boolean().nullish(),
  }),
])

function blockOf(value: unknown, speaker: string, ms: number | undefined): Block[] {
  const parsed = Part.safeParse(value)
  if (!parsed.success) return []
  const part = parsed.data
  switch (part.type) {
    case "text":
      // What stands as text beside tool results was put there by the agent's own program for the model.
      return speaker === "assistant" && part.text.trim() !== "" ? [{ kind: "text", text: part.text }] : []
    case "thinking":
      return part.thinking.trim() === ""
        ? []
        : [{ kind: "thinking", text: part.thinking, ...(ms !== undefined && { ms }) }]
    case "tool_use":
      return [{ kind: "call", id: part.id, tool: part.name, input: part.input }]
    case "tool_result":
      return [{ kind: "result", call: part.tool_use_id, text: wordsOf(part.content), failed: part.is_error === true }]
  }
}

function systemBlocks(message: AgentMessage): Block[] {
  if (message.type === "conversation_reset") return [{ kind: "boundary", what: "reset" }]
  if (message.type !== "system") return []
  if (message.subtype === "compact_boundary") return [{ kind: "boundary", what: "compacted" }]
  if (message.subtype === "task_notification" && typeof message.summary === "string")
    return [{ kind: "task-ended", summary: message.summary }]
  return []
}
