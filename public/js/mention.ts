import { addToDraft } from "./composer.ts"
import { onClick } from "./page.ts"

/** Puts a file's name into the message to the agent, with the lines that are chosen in it. */
export function startMention(): void {
  // The click itself may end a selection.
  let lines = ""
  document.addEventListener("selectionchange", () => {
    const shown = linesShown()
    if (shown === undefined || shown === lines) return
    lines = shown
    for (const link of document.querySelectorAll<HTMLAnchorElement>("[data-history]")) leadToLines(link, shown)
  })
  onClick("[data-mention]", (button) => {
    const { mention = "", loop = "", to = "/" } = button.dataset
    const chosen = document.querySelector<HTMLElement>("[data-editor]")?.dataset["lines"] ?? lines
    addToDraft(loop, `@${mention}${chosen === "" ? "" : `:${chosen}`}`)
    location.assign(to)
  })
}

/** The history that it leads to is that of these lines, or of the whole file. */
function leadToLines(link: HTMLAnchorElement, lines: string): void {
  const address = new URL(link.href)
  const [from = "", to = from] = lines.split("-")
  address.searchParams.delete("from")
  address.searchParams.delete("to")
  if (from !== "") for (const [name, line] of Object.entries({ from, to })) address.searchParams.set(name, line)
  link.href = address.href
}

/** `12` or `12-20`, of what is selected in the text that is shown; undefined when the selection is elsewhere. */
function linesShown(): string | undefined {
  const text = document.querySelector(".file-text")
  const selection = getSelection()
  if (!text || !selection || selection.rangeCount === 0) return undefined
  const range = selection.getRangeAt(0)
  if (!text.contains(range.commonAncestorContainer)) return undefined
  if (range.collapsed) return ""
  const before = document.createRange()
  before.setStart(text, 0)
  before.setEnd(range.startContainer, range.startOffset)
  const first = countLines(before.toString())
  const last = first + countLines(range.toString().replace(/\n$/, "")) - 1
  return first === last ? String(first) : `${first}-${last}`
}

const countLines = (text: string) => text.split("\n").length
