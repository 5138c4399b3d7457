export type TomlValue = string | number | boolean | TomlValue[] | TomlTable
export interface TomlTable {
  [key: string]: TomlValue
}

export type ReadToml = { kind: "read"; table: TomlTable } | { kind: "unreadable"; why: string }

/** TOML as mise and cargo write it. Times of day and dates are read as the text that they are. */
export function readToml(text: string): ReadToml {
  try {
    const table: unknown = Bun.TOML.parse(text)
    return isTable(table) ? { kind: "read", table } : { kind: "unreadable", why: "it holds no table" }
  } catch (error) {
    if (error instanceof SyntaxError)
      return { kind: "unreadable", why: error.message.replace(/^TOML Parse error: /, "") }
    throw error
  }
}

export const isTable = (value: unknown): value is TomlTable =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Each table of the top under its own head, what lies deeper on one line each; reads back as the same. */
export function writeToml(table: TomlTable): string {
  const entries = Object.entries(table)
  const plain = entries.filter(([, value]) => !isTable(value)).map(line)
  const tables = entries.flatMap(([key, value]) =>
    isTable(value) ? [`[${keyText(key)}]\n${Object.entries(value).map(line).join("")}`] : [],
  )
  return [plain.join(""), ...tables].filter((part) => part !== "").join("\n")
}

const line = ([key, value]: [string, TomlValue]) => `${keyText(key)} = ${valueText(value)}\n`

const keyText = (key: string) => (/^[\w-]+$/.test(key) ? key : quoted(key))

function valueText(value: TomlValue): string {
  if (typeof value === "string") return quoted(value)
  if (typeof value === "number") return numberText(value)
  if (typeof value === "boolean") return String(value)
  if (Array.isArray(value)) return `[${value.map(valueText).join(", ")}]`
  const inner = Object.entries(value).map(([key, part]) => `${keyText(key)} = ${valueText(part)}`)
  return inner.length === 0 ? "{}" : `{ ${inner.join(", ")} }`
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return "nan"
  if (Number.isFinite(value)) return String(value)
  return value > 0 ? "inf" : "-inf"
}

/** A string of JSON is one of TOML, but for the one character that only TOML counts among the invisible ones. */
const quoted = (text: string) => JSON.stringify(text).replaceAll("\u007f", "\\u007F")
