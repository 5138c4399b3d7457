import {
  accents,
  bigOperators,
  functionNames,
  inFace,
  integrals,
  isFace,
  letters,
  limitNames,
  operators,
  spaces,
  underAccents,
} from "./math-signs.ts"

/**
 * A formula in the TeX that people write in documents, as MathML that a browser shows by itself. Undefined for what is
 * not known here: it stands as it was written. No command can name an address, a style or a script.
 */
export function mathMarkup(source: string, display: boolean): string | undefined {
  if (source.length > longest) return undefined
  const tokens = source.match(token) ?? []
  try {
    const reader: Reader = { tokens, at: 0, depth: 0, display }
    const row = readRow(reader, [])
    if (reader.at < tokens.length) return undefined
    return `<math${display ? ' display="block"' : ""}><mrow>${row}</mrow></math>`
  } catch (error) {
    if (error instanceof NotKnown) return undefined
    throw error
  }
}

const longest = 4_000
const deepest = 40
const token = /\\[A-Za-z]+\*?|\\[\s\S]|\d+(?:\.\d+)?|\s+|[\s\S]/gu

class NotKnown extends Error {}

interface Reader {
  tokens: readonly string[]
  at: number
  depth: number
  /** Limits have room above and below. */
  display: boolean
}

const skipSpace = (reader: Reader) => {
  while (/^\s+$/.test(reader.tokens[reader.at] ?? "")) reader.at++
}

function peek(reader: Reader): string | undefined {
  skipSpace(reader)
  return reader.tokens[reader.at]
}

function next(reader: Reader): string {
  const found = peek(reader)
  if (found === undefined) throw new NotKnown()
  reader.at++
  return found
}

function expect(reader: Reader, wanted: string): void {
  if (next(reader) !== wanted) throw new NotKnown()
}

/** Everything up to one of the ends, which is left. */
function readRow(reader: Reader, ends: readonly string[]): string {
  if (++reader.depth > deepest) throw new NotKnown()
  let row = ""
  for (let ahead = peek(reader); ahead !== undefined && !ends.includes(ahead); ahead = peek(reader)) {
    if (ahead === "}" || ahead === "&" || ahead === "\\\\" || ahead === "\\right" || ahead === "\\end")
      throw new NotKnown()
    row += readScripted(reader)
  }
  reader.depth--
  return row
}

interface Atom {
  markup: string
  /** What stands above and below it, and not behind it. */
  limits?: boolean
}

function readScripted(reader: Reader): string {
  const ahead = peek(reader)
  const atom: Atom = ahead === "^" || ahead === "_" ? { markup: "<mrow></mrow>" } : readAtom(reader)
  let [above, below] = ["", ""]
  for (let sign = peek(reader); sign === "^" || sign === "_" || sign === "'"; sign = peek(reader)) {
    reader.at++
    if (sign === "'") above += "<mo>′</mo>"
    else if (sign === "^") above += readAtom(reader).markup
    else if (below === "") below = readAtom(reader).markup
    else throw new NotKnown()
  }
  return scripted(atom, { above: above && `<mrow>${above}</mrow>`, below })
}

function scripted({ markup, limits = false }: Atom, { above, below }: { above: string; below: string }): string {
  const [up, down, both] = limits ? ["mover", "munder", "munderover"] : ["msup", "msub", "msubsup"]
  if (above !== "" && below !== "") return `<${both}>${markup}${below}${above}</${both}>`
  if (above !== "") return `<${up}>${markup}${above}</${up}>`
  return below === "" ? markup : `<${down}>${markup}${below}</${down}>`
}

