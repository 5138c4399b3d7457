import { z } from "zod"
import { type Conversation, languageOf } from "./conversation.ts"
import { type MessagesRequest, plainText } from "./request.ts"
import { wordsIn } from "./words.ts"

/** Fixed text for what the agent's program asks on its own account: titles, summaries and small tasks. */
export function shortAnswer(request: MessagesRequest, conversation: Conversation): string | undefined {
  const { words } = conversation
  if (/Your task is to (?:create|write) a (?:detailed )?summary|summary inside <summary>/i.test(words))
    return `<summary>\n${wordsIn(languageOf(earlierWords(request))).summary}\n</summary>`
  if (words.startsWith("[SUGGESTION MODE")) return "ok"
  if (request.tools.length > 0) return undefined
  const system = plainText(request.system)
  const title = wordsIn(languageOf(words)).title
  const format = shape.safeParse(request.output_config?.format)
  if (format.success) return JSON.stringify(filled(format.data.schema, title))
  if (/\btitle\b|标题/i.test(system)) return /json/i.test(system) ? JSON.stringify({ title }) : title
  if (/summar(?:y|ize|ise)|总结/i.test(system)) return wordsIn(languageOf(words)).summary
  return system.includes("Claude") || system.includes("x-anthropic-billing-header") ? "ok" : undefined
}

/** The words before the summary was asked for decide its language. */
const earlierWords = ({ messages }: MessagesRequest): string =>
  messages
    .slice(0, -1)
    .filter(({ role }) => role === "user")
    .map(({ content }) => plainText(content).replace(/<system-reminder>[\s\S]*?<\/system-reminder>/g, ""))
    .join("\n")

const shape = z.looseObject({ schema: z.looseObject({ properties: z.record(z.string(), z.looseObject({})) }) })

/** An object as the request's schema wants it: the title in every text, and the emptiest of everything else. */
function filled(schema: z.infer<typeof shape>["schema"], title: string): Record<string, unknown> {
  const empty: Record<string, unknown> = { boolean: false, integer: 0, number: 0, array: [], object: {}, null: null }
  return Object.fromEntries(
    Object.entries(schema.properties).map(([name, { type }]) => [
      name,
      typeof type === "string" && type in empty ? empty[type] : title,
    ]),
  )
}
