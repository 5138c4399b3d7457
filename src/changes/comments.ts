import { z } from "zod"
import { shownPath } from "../lib/file-path.ts"
import { changesWords } from "../lib/i18n/changes.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import { shownLine } from "./byte-text.ts"
import type { FileDiff } from "./diff.ts"

/** One remark on lines of a change, until it is sent to the agent. */
export const ReviewComment = z.object({
  id: z.string(),
  /** Of the checkout; absent: the working folder. */
  checkout: z.string().optional(),
  path: z.string(),
  side: z.enum(["new", "old"]),
  first: z.number().int(),
  last: z.number().int(),
  /** The lines as they were when the remark was made. */
  code: z.string(),
  text: z.string(),
  at: z.string(),
})
export type ReviewComment = z.infer<typeof ReviewComment>

export const mostComments = 200
export const longestComment = 10_000

/** The shown lines with these numbers, in one string. Undefined when one of them is not shown. */
export function linesAt(
  file: FileDiff,
  { side, first, last }: Pick<ReviewComment, "side" | "first" | "last">,
): string | undefined {
  const found: string[] = []
  for (const { before, after, lines } of file.hunks) {
    let number = side === "new" ? after.start : before.start
    for (const { sign, bytes } of lines) {
      if (sign === (side === "new" ? "-" : "+")) continue
      if (number >= first && number <= last) found.push(shownLine(bytes))
      number++
    }
  }
  return found.length > 0 && found.length === last - first + 1 ? found.join("\n") : undefined
}

/** All that waits as one message: file, lines, code and remark, in the order of the files. */
export function reviewMessage(comments: readonly ReviewComment[], locale: Locale): string {
  const words = changesWords(locale)
  const parts = comments.toSorted(byPlace).map((comment) => {
    const { side, first, last, code, text } = comment
    const place = words.atLines(placeOf(comment), first, last)
    const head = side === "old" ? `${place} (${words.beforeChange})` : place
    const fence = "`".repeat(Math.max(3, ...[...code.matchAll(/`+/g)].map(([ticks]) => ticks.length + 1)))
    return `**${head}**\n${fence}\n${code}\n${fence}\n${text}`
  })
  return [words.reviewMessage, ...parts].join("\n\n")
}

/** As the agent finds it from its working folder. */
export const placeOf = ({ checkout, path }: Pick<ReviewComment, "checkout" | "path">): string =>
  checkout === undefined ? shownPath(path) : `/loopat/context/${checkout}/${shownPath(path)}`

function byPlace(a: ReviewComment, b: ReviewComment): number {
  const [one, other] = [placeOf(a), placeOf(b)]
  if (one === other) return a.first - b.first
  return one < other ? -1 : 1
}
