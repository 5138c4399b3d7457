import { ChangeList, CommitPlace, Undo } from "../../views/components/change-list.tsx"
import { Checkouts } from "../../views/components/checkouts.tsx"
import { Newer } from "../../views/components/changes-notice.tsx"
import { Stream } from "../../views/layouts/frame.tsx"
import { Branch, DiffSummary } from "../../views/pages/changes.tsx"
import { Append, Fill, Remove, Replace } from "../../views/partials.tsx"
import { targets } from "../../views/targets.ts"
import { folderOf } from "../lib/file-path.ts"
import type { SafeHtml } from "../lib/jsx/safe-html.ts"
import { pathsInput, statusNow } from "../platform/git/inside-changes.ts"
import { stampPaths } from "../platform/git/inside-undo.ts"
import { visitorOf } from "../platform/http/visitor.ts"
import type { DiffEntry } from "./diff.ts"
import { GitRefused, type GitInside } from "../loops/index.ts"
import { diffFiles } from "./look.ts"
import type { Doing, Visit } from "./needs.ts"
import { type About, mostFiles, mostLines, questionOf, showFile } from "./pieces.tsx"
import { anchorOf, totalsOf } from "./present.ts"
import { changesView, type Inside, look } from "./replies.tsx"
import { addressOf } from "./sight.ts"
import { type Marks, markOf, partMarks, seenMark, seenOfNothing, typedIn } from "./seen.ts"
import { parseStatus } from "./status.ts"

/** What a page of changes shows, part by part, by the DOM ids of the parts. */
export interface Picture {
  marks: Marks
  nodes: Map<string, SafeHtml | null>
  /** Where the next change is likely, as folders of the working folder. */
  folders: string[]
}

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
export async function lookNow(doing: Doing, inside: Inside, visit: Visit): Promise<Picture> {
  const found = await look(doing, inside, visit)
  if (found.kind !== "found") return nothingToSee
  const changes = changesView(doing, { visit, found, extra: {} })
  const { locale, formToken } = visitorOf(visit.request)
  const reader = { locale, now: doing.clock.now() }
  const all = { changes, reader, formToken }
  const { files, nodes, entries, whole } = await filesNow(inside.git, {
    visit,
    ...all,
    status: found.status,
    start: found.start,
  })
  const parts = partMarks(changes)
  const commits = changes.mayWrite && changes.groups.length > 0
  nodes.set(targets.checkouts, <Checkouts checkouts={changes.checkouts} reader={reader} />)
  nodes.set(targets.changeList, <ChangeList {...all} />)
  nodes.set(targets.changeBranch, <Branch {...all} />)
  nodes.set(targets.changeUndo, <Undo {...all} />)
  nodes.set(targets.changeCommit, <CommitPlace {...all} open={commits} />)
  if (whole) {
    const totals = totalsOf(entries)
    parts.set(targets.diffSummary, markOf(JSON.stringify(totals)))
    nodes.set(targets.diffSummary, <DiffSummary {...totals} reader={reader} />)
  }
  const folders = found.status.entries.map(({ path }) => folderOf(path))
  return {
    marks: { of: "changes", parts, files, commits },
    nodes,
    folders: [...new Set(["", ".git", ...folders])],
  }
}

const nothingToSee: Picture = {
  marks: { of: "other", parts: new Map(), files: new Map(), commits: false },
  nodes: new Map(),
  folders: [""],
}

async function filesNow(git: GitInside, about: About) {
  const files = new Map<string, string>()
  const nodes = new Map<string, SafeHtml | null>()
  const entries: DiffEntry[] = []
  let lines = 0
  let whole = true
  try {
    for await (const file of diffFiles(git, questionOf(about))) {
      whole = files.size < mostFiles && lines <= mostLines
      if (!whole) break
      lines += file.lines
      entries.push(file.entry)
      const html = showFile(file, about)
      files.set(anchorOf(file.entry.path), markOf(String(html)))
      nodes.set(anchorOf(file.entry.path), html)
    }
  } catch (error) {
    // Something changed while it was read: the next look sees it.
    if (!(error instanceof GitRefused || error instanceof RangeError)) throw error
    whole = false
  }
  return { files, nodes, entries, whole }
}

function newer({ request, loop, sight }: Visit): string[] {
  const reader = { locale: visitorOf(request).locale, now: 0 }
  return [String(<Newer url={addressOf(loop.record.id, sight)} reader={reader} />)]
}

/**
 * What brings a page of which only the mark is known to the picture: nothing, or all that it shows anew. What is the
 * same stays as it is, the stream itself too, and so does the file in which somebody types.
 */
export function whatWasMissed(seen: string | undefined, { marks, nodes }: Picture, visit: Visit): string[] {
  if (seen === undefined || seen === seenMark(marks, visit.sight)) return []
  const summary = nodes.get(targets.diffSummary)
  if (marks.of === "other" || seen === seenOfNothing || summary === undefined) return newer(visit)
  const besides = [...marks.parts.keys()].filter((id) => id !== targets.diffSummary)
  if (marks.commits) besides.push(targets.changeCommit)
  const files = [...marks.files.keys()].map((id) => nodes.get(id))
  const { pathname, search } = new URL(visit.request.url)
  return [
    ...besides.map((id) => String(<Replace target={id}>{nodes.get(id)}</Replace>)),
    String(
      <Fill target={targets.diffFiles}>
        {files}
        {summary}
        <Stream url={pathname + search} />
      </Fill>,
    ),
  ]
}

/** What brings a page from what was seen before to the next picture. Where somebody types is left alone. */
export function whatDiffers(before: Marks, { marks: now, nodes }: Picture, visit: Visit): string[] {
  if (before.of !== now.of) return newer(visit)
  const left = typedIn(visit.sight)
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
