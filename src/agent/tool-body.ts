import type { ToolBody } from "../../views/props/conversation.ts"
import { renderAnsi } from "../lib/ansi.ts"
import { diffLines } from "../lib/diff.ts"
import { renderMarkdown } from "../lib/markdown.ts"
import { workdirOf } from "./asks.ts"
import type { LoopId } from "../lib/ids.ts"

interface Call {
  tool: string
  input: Record<string, unknown>
  result?: string | undefined
}

/** How a tool call is shown. Tools that nobody has heard of show their input and result as they are. */
export function toolBody({ tool, input, result }: Call, loop: LoopId): ToolBody {
  const make = Object.hasOwn(makers, tool) ? makers[tool] : undefined
  return (make ?? other)(input, { result, short: (path) => shortPath(path, loop) })
}

interface Shown {
  result: string | undefined
  short(path: string): string
}

type Maker = (input: Record<string, unknown>, shown: Shown) => ToolBody

const text = (value: unknown): string => (typeof value === "string" ? value : "")
const some = <K extends string, T>(key: K, value: T | undefined) =>
  (value === undefined || value === "" ? {} : { [key]: value }) as Partial<Record<K, T>>
const number = (value: unknown) => (typeof value === "number" ? value : undefined)
const linesOf = (content: string) => (content === "" ? 0 : content.replace(/\n$/, "").split("\n").length)

function shortPath(path: string, loop: LoopId): string {
  const workdir = `${workdirOf(loop)}/`
  return path.startsWith(workdir) ? path.slice(workdir.length) : path
}

const write: Maker = (input, { short }) => {
  const content = text(input.content)
  return { kind: "write", path: short(text(input.file_path)), content, lines: linesOf(content) }
}

const edit: Maker = (input, { short }) => {
  const { lines, added, removed } = diffLines(text(input.old_string), text(input.new_string))
  return { kind: "edit", path: short(text(input.file_path)), lines, added, removed }
}

const search: Maker = (input, { result, short }) => {
  const found = result === undefined ? undefined : matchesOf(result)
  return {
    kind: "search",
    pattern: text(input.pattern),
    ...some("path", short(text(input.path))),
    ...some("matches", found),
    ...some("result", result),
  }
}

/** The tools say "Found 3 files" or "No files found" first, or list one match per line. */
function matchesOf(result: string): number {
  const said = /^Found (\d+)/.exec(result)?.[1]
  if (said !== undefined) return Number(said)
  return /^No (files|matches) found/i.test(result) ? 0 : linesOf(result)
}

const delegate: Maker = (input, { result }) => ({
  kind: "agent",
  description: text(input.description),
  prompt: text(input.prompt),
  ...(result !== undefined && { result: renderMarkdown(result) }),
})

const makers: Record<string, Maker> = {
  Bash: (input, { result }) => ({
    kind: "command",
    command: text(input.command),
    ...some("description", text(input.description)),
    ...(result !== undefined && { output: renderAnsi(result) }),
    ...(input.run_in_background === true && { background: true }),
  }),
  Edit: edit,
  Write: write,
  Read(input, { result, short }) {
    const [offset, limit] = [number(input.offset), number(input.limit)]
    const range =
      offset === undefined && limit === undefined
        ? undefined
        : `${offset ?? 1}–${limit === undefined ? "" : (offset ?? 1) + limit - 1}`
    return { kind: "read", path: short(text(input.file_path)), ...some("range", range), ...some("result", result) }
  },
  Grep: search,
  Glob: search,
  TodoWrite: (input) => ({ kind: "todos", todos: Array.isArray(input.todos) ? input.todos.map(todo) : [] }),
  Agent: delegate,
  Task: delegate,
}

function todo(value: unknown): { text: string; state: "pending" | "in-progress" | "done" } {
  const { content, status } = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {}
  const states: Record<string, "in-progress" | "done"> = { in_progress: "in-progress", completed: "done" }
  return { text: text(content), state: states[text(status)] ?? "pending" }
}

const other: Maker = (input, { result }) => ({
  kind: "other",
  ...some("headline", text(input.description) || text(input.title)),
  input: Object.keys(input).length === 0 ? "" : JSON.stringify(input, null, 2),
  ...some("result", result),
})
