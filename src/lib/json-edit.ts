import { childOf, type JsonNode, readJsonNodes } from "./json-text.ts"

/** One value set, or removed when `value` is undefined. The path names members of objects only. */
export interface JsonEdit {
  path: readonly string[]
  value: unknown
}

/**
 * Changes single values of a JSON text and leaves every other character as it is, so that a diff shows the intention.
 * Missing objects on the way are made. New lines are indented by two spaces per level.
 */
export function editJson(text: string, edits: readonly JsonEdit[]): string {
  return edits.reduce(
    (now, { path, value }) => (value === undefined ? removeAt(now, path) : setAt(now, path, value)),
    text,
  )
}

/** What to edit in `before` so that it reads as `after`. Arrays are replaced as a whole. */
export function jsonDifference(before: unknown, after: unknown, path: readonly string[] = []): JsonEdit[] {
  if (isRecord(before) && isRecord(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)])
    return [...keys].flatMap((key) => jsonDifference(before[key], after[key], [...path, key]))
  }
  return Bun.deepEquals(before, after) ? [] : [{ path, value: after }]
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

function setAt(text: string, path: readonly string[], value: unknown): string {
  const root = readJsonNodes(text)
  let node = root
  for (const [depth, key] of path.entries()) {
    const next = childOf(node, key)
    if (!next || (depth < path.length - 1 && next.kind !== "object")) {
      const nested = path.slice(depth + 1).reduceRight<unknown>((inner, outer) => ({ [outer]: inner }), value)
      return next
        ? replace(text, next, print(nested, depth + 1))
        : insert(text, node, `${JSON.stringify(key)}: ${print(nested, depth + 1)}`)
    }
    node = next
  }
  return replace(text, node, print(value, path.length))
}

function removeAt(text: string, path: readonly string[]): string {
  const parent = path
    .slice(0, -1)
    .reduce<JsonNode | undefined>((node, key) => node && childOf(node, key), readJsonNodes(text))
  if (parent?.kind !== "object") return text
  const at = parent.members.findLastIndex((member) => member.key === path.at(-1))
  const [before, member, after] = [parent.members[at - 1], parent.members[at], parent.members[at + 1]]
  if (!member) return text
  if (after) return text.slice(0, member.start) + text.slice(after.start)
  const from = before ? before.value.end : parent.start + 1
  return text.slice(0, from) + text.slice(before ? member.value.end : parent.end - 1)
}

function insert(text: string, object: JsonNode, member: string): string {
  if (object.kind !== "object") throw new Error("a member can only be added to an object")
  const last = object.members.at(-1)
  const depth = indentOf(text, object)
  if (!last) return replace(text, object, `{\n${"  ".repeat(depth + 1)}${member}\n${"  ".repeat(depth)}}`)
  const ownLine = text.slice(object.start, last.start).includes("\n")
  const separator = ownLine ? `,\n${lineIndent(text, last.start)}` : ", "
  return text.slice(0, last.value.end) + separator + member + text.slice(last.value.end)
}

/** Leading spaces of the line that `offset` is on. */
function lineIndent(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? ""
}

const indentOf = (text: string, node: JsonNode) => Math.floor(lineIndent(text, node.start).length / 2)

const print = (value: unknown, depth: number) =>
  JSON.stringify(value, null, 2).replaceAll("\n", `\n${"  ".repeat(depth)}`)

const replace = (text: string, { start, end }: JsonNode, by: string) => text.slice(0, start) + by + text.slice(end)
