/** A code fence that is open: its marker, and where its code begins in the text. */
export interface Fence {
  marker: string
  start: number
  /** Up to here no closing line was found. */
  searched: number
}

/** A list longer than this many characters is given out in parts, at the start of an item. */
const longList = 1_200

const fenceLine = /^ {0,3}(`{3,}(?=[^`\n]*$)|~{3,})/
const listItem = /^ {0,3}(?:[-*+]|\d{1,9}[.)])(?:\s|$)/
/** The start of a line that may yet become a list item. */
const undecided = /^(?:[-*+]|\d{1,9}[.)]?)?$/

/**
 * Where the first finished block of the text ends, if one is finished: nothing that comes later can change how the
 * text before that place is rendered. Looks at whole lines only.
 */
export function firstCut(text: string, fence: Fence | undefined): number | undefined {
  const opened = fence ?? openFence(text)
  if (opened !== undefined) return fenceEnd(text, opened)
  const first = text.search(/\S/)
  if (first < 0) return undefined
  const start = text.lastIndexOf("\n", first) + 1
  if (fenceLine.test(lineAt(text, start))) return undefined
  const block = { text, start, list: listItem.test(lineAt(text, start)) }
  for (let at = start, end = text.indexOf("\n", at); end >= 0; at = end + 1, end = text.indexOf("\n", at)) {
    const cut = cutAtLine(block, at, end)
    if (cut === "unknown") return undefined
    if (cut !== "same") return cut
  }
  return undefined
}

interface Block {
  text: string
  start: number
  list: boolean
}

/** Whether a whole line ends the block before it, or with it. */
function cutAtLine({ text, start, list }: Block, at: number, end: number): number | "same" | "unknown" {
  const line = text.slice(at, end)
  if (/^#{1,6}(\s|$)/.test(line)) return at > start ? at : end + 1
  if (line.trim() === "") return afterBlank(text, end + 1, list)
  const interrupts = at > start && fenceLine.test(line) && !(list && line.startsWith(" "))
  const partOfLongList = list && at - start > longList && listItem.test(line) && !line.startsWith(" ")
  return interrupts || partOfLongList ? at : "same"
}

/** The fence the text begins with, if its first line is complete. */
export function openFence(text: string): Fence | undefined {
  const first = text.search(/\S/)
  const start = first < 0 ? 0 : text.lastIndexOf("\n", first) + 1
  const end = text.indexOf("\n", start)
  const marker = end < 0 ? undefined : fenceLine.exec(text.slice(start, end))?.[1]
  return marker === undefined ? undefined : { marker, start: end + 1, searched: end + 1 }
}

/** How much of an open fence may be shown: not a last line that may become the closing one. */
export function holdsBack(text: string, { marker, start }: Fence): number {
  const line = Math.max(start, text.lastIndexOf("\n") + 1)
  const last = text.slice(line).trim()
  return last !== "" && marker.startsWith(last.slice(0, marker.length)) && isRun(last) ? line : text.length
}

const isRun = (text: string) => [...text].every((letter) => letter === text[0])

function fenceEnd(text: string, fence: Fence): number | undefined {
  for (let end = text.indexOf("\n", fence.searched); end >= 0; end = text.indexOf("\n", fence.searched)) {
    const line = text.slice(fence.searched, end)
    fence.searched = end + 1
    const last = line.trim()
    if (/^ {0,3}\S/.test(line) && last.startsWith(fence.marker) && isRun(last)) return end + 1
  }
  return undefined
}

/** After a blank line: where the next block starts, whether it is still the same one, or that it cannot be told yet. */
function afterBlank(text: string, from: number, list: boolean): number | "same" | "unknown" {
  const next = text.slice(from).search(/[^\n]/)
  if (next < 0) return "unknown"
  const line = lineAt(text, from + next)
  const complete = text.indexOf("\n", from + next) >= 0
  if (/^\s/.test(line)) return line.trim() === "" && !complete ? "unknown" : "same"
  if (!list) return from + next
  if (!complete && undecided.test(line)) return "unknown"
  return listItem.test(line) ? "same" : from + next
}

function lineAt(text: string, start: number): string {
  const end = text.indexOf("\n", start)
  return end < 0 ? text.slice(start) : text.slice(start, end)
}
