/**
 * The text with everything that is code or front matter blanked out, of the same length and with the same lines, so
 * that places found in it are places in the text.
 */
export function withoutCode(text: string): string {
  const lines = text.split("\n")
  const code = codeLines(lines)
  return withoutSpans(lines.map((line, index) => (code[index] ? blank(line) : line)).join("\n"))
}

/** For each line whether it belongs to front matter or to a block of code between fences. */
export function codeLines(lines: readonly string[]): boolean[] {
  const head = frontMatterLines(lines)
  let fence: string | undefined
  return lines.map((line, index) => {
    if (index < head) return true
    const mark = fenceIn(line)
    if (fence === undefined) {
      fence = mark
      return mark !== undefined
    }
    if (mark !== undefined && mark.startsWith(fence) && /[`~]\s*$/.test(line)) fence = undefined
    return true
  })
}

/** How many lines of the beginning are front matter: those from a first `---` to the next. */
export function frontMatterLines(lines: readonly string[]): number {
  if (lines[0]?.trimEnd() !== "---") return 0
  const end = lines.findIndex((line, index) => index > 0 && line.trimEnd() === "---")
  return end < 0 ? 0 : end + 1
}

const blank = (line: string) => " ".repeat(line.length)

/** A fence may stand in a quote or begin an item of a list. */
const fenceIn = (line: string): string | undefined =>
  /^[ \t>]*(?:[-*+] |\d{1,9}[.)] )?[ \t]*(`{3,}|~{3,})/.exec(line)?.[1]

/** Code within a paragraph: from some ticks to the next ones that are as many. */
function withoutSpans(text: string): string {
  const paragraphs = text.split(/(\n[ \t]*\n)/)
  return paragraphs.map((paragraph) => (paragraph.includes("`") ? withoutSpansIn(paragraph) : paragraph)).join("")
}

function withoutSpansIn(paragraph: string): string {
  const runs = [...paragraph.matchAll(/`+/g)]
  let kept = ""
  let at = 0
  for (let index = 0; index < runs.length; index++) {
    const open = runs[index]
    if (open === undefined || open.index < at) continue
    const close = runs.slice(index + 1).find(([ticks]) => ticks.length === open[0].length)
    if (close === undefined) continue
    const end = close.index + close[0].length
    kept += paragraph.slice(at, open.index) + paragraph.slice(open.index, end).replace(/[^\n]/g, " ")
    at = end
  }
  return kept + paragraph.slice(at)
}