function readAtom(reader: Reader): Atom {
  const one = next(reader)
  if (one === "{") {
    const row = readRow(reader, ["}"])
    expect(reader, "}")
    return { markup: `<mrow>${row}</mrow>` }
  }
  if (/^\d/.test(one)) return { markup: `<mn>${one}</mn>` }
  if (/^\p{L}$/u.test(one)) return { markup: `<mi>${one}</mi>` }
  if (one.startsWith("\\")) return readCommand(reader, one.slice(1))
  if (/^[}^_&#$%~]$/.test(one)) throw new NotKnown()
  return { markup: operator(one === "-" ? "−" : one) }
}

const operator = (sign: string, more = "") => `<mo${more}>${Bun.escapeHTML(sign)}</mo>`

function readCommand(reader: Reader, name: string): Atom {
  const known = sign(reader, name) ?? construct(reader, name)
  if (known === undefined) throw new NotKnown()
  return known
}

/** What is one sign and takes nothing. */
function sign({ display }: Reader, name: string): Atom | undefined {
  const letter = letters.get(name)
  if (letter !== undefined) return { markup: `<mi>${letter}</mi>` }
  const between = operators.get(name)
  if (between !== undefined) return { markup: operator(between) }
  const big = bigOperators.get(name)
  if (big !== undefined) return { markup: operator(big), limits: display }
  const integral = integrals.get(name)
  if (integral !== undefined) return { markup: operator(integral) }
  if (limitNames.has(name)) return { markup: `<mi>${name}</mi>`, limits: display }
  if (functionNames.has(name)) return { markup: `<mi>${name}</mi>` }
  const width = spaces.get(/^\s$/.test(name) ? " " : name)
  if (width !== undefined) return { markup: `<mspace width="${width}"></mspace>` }
  return /^[{}%$#&_|]$/.test(name) ? { markup: operator(name === "|" ? "‖" : name) } : undefined
}

function construct(reader: Reader, name: string): Atom | undefined {
  const [over, under] = [accents.get(name), underAccents.get(name)]
  if (over !== undefined) return { markup: `<mover accent="true">${argument(reader)}${operator(over)}</mover>` }
  if (under !== undefined) return { markup: `<munder>${argument(reader)}${operator(under)}</munder>`, limits: true }
  if (isFace(name)) return { markup: `<mi>${Bun.escapeHTML(inFace(name, wordsIn(reader)))}</mi>` }
  if (fractions.has(name)) return { markup: `<mfrac>${argument(reader)}${argument(reader)}</mfrac>` }
  if (plainTexts.has(name)) return { markup: `<mtext>${Bun.escapeHTML(wordsIn(reader))}</mtext>` }
  if (uprights.has(name)) return { markup: `<mi>${Bun.escapeHTML(wordsIn(reader))}</mi>` }
  const build = builders[name]
  return build && Object.hasOwn(builders, name) ? { markup: build(reader) } : undefined
}

const fractions: ReadonlySet<string> = new Set(["frac", "dfrac", "tfrac"])
const plainTexts: ReadonlySet<string> = new Set(["text", "textbf", "textit", "mbox"])
const uprights: ReadonlySet<string> = new Set(["mathrm", "mathit", "mathsf", "mathtt", "operatorname"])

const builders: Readonly<Record<string, (reader: Reader) => string>> = {
  binom: (reader) =>
    `<mrow><mo>(</mo><mfrac linethickness="0">${argument(reader)}${argument(reader)}</mfrac><mo>)</mo></mrow>`,
  sqrt: root,
  left: fenced,
  begin: environment,
}

/** One thing in braces, or the next one. */
const argument = (reader: Reader): string => readAtom(reader).markup

function root(reader: Reader): string {
  if (peek(reader) !== "[") return `<msqrt>${argument(reader)}</msqrt>`
  reader.at++
  const degree = readRow(reader, ["]"])
  expect(reader, "]")
  return `<mroot>${argument(reader)}<mrow>${degree}</mrow></mroot>`
}

/** Text in braces, letter by letter as it is written. */
function wordsIn(reader: Reader): string {
  expect(reader, "{")
  let words = ""
  for (let one = reader.tokens[reader.at++]; one !== "}"; one = reader.tokens[reader.at++]) {
    if (one === undefined || one === "{" || /^\\[A-Za-z]/.test(one)) throw new NotKnown()
    words += one.startsWith("\\") ? one.slice(1) : one
  }
  return words
}

function delimiter(reader: Reader): string {
  const one = next(reader)
  if (one === ".") return ""
  if (/^[()[\]|/]$/.test(one)) return one
  const name = one.slice(1)
  if (one === "\\{" || one === "\\}" || one === "\\|") return name === "|" ? "‖" : name
  const known = operators.get(name)
  if (!one.startsWith("\\") || known === undefined) throw new NotKnown()
  return known
}

const fence = (sign: string) => (sign === "" ? "" : operator(sign, ' fence="true" stretchy="true"'))

function fenced(reader: Reader): string {
  const before = delimiter(reader)
  const row = readRow(reader, ["\\right"])
  expect(reader, "\\right")
  return `<mrow>${fence(before)}${row}${fence(delimiter(reader))}</mrow>`
}

/** Signs around a table, and how its columns stand. */
const environments: Readonly<Record<string, { around?: [string, string]; align?: string }>> = {
  ...{ matrix: {}, pmatrix: { around: ["(", ")"] }, bmatrix: { around: ["[", "]"] }, vmatrix: { around: ["|", "|"] } },
  ...{ Bmatrix: { around: ["{", "}"] }, Vmatrix: { around: ["‖", "‖"] }, cases: { around: ["{", ""], align: "left" } },
  ...{ aligned: { align: "right left" }, align: { align: "right left" }, "align*": { align: "right left" } },
  ...{ gathered: {}, gather: {}, "gather*": {}, split: { align: "right left" } },
}

function environment(reader: Reader): string {
  const name = wordsIn(reader)
  const known = Object.hasOwn(environments, name) ? environments[name] : undefined
  if (!known) throw new NotKnown()
  const rows = [""]
  for (let last = ""; last !== "\\end";) {
    const cell = `<mtd>${readRow(reader, ["&", "\\\\", "\\end"])}</mtd>`
    last = next(reader)
    rows.push(`${rows.pop() ?? ""}${cell}`)
    if (last === "\\\\") rows.push("")
  }
  if (wordsIn(reader) !== name) throw new NotKnown()
  const { around: [before, behind] = ["", ""], align } = known
  const filled = rows.filter((row, index) => index < rows.length - 1 || row !== "<mtd></mtd>")
  const table = `<mtable${align === undefined ? "" : ` columnalign="${align}"`}>${filled.map((row) => `<mtr>${row}</mtr>`).join("")}</mtable>`
  return `<mrow>${fence(before)}${table}${fence(behind)}</mrow>`
}

/** A formula in a text, between dollar signs. */
export interface Formula {
  /** Of the whole of it in the text. */
  start: number
  end: number
  source: string
  display: boolean
}

/** A price is none: within a line nothing but the formula touches the dollar signs, and no digit follows. */
const formula =
  /(?<![\\$\w])(?:\$\$((?:(?!\n[ \t]*\n)[^$]){1,4000})\$\$|\$(?![\s$])((?:\\.|[^$\\\n]){0,999}(?:\\.|[^$\\\s]))\$)(?![\d$])/g

/** Formulas of a text in which code is blanked out already. */
export const formulasIn = (text: string): Formula[] =>
  text.includes("$")
    ? [...text.matchAll(formula)].map(({ index, 0: whole, 1: display, 2: inline }) => ({
        ...{ start: index, end: index + whole.length, display: display !== undefined },
        source: (display ?? inline ?? "").trim(),
      }))
    : []
