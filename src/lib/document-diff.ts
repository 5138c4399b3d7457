import { alignLines, commonEnds } from "./diff.ts"
import { codeLines } from "./markdown-code.ts"

/** A paragraph, list, table or other block of a document, and what became of it. */
export interface BlockChange {
  kind: "same" | "added" | "removed"
  text: string
}

/** What changed between two versions of a document, block by block: what goes stands before what comes. */
export function diffBlocks(before: string, after: string): BlockChange[] {
  const [old, now] = [blocksOf(before), blocksOf(after)]
  const { head, tail } = commonEnds(old, now)
  const kinds: BlockChange["kind"][] = [
    ...new Array<"same">(head).fill("same"),
    ...alignLines(old.slice(head, old.length - tail), now.slice(head, now.length - tail)),
    ...new Array<"same">(tail).fill("same"),
  ]
  let [row, column] = [0, 0]
  return kinds.map((kind) => {
    const text = kind === "removed" ? old[row] : now[column]
    if (kind !== "added") row++
    if (kind !== "removed") column++
    return { kind, text: text ?? "" }
  })
}

/** Cut at blank lines; a block of code stays whole. */
function blocksOf(text: string): string[] {
  const lines = text.split("\n")
  const code = codeLines(lines)
  const blocks: string[][] = [[]]
  lines.forEach((line, index) => {
    if (line.trim() === "" && !code[index]) blocks.push([])
    else blocks.at(-1)?.push(line)
  })
  return blocks.filter((block) => block.length > 0).map((block) => block.join("\n"))
}
