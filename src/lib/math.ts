import { remembered } from "./jsx/remembered.ts"

type Library = typeof import("temml").default

/** It takes longer to load than a page may: it comes with the first formula that is shown. */
const library = remembered((): Library => require("temml"))

/**
 * A formula in TeX as MathML, which a browser shows by itself. Undefined for what is not understood, and for what would
 * take long: it stands as it was written. Nothing in it can name an address, a style or a script.
 */
export function mathMarkup(source: string, display: boolean): string | undefined {
  if (source.length > longest || definition.test(source) || nesting(source) > deepest) return undefined
  const temml = library("temml")
  try {
    return withoutLooks(temml.renderToString(source, { displayMode: display, throwOnError: true, maxSize: [4, 4] }))
  } catch {
    // Besides its own error it has others for some of what is no formula; none is a reason not to show the document.
    return undefined
  }
}

const longest = 4_000
const deepest = 30
/** Few characters that define a macro can stand for very many. */
const definition = /\\(?:[egx]?def|let|futurelet|global|long|(?:re)?newcommand|providecommand)(?![A-Za-z])/
const bracket = /\\(left|begin|right|end)(?![A-Za-z])|\\.|[{}]/gs

/** How deep braces, fences and environments lie in one another. */
function nesting(source: string): number {
  let [depth, most] = [0, 0]
  for (const [sign, word] of source.matchAll(bracket)) {
    if (sign === "{" || word === "left" || word === "begin") most = Math.max(most, ++depth)
    else if (sign === "}" || word === "right" || word === "end") depth--
  }
  return most
}

const tag = /<(\/?)([a-z]+)((?: [a-z]+=(?:"[^"]*"|'[^']*'))*)>/g
const elements: ReadonlySet<string> = new Set(
  "math menclose mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none".split(
    " ",
  ),
)
const attribute =
  / (?:accent|accentunder|columnalign|depth|display|displaystyle|fence|form|height|largeop|linethickness|lspace|mathvariant|maxsize|minsize|movablelimits|notation|rspace|scriptlevel|separator|stretchy|symmetric|voffset|width)="[A-Za-z0-9.+ -]*"/g
const side = / class="tml-(left|right)"/

/** The policy of pages allows no style in their markup, and a document has no say in how the page around it looks. */
function withoutLooks(markup: string): string {
  return markup.replace(tag, (...[, end, name, attributes]: [string, string, string, string]) => {
    if (!elements.has(name)) return ""
    const kept = (attributes.match(attribute) ?? []).join("")
    return `<${end}${name}${kept}${side.exec(attributes)?.[0] ?? ""}>`
  })
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
