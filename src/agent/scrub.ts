/** Takes the values of secrets out of everything that is stored or shown. */
export interface Scrubber {
  text(text: string): string
  /** The same for every string inside. */
  deep<T>(value: T): T
  /** For text that comes in pieces: a value may be cut anywhere. */
  stream(): ScrubStream
}

export interface ScrubStream {
  /** What can be shown by now; the end that might become a value is held back. */
  push(piece: string): string
  /** What was held back. */
  end(): string
}

export interface NamedValue {
  name: string
  value: string
}

/** Shorter values would turn ordinary words into secrets. */
const shortest = 8

export function createScrubber(values: readonly NamedValue[]): Scrubber {
  const forms = values.filter(({ value }) => value.length >= shortest).flatMap(formsOf)
  const needles = [...new Map(forms.map((form) => [form.text, form])).values()].sort(
    (a, b) => b.text.length - a.text.length,
  )
  const text = (given: string) =>
    needles.reduce(
      (rest, form) => (rest.includes(form.text) ? rest.replaceAll(form.text, () => `[secret ${form.name}]`) : rest),
      given,
    )
  return {
    text,
    deep: (value) => (needles.length === 0 ? value : (deep(value, text) as typeof value)),
    stream: () => scrubStream(needles, text),
  }
}

export const plainScrubber: Scrubber = createScrubber([])

interface Form {
  name: string
  text: string
}

/** The value as it is, and as it looks in an address, in JSON and in base64 at each of the three alignments. */
function formsOf({ name, value }: NamedValue): Form[] {
  const bytes = Buffer.from(value)
  const base64 = bytes.toString("base64")
  const texts = [
    value,
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
    base64,
    ...[0, 1, 2].map((before) => base64Inside(bytes, before)),
  ]
  const all = texts.flatMap((text) => [text, text.replaceAll("+", "-").replaceAll("/", "_")])
  return [value, ...all.slice(1)].filter((text) => text.length >= shortest).map((text) => ({ name, text }))
}

/** The characters that stand for these bytes alone when `before` other bytes (modulo three) come first. */
function base64Inside(bytes: Buffer, before: number): string {
  const whole = Buffer.concat([Buffer.alloc(before), bytes])
  const encoded = whole.toString("base64").replace(/=+$/, "")
  const end = whole.length % 3 === 0 ? encoded.length : encoded.length - 1
  return encoded.slice(Math.ceil((before * 8) / 6), end)
}

function deep(value: unknown, text: (given: string) => string): unknown {
  if (typeof value === "string") return text(value)
  if (Array.isArray(value)) return value.map((one) => deep(one, text))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [text(key), deep(inner, text)]))
}

function scrubStream(needles: readonly Form[], text: (given: string) => string): ScrubStream {
  let held = ""
  return {
    push(piece) {
      const all = text(held + piece)
      const keep = longestBeginning(all, needles)
      held = keep === 0 ? "" : all.slice(-keep)
      return keep === 0 ? all : all.slice(0, -keep)
    },
    end() {
      const rest = text(held)
      held = ""
      return rest
    },
  }
}

/** How many characters at the end could be the beginning of a value. */
function longestBeginning(text: string, needles: readonly Form[]): number {
  let longest = 0
  for (const needle of needles)
    for (let size = Math.min(needle.text.length - 1, text.length); size > longest; size--)
      if (text.endsWith(needle.text.slice(0, size))) longest = size
  return longest
}
