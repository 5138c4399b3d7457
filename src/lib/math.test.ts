import { describe, expect, test } from "bun:test"
import { numbersFrom } from "../testing/seeded.ts"
import { dangers, xss } from "../testing/xss.ts"
import { formulasIn, mathMarkup } from "./math.ts"

describe("a formula becomes what a browser shows", () => {
  const check = (tex: string, expected: string, display = false) =>
    expect(mathMarkup(tex, display)).toBe(`<math${display ? ' display="block"' : ""}>${expected}</math>`)

  test("with scripts, fractions and roots", () => {
    check("x^2", "<msup><mi>x</mi><mn>2</mn></msup>")
    check("\\frac12", "<mfrac><mn>1</mn><mn>2</mn></mfrac>")
    check("\\int_0^1", '<msubsup><mo movablelimits="false">∫</mo><mn>0</mn><mn>1</mn></msubsup>', true)
  })

  test("with columns to one side, and without any look of its own", () => {
    const cases = mathMarkup("\\begin{cases} 1 & \\text{if } x<0 \\\\ 0 \\end{cases}", true) ?? ""
    expect(cases).toContain('<mtd class="tml-left"><mn>1</mn></mtd>')
    for (const tex of ["\\color{red} x", "\\colorbox{red}{x}", "\\boxed{x}", "\\tag{1} x", "\\rule{99em}{99em}"]) {
      const markup = mathMarkup(tex, true) ?? ""
      expect(markup).toStartWith("<math")
      expect(markup).not.toMatch(/ style=|background|color|99em/)
    }
  })
})

test("what is not known, not closed or too much is no formula, and stands as it was written", () => {
  const deep = "{".repeat(50) + "}".repeat(50)
  const wrong = [
    "\\href{javascript:x}{y}",
    "\\frac{a}",
    "{",
    "}",
    "\\left(",
    "a & b",
    "\\begin{x}\\end{x}",
    "\\begin{matrix}",
  ]
  const macros = ["\\def\\a{\\a}\\a", "\\newcommand{\\a}{b}\\a", "\\gdef\\a{b}x"]
  for (const tex of [...wrong, ...macros, "x_1_2", deep, "\\left(".repeat(50), "x".repeat(5_000), "#1", "\\"])
    expect([tex, mathMarkup(tex, true)]).toEqual([tex, undefined])
})

/** Tags that may stand in a formula, none of which leads anywhere. */
const made =
  "math menclose mfrac mi mn mo mover mpadded mphantom mroot mrow mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover".split(
    " ",
  )

test("no text does anything as a formula", () => {
  for (const one of xss)
    for (const tex of [
      one,
      `\\text{${one}}`,
      `\\mathrm{${one}}`,
      `\\verb|${one}|`,
      `\\class{${one}}{x}`,
      `\\ref{${one}}`,
    ])
      expect([tex, dangers(mathMarkup(tex, true) ?? "", made)]).toEqual([tex, []])
  const random = numbersFrom(3)
  const parts =
    "\\frac { } ^ _ x <b> \\left ( \\right \\begin{matrix} \\end{matrix} & \\\\ ' \" \\verb| \\label{a} \\ref{a} \\tag{1}".split(
      " ",
    )
  for (let round = 0; round < 2_000; round++) {
    const tex = Array.from({ length: random(12) + 1 }, () => parts[random(parts.length)]).join(" ")
    const markup = mathMarkup(tex, round % 2 === 0) ?? ""
    expect(markup.replace(/<\/?m[a-z]+(?: [a-z]+="[A-Za-z0-9.+ -]*")*>/g, "")).not.toMatch(/[<>]/)
    expect(markup).not.toMatch(/ (?!class="tml-(?:left|right)")(?:style|class|id|href|on[a-z]+)=/)
  }
})

describe("formulas in a text", () => {
  const check = (text: string, expected: string[]) =>
    expect(formulasIn(text).map(({ start, end }) => text.slice(start, end))).toEqual(expected)

  test("stand between dollar signs, and prices are none", () => {
    check("so $x^2$ and $$\\frac ab$$.", ["$x^2$", "$$\\frac ab$$"])
    check("costs $5 and $6 today, or $20,000", [])
    check("US$5 or 6$ and $ x $", [])
    check("\\$x$ and $a\\$b$", ["$a\\$b$"])
    check("$$\na\nb\n$$", ["$$\na\nb\n$$"])
    check("$$a\n\nb$$", [])
    check("$a\nb$", [])
  })

  test("are found in a long text of dollar signs without taking long", () => {
    expect(formulasIn("$".repeat(100_000)).length).toBe(0)
    expect(formulasIn("$a ".repeat(30_000)).length).toBe(0)
    expect(formulasIn("$$a ".repeat(3_000)).length).toBeLessThan(3_000)
  })
})
