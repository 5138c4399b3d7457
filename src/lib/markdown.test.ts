import { expect, test } from "bun:test"
import { readHtml } from "../testing/html.ts"
import { dangers, xss } from "../testing/xss.ts"
import { renderMarkdown, webAddress } from "./markdown.ts"

const markup = (text: string) => String(renderMarkdown(text))
const page = (text: string) => readHtml(markup(text))

test("nothing in a text becomes markup that runs, loads or is obeyed", () => {
  for (const text of xss) expect({ text, dangers: dangers(markup(text)) }).toEqual({ text, dangers: [] })
})

test("pairs of such strings, in one line and in one list, do nothing either", () => {
  for (const first of xss) {
    for (const second of xss) {
      const both = [`${first}${second}`, `- ${first}\n- ${second}`, `[${first}](${second})`, `**${first}** _${second}_`]
      for (const text of both) if (dangers(markup(text)).length > 0) expect({ text }).toEqual({ text: "harmless" })
    }
  }
})

test("HTML in a text is shown as the text it is", () => {
  expect(page("a <b>bold</b> tag").one("p").text).toBe("a <b>bold</b> tag")
  expect(markup("<div onclick=x>block</div>")).toContain("&lt;div onclick=x&gt;")
})

test("links lead to the web or to mail, in a window of their own", () => {
  const link = page("[docs](https://example.org/a?b=1&c=2)").one("a")
  expect(link.attributes["href"]).toBe("https://example.org/a?b=1&c=2")
  expect(link.attributes["target"]).toBe("_blank")
  expect(link.attributes["rel"]).toBe("noopener noreferrer nofollow")
  expect(
    page("write to <x@example.org> or see https://example.org")
      .all("a")
      .map(({ attributes }) => attributes["href"]),
  ).toContain("https://example.org")
})

test("an address that cannot be followed stays readable", () => {
  for (const address of ["src/app.ts", "//evil.example", "javascript:x", "file:///etc/passwd", "data:text/html,x"]) {
    const shown = page(`[the file](${address})`)
    expect(shown.has("a")).toBe(false)
    expect(shown.one(".address").text).toBe("the file")
    expect(shown.one(".address").attributes["title"]).toBe(address)
  }
})

test("pictures from elsewhere are links and never load", () => {
  const shown = page("![a chart](https://example.org/chart.png)")
  expect(shown.has("img")).toBe(false)
  expect(shown.one("a.picture").text).toBe("a chart")
  expect(page("![a chart](chart.png)").one(".address").text).toBe("a chart")
})

test("code has its language, colours and a button to copy it", () => {
  const shown = page("```ts\nconst a = 1\n```")
  expect(shown.one("figcaption .cut").text).toBe("ts")
  expect(shown.one(".hljs-keyword").text).toBe("const")
  expect(shown.one("button[data-copy]").attributes["aria-labelledby"]).toBe("word-copy")
})

test("a diagram is marked, so that the page's script draws it, and keeps its source", () => {
  const shown = page("```mermaid\ngraph TD\n  A --> B\n```\n\n```ts\nconst a = 1\n```")
  expect(shown.all("figure.diagram").map(({ text }) => text)).toEqual(["mermaidgraph TD A --> B"])
  expect(shown.all("figure.code")).toHaveLength(2)
  expect(page('```"mermaid onload=x\n```').has("figure.diagram")).toBe(false)
})

test("code of an unknown language is shown plain", () => {
  expect(page("```klingon\na < b & c\n```").one("pre").text).toBe("a < b & c")
})

test("code keeps every character", () => {
  const code = `a && b || "c" + 'd' <T> &amp; &lt; \\n`
  for (const language of ["", "ts", "html", "bash", "klingon"])
    expect(page(`\`\`\`${language}\n${code}\n\`\`\``).one("pre code").text).toBe(
      readHtml(`<p>${Bun.escapeHTML(code)}</p>`).one("p").text,
    )
})

test("tables scroll in their own box and keep their alignment", () => {
  const shown = page("| a | b |\n|---|--:|\n| 1 | 2 |")
  expect(shown.one(".table th.right").text).toBe("b")
  expect(shown.one(".table td.right").text).toBe("2")
})

test("task lists show what is done", () => {
  const boxes = page("- [x] one\n- [ ] two").all("li.task input[disabled]")
  expect(boxes.map(({ attributes }) => "checked" in attributes)).toEqual([true, false])
})

test("headings stand below those of the page", () => {
  expect(page("# Title").one("h3.h1").text).toBe("Title")
  expect(page("#### Deep").one("h6").text).toBe("Deep")
})

test("an ordered list goes on from its first number", () => {
  expect(page("5. five\n6. six").one("ol").attributes["start"]).toBe("5")
})

test("Chinese and English mix, and emphasis works beside Chinese marks", () => {
  expect(page("使用 **loopat** 的 `repo`。").one("strong").text).toBe("loopat")
})

test("only web and mail addresses can be followed", () => {
  const check = (address: string, follows: boolean) =>
    expect({ address, follows: webAddress(address) !== undefined }).toEqual({ address, follows })
  check("https://example.org", true)
  check("HTTP://example.org", true)
  check("mailto:a@example.org", true)
  check("javascript:1", false)
  check(" https://example.org", false)
  check("https://exa mple.org", false)
  check("https:example.org", false)
  check("https://", false)
  check("java\nscript:1", false)
  check("//example.org", false)
  check("/loops", false)
})
