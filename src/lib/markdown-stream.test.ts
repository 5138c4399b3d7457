import { expect, test } from "bun:test"
import { readHtml } from "../testing/html.ts"
import { dangers, xss } from "../testing/xss.ts"
import { createMarkdownStream, type MarkdownOperation } from "./markdown-stream.ts"
import { renderMarkdown } from "./markdown.ts"

/** What a browser would hold: finished blocks, and a tail to whose growing end text is added. */
function createScreen() {
  let blocks = ""
  let tail = ""
  return {
    apply(operations: MarkdownOperation[]) {
      for (const operation of operations) {
        if (operation.kind === "block") blocks += operation.html
        else if (operation.kind === "tail") tail = String(operation.html)
        else tail = grow(tail, operation.text)
      }
    },
    html: () => blocks + tail,
    text: () => readable(blocks + tail),
  }
}

function grow(tail: string, text: string): string {
  const at = /(<(?:span|code) id="g">)([^<]*)/
  expect(tail).toMatch(at)
  return tail.replace(at, (_, open: string, before: string) => `${open}${before}${Bun.escapeHTML(text)}`)
}

const readable = (html: string) =>
  html
    .replace(/<figcaption>.*?<\/figcaption>/g, "")
    .replace(/<[^>]*>/g, "")
    .replace(/\s+/g, " ")
    .trim()

const sample = `# A *title*

A paragraph with **bold words** and \`code\`, then
a second line with [a link](https://example.org).

1. one
2. two
   - nested

   with a second paragraph

3. three

| a | b |
|---|---|
| 1 | two words |

\`\`\`ts
const a = "x" // \`\`\` not the end

if (a < "y") {}
\`\`\`
Right after the code.

> quoted
> twice

~~~
tilde
~~~

- [x] done
- [ ] open

* * *

The end, with words and words and more words.
`

function pieces(text: string, size: number): string[] {
  return text.match(new RegExp(`[\\s\\S]{1,${size}}`, "g")) ?? []
}

test("however a text is cut into pieces, the screen ends with the words of the whole", () => {
  for (const size of [1, 2, 3, 5, 7, 16, 64, 1000]) {
    const stream = createMarkdownStream("g")
    const screen = createScreen()
    for (const piece of pieces(sample, size)) screen.apply(stream.feed(piece))
    expect({ size, text: screen.text() }).toEqual({ size, text: readable(String(renderMarkdown(sample))) })
    expect(stream.text()).toBe(sample)
  }
})

test("at every moment the screen and a snapshot for a newcomer agree", () => {
  for (const size of [1, 4, 9]) {
    const stream = createMarkdownStream("g")
    const screen = createScreen()
    for (const piece of pieces(sample, size)) {
      screen.apply(stream.feed(piece))
      const newcomer = createMarkdownStream("g")
      newcomer.feed(stream.text())
      const { html, tail } = newcomer.snapshot()
      expect(screen.text()).toBe(readable(`${html}${tail}`))
    }
  }
})

test("whoever joins in the middle can follow from the snapshot on", () => {
  const stream = createMarkdownStream("g")
  stream.feed("Some words before ")
  const { html, tail } = stream.snapshot()
  const screen = createScreen()
  screen.apply([
    { kind: "block", html },
    { kind: "tail", html: tail },
  ])
  screen.apply(stream.feed("and after"))
  expect(screen.text()).toBe("Some words before and after")
})

test("a finished block is sent once and never again", () => {
  const stream = createMarkdownStream("g")
  const blocks = pieces(sample, 3)
    .flatMap((piece) => stream.feed(piece))
    .filter(({ kind }) => kind === "block")
  const wholes = blocks.map((block) => ("html" in block ? readable(String(block.html)) : ""))
  expect(wholes.filter((text) => text === "A title")).toHaveLength(1)
  expect(wholes.filter((text) => text.startsWith("A paragraph"))).toHaveLength(1)
})

test("plain words and open code are appended, not rendered again", () => {
  const stream = createMarkdownStream("g")
  stream.feed("Here are ")
  expect(stream.feed("some more words")).toEqual([{ kind: "tail-text", text: " some more words" }])
  expect(stream.feed(", and more")).toEqual([{ kind: "tail-text", text: ", and more" }])
  stream.feed("\n\n```js\nlet a")
  expect(stream.feed(" = **1** <\nlet b")).toEqual([{ kind: "tail-text", text: " = **1** <\nlet b" }])
})

test("what may be the end of the code waits until that is clear", () => {
  const stream = createMarkdownStream("g")
  const screen = createScreen()
  screen.apply(stream.feed("```\na\n``"))
  expect(screen.text()).toBe("a")
  screen.apply(stream.feed("x"))
  expect(screen.text()).toBe("a ``x")
  screen.apply(stream.feed("\n```\nafter"))
  expect(screen.text()).toBe("a ``x after")
})

test("a longer fence holds a shorter one", () => {
  const stream = createMarkdownStream("g")
  const screen = createScreen()
  const text = "````md\n```js\nx\n```\n````\nafter"
  for (const piece of pieces(text, 2)) screen.apply(stream.feed(piece))
  expect(screen.html()).toContain("<p>after")
  expect(screen.text()).toBe("```js x ``` after")
})

test("a list with blank lines between its items stays one list", () => {
  const stream = createMarkdownStream("g")
  const operations = pieces("1. one\n\n2. two\n\n3. three\n\nAfter", 4).flatMap((piece) => stream.feed(piece))
  const [list] = operations.flatMap((operation) => (operation.kind === "block" ? [String(operation.html)] : []))
  expect(
    readHtml(list ?? "")
      .all("li")
      .map(({ text }) => text),
  ).toEqual(["one", "two", "three"])
})

test("streaming costs little more than the text itself", () => {
  const prose = "The quick brown fox jumps over the lazy dog and goes on to the next field. ".repeat(40)
  const list = Array.from({ length: 200 }, (_, item) => `- item ${item} with a few plain words`).join("\n")
  const code = `\`\`\`\n${"a line of code = 1;\n".repeat(300)}\`\`\`\n`
  const check = (text: string, most: number) => {
    const stream = createMarkdownStream("g")
    const frames = pieces(text, 24).map((piece) =>
      stream
        .feed(piece)
        .reduce((sum, operation) => sum + ("text" in operation ? operation.text : String(operation.html)).length, 0),
    )
    const sent = frames.reduce((sum, bytes) => sum + bytes, 0)
    expect(sent).toBeLessThanOrEqual(most * text.length + 150 * frames.length)
  }
  check(prose, 3)
  check(code, 3)
  check(list, 30)
})

test("no piece of a hostile text does anything, wherever it is cut", () => {
  for (const text of xss) {
    for (const size of [1, 3, 8]) {
      const stream = createMarkdownStream("g")
      const screen = createScreen()
      for (const piece of pieces(`Words before ${text} after`, size)) {
        screen.apply(stream.feed(piece))
        expect({ text, dangers: dangers(screen.html()) }).toEqual({ text, dangers: [] })
      }
    }
  }
})
