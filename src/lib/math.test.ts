import { describe, expect, test } from "bun:test"
import { numbersFrom } from "../testing/seeded.ts"
import { dangers, xss } from "../testing/xss.ts"
import { formulasIn, mathMarkup } from "./math.ts"

describe("a formula becomes what a browser shows", () => {
  const check = (tex: string, expected: string, display = false) =>
    expect(mathMarkup(tex, display)).toBe(`<math${display ? ' display="block"' : ""}><mrow>${expected}</mrow></math>`)

  test("with scripts, fractions and roots", () => {
    check("x^2", "<msup><mi>x</mi><mrow><mn>2</mn></mrow></msup>")
    check("a_i'", "<msubsup><mi>a</mi><mi>i</mi><mrow><mo>′</mo></mrow></msubsup>")
    check("\\frac{a}2", "<mfrac><mrow><mi>a</mi></mrow><mn>2</mn></mfrac>")
    check("\\sqrt[3]{x}", "<mroot><mrow><mi>x</mi></mrow><mrow><mn>3</mn></mrow></mroot>")
    check("1.5 - \\alpha", "<mn>1.5</mn><mo>−</mo><mi>α</mi>")
  })

  test("with limits above and below only where it has a line of its own", () => {
    check("\\sum_i", "<msub><mo>∑</mo><mi>i</mi></msub>")
    check("\\sum_i", "<munder><mo>∑</mo><mi>i</mi></munder>", true)
    check("\\int_0^1", "<msubsup><mo>∫</mo><mn>0</mn><mrow><mn>1</mn></mrow></msubsup>", true)
  })

  test("with fences, tables, words and other faces", () => {
    const stretched = ' fence="true" stretchy="true"'
    check("\\left(x\\right.", `<mrow><mo${stretched}>(</mo><mi>x</mi></mrow>`)
    check(
      "\\begin{cases} 1 & \\text{if } x<0 \\\\ 0 \\end{cases}",
      `<mrow><mo${stretched}>{</mo><mtable columnalign="left"><mtr><mtd><mn>1</mn></mtd><mtd><mtext>if </mtext><mi>x</mi><mo>&lt;</mo><mn>0</mn></mtd></mtr>` +
        `<mtr><mtd><mn>0</mn></mtd></mtr></mtable></mrow>`,
    )
    check("\\mathbb{R}\\mathbf{v}", "<mi>ℝ</mi><mi>𝐯</mi>")
    check("\\hat x", '<mover accent="true"><mi>x</mi><mo>^</mo></mover>')
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
  for (const tex of [...wrong, "x_1_2", "\\def\\a{\\a}\\a", deep, "x".repeat(5_000), "\\text{\\b{}}", "#1", "\\"])
    expect([tex, mathMarkup(tex, true)]).toEqual([tex, undefined])
})

/** Tags of ours, none of which leads anywhere. */
const made = "math mrow mi mo mn mtext msup msub msubsup mspace mover munder munderover mfrac msqrt mroot".split(" ")

test("no text does anything as a formula, and none takes long", () => {
  for (const one of xss)
    for (const tex of [one, `\\text{${one}}`, `\\mathrm{${one}}`, `\\mathbf{${one}}`])
      expect([tex, dangers(mathMarkup(tex, true) ?? "", made)]).toEqual([tex, []])
  const random = numbersFrom(3)
  const parts = [
    "\\frac",
    "{",
    "}",
    "^",
    "_",
    "x",
    "<b>",
    "\\left",
    "(",
    "\\right",
    "\\begin{matrix}",
    "\\end{matrix}",
    "&",
    "\\\\",
    "'",
  ]
  for (let round = 0; round < 2_000; round++) {
    const tex = Array.from({ length: random(12) + 1 }, () => parts[random(parts.length)]).join(" ")
    const markup = mathMarkup(tex, round % 2 === 0) ?? ""
    expect(
      markup.replace(
        /<\/?m[a-z]+(?: (?:display|accent|fence|stretchy|columnalign|width|linethickness)="[a-z0-9. -]*")*>/g,
        "",
      ),
    ).not.toMatch(/[<>]/)
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
