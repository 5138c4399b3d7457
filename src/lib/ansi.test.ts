import { expect, test } from "bun:test"
import { dangers, xss } from "../testing/xss.ts"
import { renderAnsi } from "./ansi.ts"

const check = (text: string, html: string) => expect(String(renderAnsi(text))).toBe(html)

test("colours and weights become class names", () => {
  check("\u001b[31mred\u001b[0m plain", `<span class="ansi-fg-1">red</span> plain`)
  check(
    "\u001b[1;32mok\u001b[22m thin",
    `<span class="ansi-bold ansi-fg-2">ok</span><span class="ansi-fg-2"> thin</span>`,
  )
  check("\u001b[97;44mx", `<span class="ansi-fg-15 ansi-bg-4">x</span>`)
  check(
    "\u001b[4mu\u001b[24;3mi\u001b[23;7mv\u001b[27;2mf",
    `<span class="ansi-underline">u</span><span class="ansi-italic">i</span><span class="ansi-inverse">v</span><span class="ansi-faint">f</span>`,
  )
  check("\u001b[mx\u001b[39;49my", "xy")
})

test("finer colours become the nearest of sixteen", () => {
  check("\u001b[38;5;9mx", `<span class="ansi-fg-9">x</span>`)
  check("\u001b[38;5;196mx", `<span class="ansi-fg-9">x</span>`)
  check("\u001b[38;5;240mx\u001b[38;5;250my", `<span class="ansi-fg-8">x</span><span class="ansi-fg-7">y</span>`)
  check("\u001b[38;2;0;200;0mx", `<span class="ansi-fg-10">x</span>`)
  check("\u001b[48;2;0;0;120;1mx", `<span class="ansi-bold ansi-bg-4">x</span>`)
  check("\u001b[38mx", "x")
})

test("everything that is not a colour is dropped", () => {
  check("\u001b[2J\u001b[Hclear\u001b[?25l", "clear")
  check("\u001b]0;title\u0007text\u001b]8;;https://x\u001b\\link\u001b]8;;\u001b\\", "textlink")
  check("bell\u0007 back\u0008 nul\u0000 \u009b1m", "bell back nul 1m")
  check("cut \u001b[3", "cut 3")
  check("cut \u001b", "cut ")
  check("tab\tand\nline", "tab\tand\nline")
})

test("a line that is written over keeps its last state", () => {
  check("10%\r50%\r100%\ndone", "100%\ndone")
  check("\u001b[32m1\r2\u001b[0m", `<span class="ansi-fg-2">2</span>`)
  check("windows\r\nline", "windows\nline")
  check("end\r", "end")
})

test("numbers out of range change nothing", () => {
  check("\u001b[999mx\u001b[38;5;9999my", `x<span class="ansi-fg-7">y</span>`)
})

test("output is text, whatever it says", () => {
  for (const text of xss) expect({ text, dangers: dangers(String(renderAnsi(text))) }).toEqual({ text, dangers: [] })
  check("<b>&", "&lt;b&gt;&amp;")
})

test("a long line costs one pass, however many places look like the beginning of something", () => {
  const long = "x".repeat(2_000_000)
  expect(String(renderAnsi(long))).toBe(long)
  expect(String(renderAnsi("\r".repeat(2_000_000)))).toBe("")
  expect(String(renderAnsi(`${"a\r".repeat(500_000)}last\r\nnext`))).toBe("last\nnext")
})
