import { blocksOf, type Message, type MessagesRequest, plainText } from "./request.ts"

/** A tool that was called since the person's last words, and what came of it. */
export interface Call {
  name: string
  input: Record<string, unknown>
  result: string
  failed: boolean
}

export type Language = "en" | "zh"

/** What the script knows of a request. */
export interface Conversation {
  /** The person's last words; what the agent's program adds around them is left out. */
  words: string
  language: Language
  /** No answer of ours stands before these words. */
  first: boolean
  /** How many of our answers followed these words. */
  step: number
  calls: Call[]
  /** A background command has ended, and nobody said anything since. */
  notice?: string
  offers(tool: string): boolean
  /** Absolute, where the agent works. */
  folder?: string
  /** The folder of the agent's notes about its person, with a slash at its end. */
  memory?: string
  plan: { on: boolean; file?: string }
}

export function readConversation(request: MessagesRequest): Conversation {
  const { messages } = request
  const spoken = messages.findLastIndex((message) => message.role === "user" && personsWords(message) !== "")
  const asked = messages[spoken]
  const words = asked ? personsWords(asked) : ""
  const since = messages.slice(spoken + 1)
  const around = surroundings(request)
  const notice = noticeIn(messages)
  return {
    words,
    language: languageOf(words),
    first: !messages.slice(0, Math.max(spoken, 0)).some(({ role }) => role === "assistant"),
    step: since.filter(({ role }) => role === "assistant").length,
    calls: callsIn(since),
    ...(notice !== undefined && { notice }),
    offers: offered(request, around),
    folder: firstFound(around, /^ *-? *(?:Primary w|W)orking directory: (\/.*?)\s*$/m),
    memory: firstFound(around, /memory at `(\/[^`]+\/)`/),
    plan: planIn(around),
  }
}

/** One Chinese character makes it Chinese, unless there is Japanese or Korean writing beside it. */
export const languageOf = (words: string): Language =>
  /\p{Script=Han}/u.test(words) && !/[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(words)
    ? "zh"
    : "en"

/**
 * Messages that got no answer, because of an error or an interruption, are sent again together with the next one, a
 * block each: only the newest counts.
 */
const personsWords = (message: Message): string =>
  blocksOf(message.content)
    .filter(({ type }) => type === "text")
    .map(({ text = "" }) => withoutAdditions(text))
    .findLast((text) => text !== "") ?? ""

/** What the agent's program writes in a person's place: reminders, its own commands, a summary, the wish to go on. */
function withoutAdditions(text: string): string {
  if (insteadOfWords.test(text)) return ""
  return text
    .replace(/<(system-reminder|task-notification|command-[a-z]+|local-command-[a-z]+)>[\s\S]*?<\/\1>/g, "")
    .replace(/\[Request interrupted by user[^\]]*\]/g, "")
    .trim()
}

const insteadOfWords =
  /^(?:This session is being continued from|Your response above was cut off mid-stream|Continue from where you left off\.$)/

function callsIn(messages: Message[]): Call[] {
  const blocks = messages.flatMap(({ content }) => blocksOf(content))
  const results = new Map(blocks.filter(({ type }) => type === "tool_result").map((one) => [one.tool_use_id, one]))
  return blocks
    .filter(({ type }) => type === "tool_use")
    .map(({ id, name = "", input = {} }) => {
      const result = results.get(id)
      return { name, input, result: plainText(result?.content), failed: result?.is_error === true }
    })
}

/** What was said by nobody: system prompt, system messages and reminders, in their order. */
const surroundings = ({ system, messages }: MessagesRequest): string =>
  [plainText(system), ...messages.flatMap(besides)].join("\n")

function besides({ role, content }: Message): string[] {
  if (role === "system") return [plainText(content)]
  if (role !== "user") return []
  return blocksOf(content).flatMap(({ text = "" }) => text.match(/<system-reminder>[\s\S]*?<\/system-reminder>/g) ?? [])
}

/** Tools whose description is fetched later are named one a line in a system message; they can be called nevertheless. */
function offered({ tools }: MessagesRequest, around: string): (tool: string) => boolean {
  const names = new Set(tools.map(({ name }) => name))
  const [, later = ""] = /deferred tools are now available[^\n]*\n((?:[\w-]+\n)+)/.exec(`${around}\n`) ?? []
  for (const name of later.split("\n")) names.add(name)
  return (tool) => names.has(tool)
}

function planIn(around: string): Conversation["plan"] {
  const on = around.lastIndexOf("Plan mode is active") > around.lastIndexOf("Exited Plan Mode")
  const files = [...around.matchAll(/(?:create your plan at|plan file already exists at) (\/\S+\.md)/g)]
  return { on, file: files.at(-1)?.[1] }
}

function noticeIn(messages: Message[]): string | undefined {
  const last = messages.findLast(({ role }) => role !== "system")
  if (last?.role !== "user" || personsWords(last) !== "") return undefined
  const blocks = blocksOf(last.content)
  if (blocks.some(({ type }) => type === "tool_result")) return undefined
  const text = plainText(last.content)
  if (!text.includes("<task-notification>")) return undefined
  return firstFound(text, /<summary>([\s\S]*?)<\/summary>/) ?? ""
}

const firstFound = (text: string, pattern: RegExp): string | undefined => pattern.exec(text)?.[1]
