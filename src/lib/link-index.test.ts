import { expect, test } from "bun:test"
import { numbersFrom } from "../testing/seeded.ts"
import { keyOf, linksIn, resolveLink } from "./document-links.ts"
import { topicsIn } from "./document-topics.ts"
import { type Backlink, createLinkIndex } from "./link-index.ts"

const filesOf = (texts: Map<string, string>) =>
  [...texts].map(([path, text]) => ({ path, blob: new Bun.CryptoHasher("sha1").update(text).digest("hex") }))

/** The same asked of every text anew, without an index. */
function scan(texts: Map<string, string>) {
  const paths = [...texts.keys()].sort()
  const keys = Map.groupBy(paths, keyOf)
  const names = { named: (key: string) => keys.get(key) ?? [] }
  const found = new Map<string, Backlink[]>()
  for (const from of paths) {
    const text = texts.get(from) ?? ""
    for (const link of linksIn(text)) {
      const led = resolveLink(link, from, names)
      if (link.target === "" || led.kind !== "found" || led.path === from) continue
      const line = text.slice(0, link.start).split("\n").length
      const one = { path: from, line, text: text.split("\n")[line - 1]?.trim() ?? "" }
      found.set(led.path, [...(found.get(led.path) ?? []), one])
    }
  }
  return found
}

test("backlinks and topics equal a scan of every text after each of 500 random commits", async () => {
  const random = numbersFrom(20)
  const pick = <T>(of: readonly T[]) => of[random(of.length)] as T
  const stems = ["rates", "Rates", "index", "vat", "税", "a b"]
  const folders = ["", "tax/", "tax/eu/", "notes/"]
  const path = () => `${pick(folders)}${pick(stems)}.md`
  const word = () =>
    pick([
      () => `[[${pick(stems)}]]`,
      () => `[[${path().replace(".md", "")}|w]]`,
      () => `[w](${encodeURI(pick(["", "../", "tax/"]) + pick(stems))}.md)`,
      () => `#${pick(["Tax", "tax", "eu-1", "税"])}`,
      () => "`[[rates]]` plain words",
    ])()
  const document = () =>
    Array.from({ length: random(5) }, () => Array.from({ length: random(4) }, word).join(" and ")).join("\n")
  const texts = new Map<string, string>()
  const index = createLinkIndex()
  let read = 0
  for (let commit = 0; commit < 500; commit++) {
    for (let change = random(4); change >= 0; change--) {
      if (random(4) === 0) texts.delete(pick([...texts.keys(), "none"]))
      else texts.set(path(), document())
    }
    const before = read
    await index.update(filesOf(texts), async ({ path: one }) => {
      read++
      return texts.get(one)
    })
    expect(read - before).toBeLessThanOrEqual(4)
    const wanted = [...texts.keys(), path()]
    const scanned = scan(texts)
    expect(wanted.map(index.backlinks)).toEqual(wanted.map((one) => scanned.get(one) ?? []))
    const topics = new Map<string, string[]>()
    for (const one of [...texts.keys()].sort())
      for (const topic of topicsIn(texts.get(one) ?? "")) topics.set(topic, [...(topics.get(topic) ?? []), one])
    expect(Object.fromEntries(index.topics())).toEqual(Object.fromEntries(topics))
  }
  console.log(`500 commits, ${read} documents read`)
}, 30_000)

test("a document that comes makes an old link lead to it, and one that goes lets the link lead elsewhere", async () => {
  const index = createLinkIndex()
  const texts = new Map([
    ["a.md", "see [[b]]"],
    ["x/b.md", ""],
  ])
  const update = () => index.update(filesOf(texts), async ({ path }) => texts.get(path))
  await update()
  expect(index.backlinks("x/b.md")).toEqual([{ path: "a.md", line: 1, text: "see [[b]]" }])
  texts.set("b.md", "")
  await update()
  expect([index.backlinks("x/b.md").length, index.backlinks("b.md").length]).toEqual([0, 1])
  texts.delete("b.md")
  await update()
  expect(index.backlinks("x/b.md")).toHaveLength(1)
})

test("a topic is a word of the text after #, and nothing in code, addresses, links or the mark of a heading", () => {
  const text =
    "# Heading\n## #real heading\n`#no` [[x#no]] [w](a.md#no) https://x.example/#no\n#税 (#A-1) word#no\n```\n#no\n```"
  expect(topicsIn(text)).toEqual(["real", "税", "a-1"])
})
