import { FileDiff } from "../../views/components/file-diff.tsx"
import { Stream } from "../../views/layouts/frame.tsx"
import { CutShort, DiffSummary, FoldedFiles } from "../../views/pages/changes.tsx"
import type { ChangesView, FileDiffView } from "../../views/props/changes.ts"
import type { Reader } from "../../views/props/reader.ts"
import { shownPath } from "../lib/file-path.ts"
import type { SafeHtml } from "../lib/jsx/safe-html.ts"
import { LinkFailed } from "../sandbox/index.ts"
import type { DiffEntry, FileDiff as ReadFile } from "./diff.ts"
import { DiffReader } from "./diff-reader.ts"
import { GitRefused, type GitInside } from "../loops/index.ts"
import { diffFiles, limitsFor } from "./look.ts"
import type { Visit } from "./needs.ts"
import { markOf, seenOnPage } from "./seen.ts"
import { anchorOf, fileView, totalsOf } from "./present.ts"
import { addressOf, type Sight, streamOf } from "./sight.ts"
import { fileIn, type Status } from "./status.ts"

/** As much as a page shows at once; the rest is a list. */
export const mostFiles = 300
export const mostLines = 10_000

export interface About {
  visit: Visit
  changes: ChangesView
  status: Status
  start?: string | undefined
  reader: Reader
  formToken?: string | undefined
}

/** The diff, file by file as git finds them, then what is too much for one page, the totals, and the stream of news. */
export async function* diffPieces(
  git: GitInside,
  about: About,
  form: FileDiffView["commentForm"],
): AsyncGenerator<SafeHtml | null> {
  const { visit, changes, reader } = about
  const list = new DiffReader(limitsFor(visit.sight))
  const shown = new Map<string, DiffEntry>()
  const files = new Map<string, string>()
  try {
    let lines = 0
    for await (const file of diffFiles(git, questionOf(about), list)) {
      if (shown.size >= mostFiles || lines > mostLines) break
      lines += file.lines
      shown.set(file.entry.path, file.entry)
      const html = showFile(file, about, form)
      files.set(anchorOf(file.entry.path), markOf(String(html)))
      yield html
    }
  } catch (error) {
    if (!(error instanceof LinkFailed || error instanceof GitRefused || error instanceof RangeError)) throw error
    yield <CutShort reader={reader} />
  }
  const rest = restOf(list.entries, shown, about)
  yield <FoldedFiles files={rest.map((entry) => foldedView(entry, visit))} reader={reader} />
  yield <DiffSummary {...totalsOf([...shown.values(), ...rest])} reader={reader} />
  const { loop, sight } = visit
  yield <Stream url={streamOf(loop.record.id, sight, seenOnPage(changes, files, sight))} />
}

export const questionOf = ({ visit: { sight }, status, start }: About) => ({
  ...{ scope: sight.scope, status, start, ignoreSpace: sight.ignoreSpace },
  ...{ whole: sight.whole, only: onlyIn(sight, status) },
})

function onlyIn({ file, was }: Sight, status: Status) {
  if (file === undefined) return undefined
  return was === undefined ? fileIn(status, file) : { path: file, from: was }
}

export function showFile(
  file: ReadFile,
  { visit, changes, reader, formToken }: About,
  form?: FileDiffView["commentForm"],
) {
  const { sight, loop } = visit
  const view = fileView(file, { loop: loop.record.id, sight, drives: changes.mayWrite })
  const wanted = sight.comment?.path === file.entry.path ? sight.comment : undefined
  const usual = wanted && { first: wanted.line, last: wanted.line, side: wanted.side, text: "" }
  const commentForm = wanted && (form ?? usual)
  return <FileDiff file={{ ...view, commentForm }} about={changes} reader={reader} formToken={formToken} />
}

/** Files that were found and not shown. One in conflict has no difference of the usual kind. */
function restOf(entries: readonly DiffEntry[], shown: ReadonlyMap<string, DiffEntry>, about: About): DiffEntry[] {
  const { sight } = about.visit
  const untracked =
    sight.scope.kind === "start" || sight.scope.kind === "work"
      ? about.status.entries.filter(({ kind }) => kind === "untracked")
      : []
  const news = untracked.map(({ path }) => ({ path, letter: "A", modeBefore: "000000", modeAfter: "" }))
  const all = [...entries.filter(({ letter }) => letter !== "U"), ...news]
  return all.filter(({ path }) => !shown.has(path) && (sight.file === undefined || sight.file === path))
}

const foldedView = ({ path, added, removed }: DiffEntry, { loop, sight }: Visit) => ({
  path: shownPath(path),
  url: addressOf(loop.record.id, { ...sight, file: path, comment: undefined, said: undefined }),
  added,
  removed,
})
