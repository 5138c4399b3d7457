/** A JSON value with its place in the text it was read from: enough to say where a fault is and to change one value. */
export type JsonNode = { start: number; end: number } & (
  { kind: "object"; members: JsonMember[] } | { kind: "array"; items: JsonNode[] } | { kind: "scalar" }
)

export interface JsonMember {
  key: string
  /** First character of the key. */
  start: number
  value: JsonNode
}

export class JsonFault extends Error {
  override readonly name = "JsonFault"

  constructor(
    readonly offset: number,
    message: string,
  ) {
    super(message)
  }
}

const deepest = 200

/** Reads the places of one JSON text (RFC 8259). Throws JsonFault at the first character that is wrong. */
export function readJsonNodes(text: string): JsonNode {
  const reader = { text, at: 0 }
  const root = readValue(reader, 0)
  skipSpace(reader)
  if (reader.at < text.length) throw new JsonFault(reader.at, "there is something after the end of the value")
  return root
}

/** Line and column, both from 1, as editors count them. */
export function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset)
  const lineStart = before.lastIndexOf("\n") + 1
  return { line: before.split("\n").length, column: offset - lineStart + 1 }
}

/** The deepest node on the way to `path` that exists; the last of members with the same key counts. */
export function nodeAt(root: JsonNode, path: readonly PropertyKey[]): JsonNode {
  let node = root
  for (const key of path) {
    const next = childOf(node, key)
    if (!next) return node
    node = next
  }
  return node
}

export function childOf(node: JsonNode, key: PropertyKey): JsonNode | undefined {
  if (node.kind === "object") return node.members.findLast((member) => member.key === key)?.value
  return node.kind === "array" && typeof key === "number" ? node.items[key] : undefined
}

interface Reader {
  readonly text: string
  at: number
}

function readValue(reader: Reader, depth: number): JsonNode {
  skipSpace(reader)
  if (depth > deepest) throw new JsonFault(reader.at, `it is nested more than ${deepest} levels deep`)
  switch (reader.text[reader.at]) {
    case "{":
      return readObject(reader, depth)
    case "[":
      return readArray(reader, depth)
    case '"': {
      const start = reader.at
      readString(reader)
      return { kind: "scalar", start, end: reader.at }
    }
    default:
      return readWord(reader)
  }
}

function readObject(reader: Reader, depth: number): JsonNode {
  const start = reader.at++
  const members: JsonMember[] = []
  if (takeIf(reader, "}")) return { kind: "object", start, end: reader.at, members }
  do {
    skipSpace(reader)
    const keyStart = reader.at
    if (reader.text[keyStart] !== '"') throw expected(reader, "a key in double quotes")
    const key = readString(reader)
    if (!takeIf(reader, ":")) throw expected(reader, "a colon")
    members.push({ key, start: keyStart, value: readValue(reader, depth + 1) })
  } while (takeIf(reader, ","))
  if (!takeIf(reader, "}")) throw expected(reader, "a comma or }")
  return { kind: "object", start, end: reader.at, members }
}

function readArray(reader: Reader, depth: number): JsonNode {
  const start = reader.at++
  const items: JsonNode[] = []
  if (takeIf(reader, "]")) return { kind: "array", start, end: reader.at, items }
  do items.push(readValue(reader, depth + 1))
  while (takeIf(reader, ","))
  if (!takeIf(reader, "]")) throw expected(reader, "a comma or ]")
  return { kind: "array", start, end: reader.at, items }
}

const stringPattern = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const wordPattern = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y

function readString(reader: Reader): string {
  const literal = match(reader, stringPattern)
  if (literal === undefined)
    throw new JsonFault(reader.at, "this text in quotes does not end, or holds a character that must be escaped")
  return String(JSON.parse(literal))
}

function readWord(reader: Reader): JsonNode {
  const start = reader.at
  if (match(reader, wordPattern) === undefined) throw expected(reader, "a value")
  return { kind: "scalar", start, end: reader.at }
}

function match(reader: Reader, pattern: RegExp): string | undefined {
  const sticky = new RegExp(pattern.source, "y")
  sticky.lastIndex = reader.at
  const found = sticky.exec(reader.text)?.[0]
  if (found !== undefined) reader.at += found.length
  return found
}

function takeIf(reader: Reader, character: string): boolean {
  skipSpace(reader)
  if (reader.text[reader.at] !== character) return false
  reader.at++
  return true
}

function skipSpace(reader: Reader): void {
  while (" \t\r\n".includes(reader.text[reader.at] ?? "x")) reader.at++
}

function expected(reader: Reader, what: string): JsonFault {
  const found = reader.text[reader.at]
  return new JsonFault(reader.at, `${what} is expected here${found === undefined ? ", but the text ends" : ""}`)
}
