import { readFile, writeFile } from "node:fs/promises"
import type { RoleWorld } from "./role-world.ts"

/** A loop on disk in which everything that a person, the agent or a tool may have said is one of these texts. */
export async function hostileLoop(world: RoleWorld, texts: readonly string[], title: string): Promise<string> {
  const { id } = await world.newLoop("open")
  const folder = `${world.home}/loops/${id}`
  const record: Record<string, unknown> = JSON.parse(await readFile(`${folder}/meta.json`, "utf8"))
  const repo = { name: "some-repo", ref: title.slice(0, 80), branch: title.slice(0, 80) }
  const warnings = [{ about: title, code: title, text: title, at: record["createdAt"] }]
  await writeFile(`${folder}/meta.json`, JSON.stringify({ ...record, title, repo, warnings }))
  let seq = 0
  const lines = texts.flatMap((text, index) => eventsOf(text, index))
  const at = record["createdAt"]
  const numbered = lines.map((line) => JSON.stringify({ seq: ++seq, at, turn: null, ...line }))
  await writeFile(`${folder}/messages.jsonl`, `${numbered.join("\n")}\n`)
  return id
}

/** Every kind of line, with the text wherever a text may stand. */
function eventsOf(text: string, index: number): object[] {
  const turn = `turn_${index.toString(16).padStart(20, "0")}`
  const question = { question: text, header: text, options: [{ label: text, description: text }], multiSelect: false }
  const asks = ["permission", "question", "plan"].map((what, number) => ({
    ...{ kind: "asked", turn, ask: askId(index, number), what, tool: text, toolUse: `ask-${index}-${number}` },
    ...{
      input: { command: text, plan: text, [text.slice(0, 40)]: text },
      questions: [question],
      reason: text,
      rule: text,
    },
  }))
  return [
    { kind: "user-message", by: "driver", via: "web", clientId: `c-${index}`, text, attachments: [] },
    { kind: "turn-started", turn, messages: [], by: "person", model: text, provider: text },
    said(turn, { type: "thinking", thinking: text }, { type: "text", text }),
    ...tools(text).flatMap(([name, input], number) => [
      said(turn, { type: "tool_use", id: `call-${index}-${number}`, name, input }),
      answered(turn, {
        type: "tool_result",
        tool_use_id: `call-${index}-${number}`,
        content: text,
        is_error: number % 2 === 0,
      }),
    ]),
    ...asks,
    { kind: "answered", turn, ask: askId(index, 0), by: text, decision: "deny", rule: text, note: text },
    { kind: "turn-failed", turn, reason: text, sentence: text, detail: text, action: "retry" },
    { kind: "set", what: "title", from: text, to: text, by: text },
    { kind: "queue-changed", message: 1, op: "edit", by: text, text },
    { kind: "notice", code: text, text, level: "warning" },
    { kind: text, text },
  ]
}

const tools = (text: string): [string, object][] => [
  ["Bash", { command: text, description: text }],
  ["Edit", { file_path: text, old_string: text, new_string: `${text}${text}` }],
  ["Write", { file_path: text, content: text }],
  ["Read", { file_path: text }],
  ["Grep", { pattern: text, path: text }],
  ["TodoWrite", { todos: [{ content: text, status: "pending", activeForm: text }] }],
  ["Task", { description: text, prompt: text, subagent_type: text }],
  ["WebFetch", { url: text, prompt: text }],
  [`mcp__${text}__${text}`, { [text]: text }],
]

const askId = (index: number, number: number): string => `ask_${(index * 8 + number).toString(16).padStart(20, "0")}`
const said = (turn: string, ...content: object[]) => ({
  kind: "agent",
  turn,
  message: { type: "assistant", message: { content } },
})
const answered = (turn: string, ...content: object[]) => ({
  kind: "agent",
  turn,
  message: { type: "user", message: { content } },
})
