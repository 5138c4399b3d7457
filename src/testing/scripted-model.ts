import { z } from "zod"
import { type Content, messageStream, wholeMessage } from "./scripted-stream.ts"

/**
 * A stand-in for the Anthropic Messages API. Without a queued answer the last words of the person decide: each line that
 * begins with `#` is one answer, one per model call:
 * `#say TEXT` · `#bash COMMAND` · `#write PATH TEXT` · `#read PATH` · `#tool NAME JSON` · `#think TEXT` (then the next)
 * · `#slow COUNT MS` · `#error STATUS` · `#cut` (the stream breaks). Without any it answers `echo: …`.
 */
export interface ScriptedModel {
  serve(request: Request): Promise<Response>
  /** Every request, in order. `main`: the agent's conversation, not one of its small helper calls. */
  readonly requests: ModelRequest[]
  queue(...replies: Reply[]): void
  /** Answers the conversation with this status until it is undefined again; the agent itself tries some of them twice. */
  refusing: number | undefined
  /** The words of people in the conversation of the last main request, oldest first. */
  heard(): string[]
}

export interface ModelRequest {
  path: string
  kind: "main" | "aux" | "other"
  headers: Headers
  body: ModelBody
}

export type Reply =
  | { text: string; thinking?: string; everyMs?: number }
  | { tool: string; input: unknown }
  | { slow: number; everyMs: number }
  | { error: number }
  | { cut: string }

const Block = z.looseObject({ type: z.string(), text: z.string().optional(), content: z.unknown().optional() })
const Message = z.looseObject({ role: z.string(), content: z.unknown() })
const ModelBody = z.looseObject({
  model: z.string().catch("none"),
  stream: z.boolean().catch(false),
  messages: z.array(Message).catch([]),
  tools: z.array(z.unknown()).catch([]),
})
type ModelBody = z.infer<typeof ModelBody>

export function createScriptedModel(): ScriptedModel {
  const requests: ModelRequest[] = []
  const queued: Reply[] = []

  async function serve(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    const text = request.method === "POST" ? await request.text() : "{}"
    const body = ModelBody.parse(text === "" ? {} : JSON.parse(text))
    const kind = kindOf(pathname, body)
    requests.push({ path: pathname, kind, headers: request.headers, body })
    if (pathname === "/v1/messages/count_tokens") return Response.json({ input_tokens: 10 })
    if (kind === "other") return refuse(404, "no such thing here")
    const { words, step, results } = lastPrompt(body.messages)
    if (kind === "main" && model.refusing !== undefined) return refuse(model.refusing, "scripted failure")
    const reply = kind === "main" ? (queued.shift() ?? replyFor(words, step, results)) : { text: '{"title":"A title"}' }
    if ("error" in reply) return refuse(reply.error, "scripted failure")
    return body.stream
      ? messageStream(body.model, contentOf(reply), pacing(reply))
      : wholeMessage(body.model, contentOf(reply))
  }

  const model: ScriptedModel = {
    serve,
    requests,
    refusing: undefined,
    queue: (...replies) => void queued.push(...replies),
    heard() {
      const last = requests.findLast(({ kind }) => kind === "main")
      return (last?.body.messages ?? [])
        .filter(({ role }) => role === "user")
        .flatMap(({ content }) => wordsOf(content) || [])
    },
  }
  return model
}

/** The conversation offers tools; the agent's small helper calls do not. */
function kindOf(path: string, { tools }: ModelBody): ModelRequest["kind"] {
  if (path !== "/v1/messages") return "other"
  return tools.length > 1 ? "main" : "aux"
}

const refuse = (status: number, message: string) =>
  Response.json(
    { type: "error", error: { type: status === 529 ? "overloaded_error" : "api_error", message } },
    { status },
  )

const pacing = (reply: Reply) => ({
  everyMs: "everyMs" in reply ? (reply.everyMs ?? 0) : 0,
  breaks: "cut" in reply,
})

function contentOf(reply: Exclude<Reply, { error: number }>): Content[] {
  if ("tool" in reply) return [{ type: "tool_use", name: reply.tool, input: reply.input }]
  if ("slow" in reply)
    return [{ type: "text", text: Array.from({ length: reply.slow }, (_, n) => `word${n} `).join("") }]
  if ("cut" in reply) return [{ type: "text", text: reply.cut }]
  const thought: Content[] = reply.thinking === undefined ? [] : [{ type: "thinking", thinking: reply.thinking }]
  return [...thought, { type: "text", text: reply.text }]
}

/** The person's latest words, how many answers came since, and what tools said. */
function lastPrompt(messages: ModelBody["messages"]): { words: string; step: number; results: string[] } {
  let step = 0
  const results: string[] = []
  for (const { role, content } of messages.toReversed()) {
    if (role === "assistant") step++
    if (role !== "user") continue
    results.unshift(...blocks(content).flatMap((block) => (block.type === "tool_result" ? plain(block.content) : [])))
    const words = wordsOf(content)
    if (words !== "") return { words, step, results }
  }
  return { words: "", step, results }
}

const wordsOf = (content: unknown): string =>
  blocks(content)
    .flatMap((block) => (block.type === "text" ? [block.text ?? ""] : []))
    .join("\n")
    .replace(/<system-reminder>[\s\S]*?<\/system-reminder>/g, "")
    .replace(/\[Request interrupted by user[^\]]*\]/g, "")
    .trim()

const blocks = (content: unknown): z.infer<typeof Block>[] =>
  typeof content === "string" ? [{ type: "text", text: content }] : z.array(Block).catch([]).parse(content)

const plain = (content: unknown): string =>
  blocks(content)
    .map((block) => block.text ?? "")
    .join("\n")

function replyFor(words: string, step: number, results: string[]): Reply {
  const lines = words
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => /^#[a-z]+/.test(line))
  if (lines.length === 0) return { text: `echo: ${words.slice(0, 200)}` }
  const thinking = lines.find((line) => line.startsWith("#think "))?.slice(7)
  const line = lines.filter((one) => !one.startsWith("#think "))[step]
  const reply = line === undefined ? { text: `done: ${results.at(-1) ?? ""}` } : directive(line)
  return "text" in reply && thinking !== undefined ? { ...reply, thinking } : reply
}

function directive(line: string): Reply {
  const [, name = "", rest = ""] = /^#([a-z]+)\s*(.*)$/.exec(line) ?? []
  const [first = "", ...more] = rest.split(" ")
  const make: Record<string, () => Reply> = {
    say: () => ({ text: rest }),
    bash: () => ({ tool: "Bash", input: { command: rest, description: "run it" } }),
    write: () => ({ tool: "Write", input: { file_path: first, content: more.join(" ") } }),
    read: () => ({ tool: "Read", input: { file_path: first } }),
    tool: () => ({ tool: first, input: JSON.parse(more.join(" ")) as unknown }),
    slow: () => ({ slow: Number(first), everyMs: Number(more[0]) }),
    error: () => ({ error: Number(first) }),
    cut: () => ({ cut: "half a sen" }),
  }
  return make[name]?.() ?? { text: `unknown directive ${name}` }
}
