import { isServer, isTest } from "./architecture/features.ts"
import type { Finding } from "./rule.ts"
import { enclosing, functionKinds, type Of, type Placed, type Source } from "./source.ts"

export const longest = { file: 300, function: 60, routeHandler: 15 }

type AnyFunction = Placed<Of<(typeof functionKinds)[number]>>

export function checkSizes(sources: readonly Source[]): Finding[] {
  return sources.flatMap((source) => [...tooLongFile(source), ...tooLongFunctions(source), ...tooLongHandlers(source)])
}

/** Packages the program is shipped with. A new one needs a line in decision 012 that says why. */
export const runtimeDependencies: readonly string[] = [
  "@anthropic-ai/claude-agent-sdk",
  "@codemirror/commands",
  "@codemirror/lang-css",
  "@codemirror/lang-html",
  "@codemirror/lang-javascript",
  "@codemirror/lang-markdown",
  "@codemirror/lang-python",
  "@codemirror/language",
  "@codemirror/legacy-modes",
  "@codemirror/search",
  "@codemirror/state",
  "@codemirror/view",
  "@lezer/highlight",
  "@xterm/addon-fit",
  "@xterm/addon-web-links",
  "@xterm/xterm",
  "elysia",
  "highlight.js",
  "mermaid",
  "temml",
  "htmx.org",
  "zod",
]

interface Manifest {
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
}

export function checkDependencies(manifest: Manifest, decision: string): Finding[] {
  const { dependencies = {}, devDependencies = {} } = manifest
  const message = (text: string) => ({
    path: "package.json",
    line: 1,
    rule: "dependencies",
    message: `${text} (style, bars)`,
  })
  const unknown = Object.keys(dependencies).filter((name) => !runtimeDependencies.includes(name))
  const unexplained = Object.keys(dependencies).filter((name) => !decision.includes(`\`${name}\``))
  const unpinned = Object.entries({ ...dependencies, ...devDependencies }).filter(
    ([, version]) => !/^\d+\.\d+\.\d+/.test(version),
  )
  return [
    ...unknown.map((name) =>
      message(`${name} is not in the list: write it into decision 012 and check-sizes, or do without it`),
    ),
    ...unexplained.map((name) => message(`${name} has no line in decision 012: say in one why it is worth carrying`)),
    ...unpinned.map(([name, version]) => message(`${name} is asked for as ${version}: name one exact version`)),
  ]
}

function tooLongFile({ path, lines }: Source): Finding[] {
  if (lines <= longest.file) return []
  const message = `${lines} lines, ${longest.file} is the end (style 1): find the second story in it and give it its own file`
  return [{ path, line: longest.file + 1, rule: "file-length", message }]
}

function tooLongFunctions(source: Source): Finding[] {
  // The composition root is a table of contents: the one list that is allowed to be long.
  if (source.path === "src/app/create-app.ts") return []
  return functionsOf(source).flatMap((placed) => {
    const lines = isFactory(source, placed) ? ownLines(source, placed) : linesOf(source, placed)
    if (lines <= longest.function) return []
    const message = `${lines} lines, ${longest.function} is the end (style 1): name the steps and move them below`
    return [{ path: source.path, line: source.lineAt(placed.node.start), rule: "function-length", message }]
  })
}

/** Handlers are the functions given to `.get(path, …)` and its like in a routes file. */
function tooLongHandlers(source: Source): Finding[] {
  if (!isServer(source.path) || isTest(source.path) || !/routes\.tsx?$/.test(source.path)) return []
  return functionsOf(source).flatMap((placed) => {
    if (!isHandler(placed)) return []
    const lines = linesOf(source, placed)
    if (lines <= longest.routeHandler) return []
    const message = `${lines} lines, ${longest.routeHandler} is the end (style 11): parse, permit, do, show; what is longer has a name`
    return [{ path: source.path, line: source.lineAt(placed.node.start), rule: "handler-length", message }]
  })
}

const functionsOf = (source: Source): AnyFunction[] => source.of(...functionKinds)

const verbs = /^(get|post|put|patch|delete|head|options|all|ws|route)$/

function isHandler({ node, parent }: AnyFunction): boolean {
  if (parent?.node.type !== "CallExpression" || parent.node.callee === node) return false
  const { callee } = parent.node
  return callee.type === "MemberExpression" && callee.property.type === "Identifier" && verbs.test(callee.property.name)
}

/** A `createX` holds the functions of the thing it makes; those are measured on their own. */
function isFactory({ path }: Source, { node, parent }: AnyFunction): boolean {
  // What stands in for a part of the program in tests is a factory under a shorter name.
  if (path.startsWith("src/testing/")) return true
  if (node.type === "FunctionDeclaration") return /^create[A-Z]|Routes$/.test(node.id?.name ?? "")
  return (
    parent?.node.type === "VariableDeclarator" &&
    parent.node.id.type === "Identifier" &&
    /^create[A-Z]/.test(parent.node.id.name)
  )
}

const linesOf = (source: Source, { node }: AnyFunction): number =>
  source.lineAt(node.end) - source.lineAt(node.start) + 1

/** Lines of a function without those of the functions directly inside it; each of these still counts as one. */
function ownLines(source: Source, placed: AnyFunction): number {
  const inside = functionsOf(source).filter((one) => enclosing(one, ...functionKinds)?.node === placed.node)
  return inside.reduce((lines, one) => lines - linesOf(source, one) + 1, linesOf(source, placed))
}
