import { parseSync, visitorKeys, type Comment, type Node } from "oxc-parser"

export type Kind = Node["type"]
/** The nodes that may be of one of these kinds; some nodes share one shape for several. */
export type Of<K extends Kind> = NodeOf<K, Node>
type NodeOf<K extends Kind, N> = N extends { type: infer T } ? ([Extract<K, T>] extends [never] ? never : N) : never

/** A syntax node with the nodes around it, the nearest first in the chain. */
export interface Placed<N extends Node = Node> {
  node: N
  parent?: Placed
}

/** One source file, parsed once and asked by every rule. Paths are relative to the repository, with slashes. */
export interface Source {
  path: string
  text: string
  lines: number
  comments: Comment[]
  /** Every node of these kinds, in the order of the text. */
  of<K extends Kind>(...kinds: K[]): Placed<Of<K>>[]
  /** The line of an offset, counted from 1. */
  lineAt(offset: number): number
  /** Where this file points: static, dynamic, type-only and re-exporting. */
  imports: ImportedModule[]
}

export interface ImportedModule {
  from: string
  at: number
  typeOnly: boolean
  reExport: boolean
  /** Names taken; empty for `import "x"`, `*` for a namespace, `default` for a default import. */
  names: string[]
}

/** Throws when the text is not TypeScript. */
export function parseSource(path: string, text: string): Source {
  const { program, comments, errors } = parseSync(path, text)
  if (errors[0]) throw new Error(`${path} does not parse: ${errors[0].message}`)
  const byKind = new Map<Kind, Placed[]>()
  place({ node: program }, byKind)
  const starts = lineStarts(text)
  const source: Source = {
    path,
    text,
    comments,
    lines: text.endsWith("\n") ? starts.length - 1 : starts.length,
    of<K extends Kind>(...kinds: K[]) {
      const found = kinds.flatMap((kind) => (byKind.get(kind) ?? []) as Placed<Of<K>>[])
      return kinds.length === 1 ? found : found.sort((a, b) => a.node.start - b.node.start)
    },
    lineAt: (offset) => lineOf(starts, offset),
    imports: [],
  }
  source.imports = importsOf(source)
  return source
}

/** The nearest enclosing node of one of these kinds. */
export function enclosing<K extends Kind>(placed: Placed, ...kinds: K[]): Placed<Of<K>> | undefined {
  for (let up = placed.parent; up; up = up.parent) {
    if (kinds.some((kind) => kind === up.node.type)) return up as Placed<Of<K>>
  }
  return undefined
}

export const functionKinds = ["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"] as const

/** Whether the code runs when its module is loaded. */
export const runsOnLoad = (placed: Placed): boolean =>
  enclosing(placed, ...functionKinds, "PropertyDefinition") === undefined

/** `a.b.c` for a chain of plain names, undefined for anything else. */
export function dotted(node: Node): string | undefined {
  if (node.type === "Identifier") return node.name
  if (node.type === "ChainExpression") return dotted(node.expression)
  if (node.type !== "MemberExpression" || node.computed || node.property.type !== "Identifier") return undefined
  const object = dotted(node.object)
  return object === undefined ? undefined : `${object}.${node.property.name}`
}

/** The text of a string literal or of a template up to its first hole. */
export function leadingText(node: Node | null | undefined): string | undefined {
  if (node?.type === "Literal" && typeof node.value === "string") return node.value
  if (node?.type === "TemplateLiteral") return node.quasis[0]?.value.raw
  return undefined
}

function place(root: Placed, byKind: Map<Kind, Placed[]>): void {
  const { type } = root.node
  const same = byKind.get(type)
  if (same) same.push(root)
  else byKind.set(type, [root])
  for (const key of visitorKeys[type] ?? []) {
    const child: unknown = Reflect.get(root.node, key)
    for (const one of Array.isArray(child) ? child : [child]) {
      if (isNode(one)) place({ node: one, parent: root }, byKind)
    }
  }
}

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && "type" in value

function importsOf(source: Source): ImportedModule[] {
  const imports = source.of("ImportDeclaration").map(({ node }) => ({
    from: node.source.value,
    at: node.start,
    typeOnly: node.importKind === "type",
    reExport: false,
    names: node.specifiers.map((one) => {
      if (one.type === "ImportNamespaceSpecifier") return "*"
      if (one.type === "ImportDefaultSpecifier") return "default"
      return one.imported.type === "Identifier" ? one.imported.name : one.imported.value
    }),
  }))
  const reExports = source.of("ExportNamedDeclaration", "ExportAllDeclaration").flatMap(({ node }) => {
    if (!node.source) return []
    return [
      { from: node.source.value, at: node.start, typeOnly: node.exportKind === "type", reExport: true, names: ["*"] },
    ]
  })
  const dynamic = source.of("ImportExpression").flatMap(({ node }) => {
    const from = leadingText(node.source)
    return from === undefined ? [] : [{ from, at: node.start, typeOnly: false, reExport: false, names: ["*"] }]
  })
  const types = source.of("TSImportType").map(({ node }) => ({
    from: node.source.value,
    at: node.start,
    typeOnly: true,
    reExport: false,
    names: ["*"],
  }))
  return [...imports, ...reExports, ...dynamic, ...types]
}

function lineStarts(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1)
  return starts
}

function lineOf(starts: number[], offset: number): number {
  let low = 0
  let high = starts.length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle
  }
  return low + 1
}
