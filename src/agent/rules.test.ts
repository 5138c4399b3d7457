import { expect, test } from "bun:test"
import type { ToolCall } from "./live-agent.ts"
import { allows, isForPeople, isHarmless, offeredRule, parseRule, ruleText } from "./rules.ts"

const workdir = "/loopat/loop/1/workdir"

const runs = (pattern: string, command: string) =>
  allows({ tool: "Bash", pattern }, { tool: "Bash", input: { command } }, workdir)
const writes = (pattern: string, path: string, tool = "Write") =>
  allows({ tool: "Edit", pattern }, { tool, input: { file_path: path } }, workdir)

test("a command rule allows its words and what follows them", () => {
  const check = (pattern: string, command: string, expected: boolean) => expect(runs(pattern, command)).toBe(expected)
  check("npm test:*", "npm test", true)
  check("npm test:*", "npm test -- --watch", true)
  check("npm test:*", "npm testing", false)
  check("npm test:*", "npm run build", false)
  check("echo x > f", "echo x > f", true)
  check("echo x > f", "echo x > g", false)
  check(":*", "ls", false)
  check("", "ls", false)
})

test("no command rule lets a second command or a file through", () => {
  for (const tail of [
    "; rm f",
    " && rm f",
    " | sh",
    " || rm f",
    " > f",
    " < f",
    " `rm f`",
    " $(rm f)",
    "\nrm f",
    " & rm f",
  ])
    expect([tail, runs("echo:*", `echo x${tail}`)]).toEqual([tail, false])
  expect(runs("echo:*", "echo $HOME")).toBe(true)
})

test("an edit rule holds below its folder and cannot be left with dots", () => {
  const check = (pattern: string, path: string, expected: boolean) => expect(writes(pattern, path)).toBe(expected)
  check("src/**", `${workdir}/src/a/b.ts`, true)
  check("src/**", "src/a.ts", true)
  check("src/**", `${workdir}/src/../.git/config`, false)
  check("src/**", "/etc/passwd", false)
  check("/tmp/*", "/tmp/x", true)
  check("a.txt", `${workdir}/a.txt`, true)
  check("a.txt", "", false)
  expect(writes("src/**", "src/n.ipynb", "NotebookEdit")).toBe(true)
  expect(writes("src/**", "src/n.ts", "Bash")).toBe(false)
})

test("a fetch rule holds for its host only", () => {
  const fetches = (url: string) =>
    allows({ tool: "WebFetch", pattern: "domain:example.org" }, { tool: "WebFetch", input: { url } }, workdir)
  expect(fetches("https://example.org/a")).toBe(true)
  expect(fetches("https://example.org.evil.test/")).toBe(false)
  expect(fetches("no address")).toBe(false)
})

test("a rule for a tool nobody knows is for exactly that tool", () => {
  expect(allows({ tool: "mcp__jira__get", pattern: "" }, { tool: "mcp__jira__get", input: {} }, workdir)).toBe(true)
  expect(allows({ tool: "mcp__jira__get", pattern: "" }, { tool: "mcp__jira__delete", input: {} }, workdir)).toBe(false)
  expect(allows({ tool: "mcp__jira__get", pattern: "x" }, { tool: "mcp__jira__get", input: {} }, workdir)).toBe(false)
})

const call = (tool: string, input: Record<string, unknown>, more: Partial<ToolCall> = {}): ToolCall => ({
  tool,
  input,
  toolUse: "toolu_1",
  suggestions: [],
  noAlways: false,
  withdrawn: new AbortController().signal,
  ...more,
})
const offered = (one: ToolCall) => {
  const rule = offeredRule(one, workdir)
  return rule && ruleText(rule)
}

test("always offers what the agent suggests, and for compound commands the exact text only", () => {
  const suggested = { suggestions: [{ tool: "Bash", content: "touch rewrite *" }] }
  expect(offered(call("Bash", { command: "touch rewrite" }, suggested))).toBe("Bash(touch rewrite:*)")
  expect(offered(call("Bash", { command: "touch a; rm b" }, suggested))).toBe("Bash(touch a; rm b)")
  expect(offered(call("Bash", { command: "make" }))).toBe("Bash(make)")
  expect(offered(call("Write", { file_path: `${workdir}/a/b.txt` }))).toBe("Edit(a/b.txt)")
  expect(offered(call("Write", { file_path: "/tmp/b.txt" }))).toBe("Edit(/tmp/b.txt)")
  expect(offered(call("WebFetch", { url: "https://example.org/x" }))).toBe("WebFetch(domain:example.org)")
  expect(offered(call("mcp__a__b", {}))).toBe("mcp__a__b")
})

test("always is not offered when the agent says so, or where it would not cover the call", () => {
  expect(offered(call("Bash", { command: "make" }, { noAlways: true }))).toBeUndefined()
  expect(
    offered(call("Bash", { command: "make" }, { suggestions: [{ tool: "Bash", content: "other" }] })),
  ).toBeUndefined()
})

test("a typed rule is read back as it was meant", () => {
  expect(parseRule(" Bash(npm test:*) ")).toEqual({ tool: "Bash", pattern: "npm test:*" })
  expect(parseRule("Edit(src/**)")).toEqual({ tool: "Edit", pattern: "src/**" })
  expect(parseRule("mcp__jira__get_issue")).toEqual({ tool: "mcp__jira__get_issue", pattern: "" })
  for (const typed of ["", "Bash", "Bash(*)", "Bash(:*)", "rm -rf", "(x)"]) expect(parseRule(typed)).toBeUndefined()
})

test("reading asks nobody, questions always ask", () => {
  expect(["Read", "Grep", "mcp__loopat__goal_done"].every(isHarmless)).toBe(true)
  expect(["Bash", "Write", "mcp__other__x"].some(isHarmless)).toBe(false)
  expect(["AskUserQuestion", "ExitPlanMode"].every(isForPeople)).toBe(true)
})
