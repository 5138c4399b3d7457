import { describe, expect, test } from "bun:test"
import { readHtml } from "../testing/html.ts"
import { dangers, xss } from "../testing/xss.ts"
import { headingId } from "./heading-id.ts"
import { type DocumentPlaces, renderDocument } from "./markdown-document.ts"

const places: DocumentPlaces = {
  link: ({ target, heading }) => ({
    url: `/here?path=${encodeURIComponent(target)}${heading === undefined ? "" : headingHash(heading)}`,
    state: ({ new: "missing", two: "several" } as const)[target] ?? "found",
  }),
  picture: ({ target }) => (target.endsWith(".png") ? `/picture?path=${encodeURIComponent(target)}` : undefined),
  callouts: { note: "Note", tip: "Tip", important: "Important", warning: "Warning", caution: "Caution" },
}
const headingHash = (heading: string) => `#${headingId(heading)}`
const markup = (text: string) => String(renderDocument(text, places).html)
const page = (text: string) => readHtml(markup(text))

test("nothing in a document becomes markup that runs, loads or is obeyed", () => {
  for (const text of xss) {
    for (const whole of [
      text,
      `[[${text}]]`,
      `[[a|${text}]]`,
      `![[${text}.png]]`,
      `> [!note] ${text}`,
      `# ${text}`,
      `[${text}](a.md)`,
    ])
      expect({ whole, dangers: dangers(markup(whole), ["img"]) }).toEqual({ whole, dangers: [] })
  }
})

describe("a wikilink", () => {
  test("leads to its document and says for the eye what is missing or several", () => {
    const shown = page("see [[rates]], [[new|a new one]] and [[two#Part]]")
    expect(shown.all("a").map(({ text, attributes }) => [text, attributes["class"], attributes["href"]])).toEqual([
      ["rates", "wiki", "/here?path=rates"],
      ["a new one", "wiki missing", "/here?path=new"],
      ["two › Part", "wiki several", "/here?path=two#at-part"],
    ])
  })

  test("stays text in code, in another link and in an attribute", () => {
    expect(page("`[[a]]`").one("code").text).toBe("[[a]]")
    expect(page("    [[a]]\n").one("code").text.trim()).toBe("[[a]]")
    const inside = page("[before [[a]] after](https://x.example/)")
    expect(inside.all("a")).toHaveLength(1)
    expect(inside.one("a").text).toBe("before [[a]] after")
    expect(markup('[w](https://x.example/ "[[a]]")')).not.toContain("\ue000")
  })

  test("works in a table, and characters of our own marks in a text are nothing", () => {
    expect(page("| a |\n|---|\n| [[x\\|w]] |").one("td a").text).toBe("w")
    expect(page("\ue0000\ue001 [[x]]").all("a")).toHaveLength(1)
  })
})

test("pictures of the repository are shown, and others stay links or words", () => {
  const shown = page("![alt](img/a.png) ![[b.png]] ![c](https://x.example/c.png) ![d](d.svg)")
  expect(shown.all("img").map(({ attributes }) => [attributes["src"], attributes["alt"]])).toEqual([
    ["/picture?path=img%2Fa.png", "alt"],
    ["/picture?path=b.png", "b.png"],
  ])
  expect(shown.one("a.picture").text).toBe("c")
  expect(shown.one(".address").text).toBe("d")
})

test("a link by path to another document opens it here, one to the web in a window of its own", () => {
  const shown = page("[a](tax/rates.md#x) [b](https://x.example)").all("a")
  expect(shown.map(({ attributes }) => [attributes["href"], attributes["target"]])).toEqual([
    ["/here?path=tax%2Frates.md#at-x", undefined],
    ["https://x.example", "_blank"],
  ])
})

test("each heading has a name of its own that cannot be one of the page's", () => {
  const { html, title, headings } = renderDocument(
    "# Content\n## A `b` & *c*!\n### Content\n## 税率 Table\n## !!!",
    places,
  )
  // The first one is the page's own heading.
  expect(title).toEqual({ level: 1, id: "at-content", text: "Content" })
  expect(readHtml(String(html)).has("#at-content")).toBe(false)
  expect(headings).toEqual([
    { level: 2, id: "at-a-b-c", text: "A b & c!" },
    { level: 3, id: "at-content-1", text: "Content" },
    { level: 2, id: "at-税率-table", text: "税率 Table" },
    { level: 2, id: "at-", text: "!!!" },
  ])
  expect(readHtml(String(html)).one("#at-a-b-c").text).toBe("A b & c!")
})

test("a callout has its kind and its title, and an unknown one is the quote it was", () => {
  const shown = page("> [!warning] Mind **this**\n> the step\n\n> [!tip]\n> x\n\n> [!strange] y\n")
  expect(shown.one(".callout-warning .callout-title").text).toBe("Mind this")
  expect(shown.one(".callout-tip .callout-title").text).toBe("Tip")
  expect(shown.all("blockquote")).toHaveLength(3)
  expect(shown.all(".callout")).toHaveLength(2)
  expect(page("> [!danger]\n> - a").one(".callout-caution li").text).toBe("a")
})

describe("formulas and diagrams", () => {
  const shown = (text: string) => String(renderDocument(text, { ...places, diagram: "Source <only>" }).html)

  test("a formula stands as one, in its line or on its own, and in code or where it is not understood as it is written", () => {
    expect(shown("so $x^2$.")).toContain("so <math><msup>")
    expect(shown("$$x$$")).toBe(
      '<p><span class="math" tabindex="0"><math display="block"><mi>x</mi></math></span></p>\n',
    )
    expect(shown("`$x$` and $\\nothing{[[a]]}$")).toBe("<p><code>$x$</code> and <code>$\\nothing{[[a]]}$</code></p>\n")
    expect(shown("it costs $5, and *that* is $6")).toBe("<p>it costs $5, and <em>that</em> is $6</p>\n")
    expect(shown("$a*b*c$ [[x]]")).toContain("<mo>∗</mo>")
  })

  test("a diagram is its source, and says so", () => {
    expect(shown("```mermaid\ngraph TD\n```")).toContain(
      '<span class="cut">mermaid</span><span class="hint no-script">Source &lt;only&gt;</span>',
    )
    expect(shown("```js\nx\n```")).not.toContain("Source")
  })
})
