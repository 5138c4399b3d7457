import { posix } from "node:path"
import type { ToolCall } from "./live-agent.ts"

/** "Always" for a tool: `Bash(npm test:*)`, `Edit(src/**)`, `WebFetch(domain:example.org)`, or the tool alone. */
export interface Rule {
  tool: string
  /** Empty: every call of the tool. */
  pattern: string
}

/** Runs in Ask mode without a question: it reads, or it only speaks to the agent's own program. */
export const isHarmless = (tool: string): boolean => harmless.has(tool) || tool.startsWith("mcp__loopat__")

const harmless = new Set([
  "Read",
  "Grep",
  "Glob",
  "TodoWrite",
  "TaskOutput",
  "CronList",
  "EnterPlanMode",
  "ToolSearch",
  "Skill",
])

/** Asked in every mode: a person must answer. */
export const isForPeople = (tool: string): boolean => tool === "AskUserQuestion" || tool === "ExitPlanMode"

const edits = new Set(["Edit", "Write", "NotebookEdit"])

/** Whether a rule lets this call through. `workdir` is where relative patterns begin. */
export function allows(rule: Rule, { tool, input }: Pick<ToolCall, "tool" | "input">, workdir: string): boolean {
  const sameTool = rule.tool === tool || (rule.tool === "Edit" && edits.has(tool))
  if (!sameTool) return false
  if (tool === "Bash") return allowsCommand(rule.pattern, text(input.command))
  if (rule.pattern === "") return true
  if (edits.has(tool)) return allowsPath(rule.pattern, text(input.file_path) || text(input.notebook_path), workdir)
  if (tool === "WebFetch") return rule.pattern === `domain:${URL.parse(text(input.url))?.host ?? ""}`
  return false
}

/** The rule that "always" would write for this call, or nothing where it must not be offered. */
export function offeredRule(call: ToolCall, workdir: string): Rule | undefined {
  const rule = candidate(call, workdir)
  return !call.noAlways && rule && allows(rule, call, workdir) ? rule : undefined
}

export const ruleText = ({ tool, pattern }: Rule): string => (pattern === "" ? tool : `${tool}(${pattern})`)

/** What a driver typed. Undefined when it is no rule. */
export function parseRule(typed: string): Rule | undefined {
  const found = /^([A-Za-z_][\w-]{0,127})(?:\((.{1,2000})\))?$/s.exec(typed.trim())
  const [, tool, pattern = ""] = found ?? []
  if (tool === undefined || (tool === "Bash" && ["", "*", ":*"].includes(pattern))) return undefined
  return { tool, pattern }
}

const text = (value: unknown): string => (typeof value === "string" ? value : "")

/** With any of these in it, what follows the first words may be another command or write somewhere. */
const compound = /[&|;<>`\n\r]|\$\(/

function allowsCommand(pattern: string, command: string): boolean {
  if (pattern === "") return false
  if (!pattern.endsWith(":*")) return pattern === command
  const words = pattern.slice(0, -2)
  if (words === "" || compound.test(command)) return false
  return command === words || command.startsWith(`${words} `)
}

function allowsPath(pattern: string, path: string, workdir: string): boolean {
  if (path === "") return false
  const absolute = posix.resolve(workdir, path)
  const wanted = pattern.startsWith("/") ? pattern : posix.join(workdir, pattern)
  return new Bun.Glob(wanted).match(absolute)
}

function candidate({ tool, input, suggestions }: ToolCall, workdir: string): Rule | undefined {
  if (tool === "Bash") {
    const command = text(input.command)
    if (compound.test(command)) return { tool, pattern: command }
    const suggested = suggestions.find((one) => one.tool === tool)?.content?.replace(/ \*$/, ":*")
    return { tool, pattern: suggested ?? command }
  }
  if (edits.has(tool)) {
    const path = posix.resolve(workdir, text(input.file_path) || text(input.notebook_path))
    return { tool: "Edit", pattern: path.startsWith(`${workdir}/`) ? path.slice(workdir.length + 1) : path }
  }
  if (tool === "WebFetch") return { tool, pattern: `domain:${URL.parse(text(input.url))?.host ?? ""}` }
  return { tool, pattern: "" }
}
