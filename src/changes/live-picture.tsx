import { createHash } from "node:crypto"
import { ChangeList, CommitPlace, Undo } from "../../views/components/change-list.tsx"
import { Newer } from "../../views/components/changes-notice.tsx"
import { Branch, DiffSummary } from "../../views/pages/changes.tsx"
import { Append, Remove, Replace } from "../../views/partials.tsx"
import { targets } from "../../views/targets.ts"
import { folderOf } from "../lib/file-path.ts"
import type { SafeHtml } from "../lib/jsx/safe-html.ts"
import { pathsInput, statusNow } from "../platform/git/inside-changes.ts"
import { stampPaths } from "../platform/git/inside-undo.ts"
import { visitorOf } from "../platform/http/visitor.ts"
import type { DiffEntry } from "./diff.ts"
import { GitRefused, type GitInside } from "./inside.ts"
import { diffFiles } from "./look.ts"
import type { Doing, Visit } from "./needs.ts"
import { type About, mostFiles, mostLines, questionOf, showFile } from "./pieces.tsx"
import { anchorOf, totalsOf } from "./present.ts"
import { changesView, look } from "./replies.tsx"
import { addressOf } from "./sight.ts"
import { parseStatus } from "./status.ts"

/** What a page of changes shows, part by part, by the DOM ids of the parts. */
export interface Picture {
  marks: Marks
  nodes: Map<string, SafeHtml | null>
  /** Where the next change is likely, as folders of the working folder. */
  folders: string[]
}

/** As much of it as is remembered between two looks. */
export interface Marks {
  /** Whether there is a repository. */
  of: "changes" | "other"
  parts: Map<string, string>
  files: Map<string, string>
  /** There is something to commit, by somebody who may. */
  commits: boolean
}

const markOf = (text: string | Uint8Array): string => createHash("sha256").update(text).digest("base64")

/** Differs when the status, or the content of what it names, does. */
export async function pictureMark(git: GitInside): Promise<string> {
  const { ok, out, said } = await git.ask(statusNow)
  if (!ok) return said
  const paths = parseStatus(out.toString("latin1")).entries.map(({ path }) => path)
  if (paths.length === 0) return markOf(out)
  // What does not exist any more has no stamp, and the program that reads them says so.
  const stamps = await git.ask(stampPaths, { stdin: pathsInput(paths) })
  return markOf(Buffer.concat([out, stamps.out]))
}

/** All of it as it is now. */
export async function lookNow(doing: Doing, git: GitInside, visit: Visit): Promise<Picture> {
  const found = await look(doing, git, visit)
  if (found.kind !== "found") return nothingToSee
  const changes = changesView(doing, { visit, found, extra: {} })
  const { locale, formToken } = visitorOf(visit.request)
  const reader = { locale, now: doing.clock.now() }
  const all = { changes, reader, formToken }
  const { files, entries, whole } = await filesNow(git, { visit, changes, status: found.status, reader, formToken })
  const parts = new Map<string, SafeHtml | null>([
    [targets.changeList, <ChangeList {...all} />],
    [targets.changeBranch, <Branch {...all} />],
  ])
  if (changes.mayWrite) parts.set(targets.changeUndo, <Undo {...all} />)
  if (whole) parts.set(targets.diffSummary, <DiffSummary {...totalsOf(entries)} reader={reader} />)
  const commits = changes.mayWrite && changes.groups.length > 0
  const commit = new Map<string, SafeHtml | null>([[targets.changeCommit, <CommitPlace {...all} open={commits} />]])
  const folders = found.status.entries.map(({ path }) => folderOf(path))
  return {
    marks: { of: "changes", parts: marksOf(parts), files: marksOf(files), commits },
    nodes: new Map([...parts, ...files, ...commit]),
    folders: [...new Set(["", ".git", ...folders])],
  }
}

const nothingToSee: Picture = {
  marks: { of: "other", parts: new Map(), files: new Map(), commits: false },
  nodes: new Map(),
  folders: [""],
}

const marksOf = (nodes: ReadonlyMap<string, SafeHtml | null>): Map<string, string> =>
  new Map([...nodes].map(([id, node]) => [id, markOf(String(node))]))

async function filesNow(git: GitInside, about: About) {
  const files = new Map<string, SafeHtml | null>()
  const entries: DiffEntry[] = []
  let lines = 0
  let whole = true
  try {
    for await (const file of diffFiles(git, questionOf(about))) {
      whole = files.size < mostFiles && lines <= mostLines
      if (!whole) break
      lines += file.lines
      entries.push(file.entry)
      files.set(anchorOf(file.entry.path), showFile(file, about, undefined))
    }
  } catch (error) {
    // Something changed while it was read: the next look sees it.
    if (!(error instanceof GitRefused || error instanceof RangeError)) throw error
    whole = false
  }
  return { files, entries, whole }
}

/** What brings a page from what was seen before to the next picture. Where somebody types is left alone. */
export function whatDiffers(before: Marks, { marks: now, nodes }: Picture, { request, loop, sight }: Visit): string[] {
  const reader = { locale: visitorOf(request).locale, now: 0 }
  if (before.of !== now.of) return [String(<Newer url={addressOf(loop.record.id, sight)} reader={reader} />)]
  const typed = sight.comment?.path ?? (sight.pick === undefined ? undefined : sight.file)
  const left = typed === undefined ? "" : anchorOf(typed)
  const changed = [...differing(before.files, now.files)].filter((id) => id !== left)
  const replaced = [...differing(before.parts, now.parts), ...changed.filter((id) => before.files.has(id))]
  const added = changed.filter((id) => !before.files.has(id))
  const gone = [...before.files.keys()].filter((id) => id !== left && !now.files.has(id))
  // A message that somebody writes stays, whatever there is to commit.
  if (now.commits && !before.commits) replaced.push(targets.changeCommit)
  return [
    ...replaced.map((id) => String(<Replace target={id}>{nodes.get(id)}</Replace>)),
    ...gone.map((id) => String(<Remove target={id} />)),
    ...added.map((id) => String(<Append target={targets.diffFiles}>{nodes.get(id)}</Append>)),
  ]
}

function* differing(before: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>) {
  for (const [id, mark] of now) if (before.get(id) !== mark) yield id
}
