import { createHash } from "node:crypto"
import { ChangeList, Undo } from "../../views/components/change-list.tsx"
import { Branch } from "../../views/pages/changes.tsx"
import { targets } from "../../views/targets.ts"
import type { SafeHtml } from "../lib/jsx/safe-html.ts"
import type { About } from "./pieces.tsx"
import { anchorOf } from "./present.ts"
import type { Sight } from "./sight.ts"

/** As much of it as is remembered between two looks. */
export interface Marks {
  /** Whether there is a repository. */
  of: "changes" | "other"
  parts: Map<string, string>
  files: Map<string, string>
  /** There is something to commit, by somebody who may. */
  commits: boolean
}

export const markOf = (text: string | Uint8Array): string => createHash("sha256").update(text).digest("base64")

/** What stands beside the files. */
export function partsOf(all: Pick<About, "changes" | "reader" | "formToken">): Map<string, SafeHtml | null> {
  const parts = new Map<string, SafeHtml | null>([
    [targets.changeList, <ChangeList {...all} />],
    [targets.changeBranch, <Branch {...all} />],
  ])
  if (all.changes.mayWrite) parts.set(targets.changeUndo, <Undo {...all} />)
  return parts
}

/** Tells by one mark what a page showed, so that its stream knows what the page has missed before it began. */
export function seenMark({ of, parts, files }: Pick<Marks, "of" | "parts" | "files">, sight: Sight): string {
  const compared = [...parts, ...files].filter(([id]) => id !== typedIn(sight) && id !== targets.diffSummary)
  return markOf(JSON.stringify([of, ...compared]))
    .replace(/\W/g, "")
    .slice(0, 22)
}

/** The same of a page on its way, from the files that were put on it. */
export const seenOnPage = (about: About, files: ReadonlyMap<string, SafeHtml | null>): string =>
  seenMark({ of: "changes", parts: marksOf(partsOf(about)), files: marksOf(files) }, about.visit.sight)

export const seenOfNothing = (sight: Sight): string =>
  seenMark({ of: "other", parts: new Map(), files: new Map() }, sight)

export const marksOf = (nodes: ReadonlyMap<string, SafeHtml | null>): Map<string, string> =>
  new Map([...nodes].map(([id, node]) => [id, markOf(String(node))]))

/** The file in which somebody types or chooses. */
export function typedIn({ comment, pick, file }: Sight): string {
  const typed = comment?.path ?? (pick === undefined ? undefined : file)
  return typed === undefined ? "" : anchorOf(typed)
}
