import type { Conversation } from "./conversation.ts"
import { call, excerpt, type Part, say, think } from "./parts.ts"

/**
 * Lines like `#bash ls` say what to answer, in their order. One model call ends with a tool, or with the script: words
 * in front of a tool belong to the same call, because the agent would not come back after words alone. An error at the
 * end of the script stays, however often the agent tries again.
 */
export function answerDirectives({ words, step, calls }: Conversation): Part[] | undefined {
  const parts = words.split("\n").flatMap((line) => parse(line.trim()) ?? [])
  const answers = byCall(parts)
  const last = answers.at(-1)
  if (!last) return undefined
  const answer = answers[step] ?? (last.some(isFailure) ? last : [])
  if (answer.some(({ kind }) => kind !== "thinking")) return answer
  return [...answer, say(`done: ${excerpt(calls.at(-1)?.result ?? "", 300)}`.trim())]
}

function byCall(parts: Part[]): Part[][] {
  const answers: Part[][] = []
  for (const [index, part] of parts.entries()) {
    const before = parts[index - 1]
    if (!before || endsCall(before)) answers.push([part])
    else answers.at(-1)?.push(part)
  }
  return answers
}

const isFailure = ({ kind }: Part) => kind === "break" || kind === "refusal"
const endsCall = (part: Part) => part.kind === "tool" || isFailure(part)

function parse(line: string): Part | Part[] | undefined {
  const [, name = "", rest = ""] = /^#([a-z]+)(?:\s+(.*))?$/.exec(line) ?? []
  const [, first = "", tail = ""] = /^(\S*)\s?(.*)$/.exec(rest) ?? []
  return directives.get(name)?.({ rest, first, tail })
}

/** What stands behind the directive, and its first word apart from the others. */
interface Argument {
  rest: string
  first: string
  tail: string
}

type Directive = (argument: Argument) => Part | Part[]

const directives: ReadonlyMap<string, Directive> = new Map<string, Directive>([
  ["say", ({ rest }) => say(rest)],
  ["think", ({ rest }) => think(rest)],
  ["bash", ({ rest }) => call("Bash", { command: rest, description: "Run the scripted command" })],
  ["write", ({ first, tail }) => call("Write", { file_path: first, content: tail })],
  ["read", ({ rest }) => call("Read", { file_path: rest })],
  ["tool", ({ first, tail }) => anyTool(first, tail)],
  ["slow", ({ first, tail }) => slow(number(first, 20), number(tail, 100))],
  ["error", ({ first }) => refusal(number(first, 500))],
  ["cut", () => [say("half a sen"), { kind: "break" }]],
])

function anyTool(name: string, json: string): Part {
  try {
    const input: unknown = JSON.parse(json || "{}")
    if (typeof input === "object" && input !== null && !Array.isArray(input)) return call(name, { ...input })
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  return say(`#tool ${name}: what follows the name is not a JSON object. Write it like {"command":"ls"}.`)
}

const slow = (count: number, everyMs: number): Part => ({
  kind: "slow",
  pieces: Array.from({ length: Math.min(count, 100_000) }, (_, index) => `word${index} `),
  everyMs: Math.min(everyMs, 60_000),
})

/** The API's error with this status, where there is such an error. */
export const refusal = (status: number): Part =>
  status >= 400 && status <= 599
    ? { kind: "refusal", status }
    : say(`${status} is no status of an error. Choose one from 400 to 599, like 429 or 529.`)

const number = (text: string, otherwise: number): number => (/^\d{1,9}$/.test(text) ? Number(text) : otherwise)
