import { createHash } from "node:crypto"
import type { ChangesView } from "../../views/props/changes.ts"
import { targets } from "../../views/targets.ts"
import { anchorOf } from "./present.ts"
import type { Sight } from "./sight.ts"

/** What a page of changes shows, as much of it as is remembered between two looks: a mark for each DOM id. */
export interface Marks {
  /** Whether there is a repository. */
  of: "changes" | "other"
  parts: Map<string, string>
  files: Map<string, string>
  /** There is something to commit, by somebody who may. */
  commits: boolean
}

export const markOf = (text: string | Uint8Array): string => createHash("sha256").update(text).digest("base64url")

/** Of what stands beside the files: by what it is made of, since its words say how long ago something was. */
export function partMarks({ groups, branch, undo, mayWrite, checkouts }: ChangesView): Map<string, string> {
  const made: [id: string, of: unknown][] = [
    [targets.checkouts, checkouts],
    [targets.changeList, groups],
    [targets.changeBranch, branch ?? null],
  ]
  if (mayWrite) made.push([targets.changeUndo, [undo, groups.length > 0]])
  return new Map(made.map(([id, of]) => [id, markOf(JSON.stringify(of))]))
}

/** Tells by one mark what a page shows, so that its stream knows what the page has missed before it began. */
export function seenMark({ of, parts, files }: Pick<Marks, "of" | "parts" | "files">, sight: Sight): string {
  if (of === "other") return seenOfNothing
  const compared = [...parts, ...files].filter(([id]) => id !== typedIn(sight) && id !== targets.diffSummary)
  return markOf(JSON.stringify(compared)).slice(0, 22)
}

/** The same of a page on its way, from the marks of the files that were put on it. */
export const seenOnPage = (changes: ChangesView, files: Map<string, string>, sight: Sight): string =>
  seenMark({ of: "changes", parts: partMarks(changes), files }, sight)

/** Of a page that shows no changes. */
export const seenOfNothing = "nothing"

/** The file in which somebody types or chooses. */
export function typedIn({ comment, pick, file }: Sight): string {
  const typed = comment?.path ?? (pick === undefined ? undefined : file)
  return typed === undefined ? "" : anchorOf(typed)
}
