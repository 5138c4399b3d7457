import type { MessagesRequest } from "../gateway/demo/request.ts"

/** Requests as the real agent sends them, for the tests of the script. */
export const tools = ["AskUserQuestion", "Bash", "Edit", "Read", "Write"]

export const folder = "/loopat/loop/1/workdir"
export const memory = "/loopat/context/personal/memory/"

const environment = `# Environment
You have been invoked in the following environment: 
 - Primary working directory: ${folder}
 - Is a git repository: false

The following deferred tools are now available via ToolSearch. Their schemas are NOT loaded:
EnterPlanMode
ExitPlanMode
WebFetch

Available agent types for the Agent tool:
- claude: Catch-all`

type Message = MessagesRequest["messages"][number]

export const said = (...texts: string[]): Message => ({
  role: "user",
  content: [reminder("Attribution for git commits"), ...texts].map((text) => ({ type: "text", text })),
})

export const reminder = (text: string) => `<system-reminder>\n${text}\n</system-reminder>`

export const system = (text: string): Message => ({ role: "system", content: text })

/** One call of ours and the agent's answer to it. */
export function called(name: string, result: string, { failed = false, input = {} } = {}): Message[] {
  const id = `toolu_${name}_${result.length}`
  return [
    { role: "assistant", content: [{ type: "tool_use", id, name, input }] },
    { role: "user", content: [{ type: "tool_result", tool_use_id: id, content: result, is_error: failed }] },
  ]
}

export const answered = (text: string): Message => ({ role: "assistant", content: [{ type: "text", text }] })

export const request = (messages: Message[], changes: Partial<MessagesRequest> = {}): MessagesRequest => ({
  model: "demo",
  max_tokens: 32_000,
  stream: true,
  system: [{ type: "text", text: `You are Claude Code.\nYou have a memory at \`${memory}\`. Use it.` }],
  tools: tools.map((name) => ({ name })),
  ...changes,
  messages: [...messages.slice(0, 1), system(environment), ...messages.slice(1)],
})
