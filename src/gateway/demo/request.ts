import { z } from "zod"

/** The parts of a Messages API request that the script reads; everything else in it is let be. */
const block = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  id: z.string().optional(),
  name: z.string().optional(),
  input: z.record(z.string(), z.unknown()).optional(),
  tool_use_id: z.string().optional(),
  content: z.unknown().optional(),
  is_error: z.boolean().optional(),
})
const content = z.union([z.string(), z.array(block)])

export const messagesRequest = z.looseObject({
  model: z.string(),
  messages: z.array(z.object({ role: z.string(), content })).min(1),
  system: content.optional(),
  tools: z.array(z.looseObject({ name: z.string().optional() })).default([]),
  max_tokens: z.number().int().positive().default(32_000),
  stream: z.boolean().default(false),
  output_config: z.looseObject({ format: z.unknown().optional() }).optional(),
})

export type MessagesRequest = z.infer<typeof messagesRequest>
export type Block = z.infer<typeof block>
export type Message = MessagesRequest["messages"][number]

export const blocksOf = (content: string | Block[] | undefined): Block[] =>
  typeof content === "string" ? [{ type: "text", text: content }] : (content ?? [])

/** The words of a message or of a tool's result, whatever shape they were sent in. */
export function plainText(content: unknown): string {
  if (typeof content === "string") return content
  const parsed = z.array(block).safeParse(content)
  if (!parsed.success) return ""
  return parsed.data
    .map((one) => one.text ?? plainText(one.content))
    .filter((text) => text !== "")
    .join("\n")
}
