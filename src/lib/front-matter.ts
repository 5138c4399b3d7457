import { frontMatterLines } from "./markdown-code.ts"

export interface FrontMatter {
  /** Keys and values as text for people, in their order. */
  entries: [key: string, value: string][]
  /** Lines between the marks that are no YAML, as they stand. */
  broken?: string
  /** The text behind it. */
  body: string
  /** How many lines of the text come before the body. */
  lines: number
}

/** Longer front matter is shown as it stands; so is one that is nested deeper or has more values than people read. */
const longest = 16_384
const mostValues = 400

/** YAML between a first line `---` and the next such line. */
export function frontMatterOf(text: string): FrontMatter {
  const all = text.split("\n")
  const lines = frontMatterLines(all)
  if (lines === 0) return { entries: [], body: text, lines }
  const body = all.slice(lines).join("\n")
  const yaml = all.slice(1, lines - 1).join("\n")
  const entries = entriesOf(yaml)
  return entries ? { entries, body, lines } : { entries: [], broken: yaml, body, lines }
}

function entriesOf(yaml: string): [string, string][] | undefined {
  if (yaml.trim() === "") return []
  // An alias can stand for a thousand times its own length.
  if (yaml.length > longest || /(^|[\s[{,:-])[&*][^\s,\]}]/m.test(yaml)) return undefined
  const value = parsed(yaml)
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined
  const room = { values: mostValues }
  const entries = Object.entries(value).map(([key, one]): [string, string] => [key, shown(one, room)])
  return room.values < 0 ? undefined : entries
}

function parsed(yaml: string): unknown {
  try {
    return Bun.YAML.parse(yaml)
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined
    throw error
  }
}

function shown(value: unknown, room: { values: number }): string {
  if (room.values-- < 0) return ""
  if (value === null || value === undefined) return ""
  if (value instanceof Date) return value.toISOString().replace(/T00:00:00\.000Z$/, "")
  if (Array.isArray(value)) return value.map((one) => shown(one, room)).join(", ")
  if (typeof value !== "object") return String(value)
  return Object.entries(value)
    .map(([key, one]) => `${key}: ${shown(one, room)}`)
    .join("; ")
}
