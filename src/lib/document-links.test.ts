import { expect, test } from "bun:test"
import { innerPath, keyOf, linksIn, plainPath, resolveLink } from "./document-links.ts"

const short = (text: string) =>
  linksIn(text).map(({ kind, target, heading, label, embeds }) =>
    [kind, embeds ? "!" : "", target, heading === undefined ? "" : `#${heading}`, label ?? ""].join("|"),
  )

test("a link between double brackets has a target, and perhaps a heading and words of its own", () => {
  const cases: [text: string, links: string[]][] = [
    ["see [[Tax rates]].", ["wiki||Tax rates||"]],
    ["[[a/b.md#Old rates|the old ones]]", ["wiki||a/b.md|#Old rates|the old ones"]],
    ["[[#Below]] and ![[chart.png]]", ["wiki|||#Below|", "wiki|!|chart.png||"]],
    ["| [[税率\\|rates]] | [[x]] |", ["wiki||税率||rates", "wiki||x||"]],
    ["[[]] [[ ]] [[a\nb]] [[a]b]]", ["wiki||||"]],
    ["[words](../a%20b.md#at) ![](p.png)", ["path||../a b.md|#at|words", "path|!|p.png||"]],
    ['[w](<a b.md> "title") [w](https://x.example/a.md) [w](//x/a) [w](mailto:a@b)', ["path||a b.md||w"]],
    ["[[a]](b.md)", ["wiki||a||"]],
  ]
  for (const [text, links] of cases) expect([text, short(text)]).toEqual([text, links])
})

test("what stands in code or front matter is no link", () => {
  const text = [
    "---\nsee: '[[no]]'\n---\n[[yes]]",
    "```\n[[no]]\n```\n~~~~ md\n```\n[[no]]\n~~~~",
    "`[[no]]` ``a ` [[no]]`` ` [[also]]",
    "> ```\n> [[no]]\n> ```\n\n[[last]]",
  ].join("\n\n")
  expect(short(text)).toEqual(["wiki||yes||", "wiki||also||", "wiki||last||"])
})

test("the place of a link is its place in the text", () => {
  const text = "税 `x` [[a|b]] and [c](d.md)"
  expect(linksIn(text).map(({ start, end }) => text.slice(start, end))).toEqual(["[[a|b]]", "[c](d.md)"])
})

const names = (...paths: string[]) => ({ named: (key: string) => paths.filter((path) => keyOf(path) === key).sort() })

test("a wikilink resolves to the exact path, then to the same folder, then to a base name that only one file has", () => {
  const files = names("rates.md", "tax/rates.md", "tax/Old Rates.md", "a/index.md", "b/index.md", "img/Chart.png")
  const cases: [target: string, from: string, led: string][] = [
    ["rates", "x.md", "rates.md"],
    ["rates", "tax/x.md", "rates.md"],
    ["tax/rates", "x.md", "tax/rates.md"],
    ["tax/rates.md", "x.md", "tax/rates.md"],
    ["TAX/RATES", "x.md", "tax/rates.md"],
    ["old rates", "x.md", "tax/Old Rates.md"],
    ["index", "a/x.md", "a/index.md"],
    ["index", "c/x.md", "a/index.md or b/index.md"],
    ["b/Index", "c/x.md", "b/index.md"],
    ["chart.png", "x.md", "img/Chart.png"],
    ["nothing", "tax/x.md", "make tax/nothing.md"],
    ["deep/nothing", "tax/x.md", "make deep/nothing.md"],
    ["x/rates", "y.md", "make x/rates.md"],
    ["", "tax/x.md", "tax/x.md"],
  ]
  for (const [target, from, led] of cases) {
    const found = resolveLink({ kind: "wiki", target }, from, files)
    const words = { found: "", several: "", missing: "make " }[found.kind]
    expect([target, from, words + (found.kind === "several" ? found.paths.join(" or ") : found.path)]).toEqual([
      target,
      from,
      led,
    ])
  }
})

test("a link by path leads from the document's own folder, and never out of the repository", () => {
  const files = names("tax/rates.md", "tax/eu/vat.md", "img/p.png")
  const cases: [target: string, led: string | undefined][] = [
    ["rates.md", "tax/rates.md"],
    ["./rates", "tax/rates.md"],
    ["eu/vat.md", "tax/eu/vat.md"],
    ["../img/p.png", "img/p.png"],
    ["/img/p.png", "img/p.png"],
    ["../../etc/passwd", undefined],
    ["Rates.md", undefined],
  ]
  for (const [target, led] of cases) {
    const found = resolveLink({ kind: "path", target }, "tax/x.md", files)
    expect([target, found.kind === "found" ? found.path : undefined]).toEqual([target, led])
  }
  expect(plainPath("a", "../../b")).toBeUndefined()
  expect(innerPath("a%zz.md")).toBeUndefined()
})
