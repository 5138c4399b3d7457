import { createHash } from "node:crypto"
import type { ChangeGroupView, DiffRowView, FileDiffView, HunkView } from "../../views/props/changes.ts"
import { codeRuns, markRuns, type Run } from "../lib/code-runs.ts"
import { pathText, shownPath } from "../lib/file-path.ts"
import { languageOf } from "../lib/highlight.ts"
import { urls } from "../lib/urls.ts"
import { wordMarks } from "../lib/word-marks.ts"
import { bytesOfPath, shownLine } from "./byte-text.ts"
import type { DiffEntry, FileDiff, Hunk } from "./diff.ts"
import { hunkNames } from "./patch.ts"
import type { Picture } from "./pictures.ts"
import { addressOf, type Sight } from "./sight.ts"
import { isAbsent, type StatusEntry } from "./status.ts"

/** The place of a file on the page. */
export const anchorOf = (path: string): string =>
  `f-${createHash("sha256").update(bytesOfPath(path), "latin1").digest("hex").slice(0, 12)}`

export function groupViews(entries: readonly StatusEntry[]): ChangeGroupView[] {
  const conflicts = entries.filter(({ kind }) => kind === "conflict")
  const tracked = entries.filter(({ kind }) => kind === "tracked")
  const groups: ChangeGroupView[] = [
    { group: "conflicts", rows: conflicts.map((entry) => rowView(entry, "U")) },
    { group: "staged", rows: tracked.filter(isStaged).map((entry) => rowView(entry, entry.staged)) },
    { group: "unstaged", rows: tracked.filter(isUnstaged).map((entry) => rowView(entry, entry.unstaged)) },
    {
      group: "untracked",
      rows: entries.filter(({ kind }) => kind === "untracked").map((entry) => rowView(entry, "A")),
    },
  ]
  return groups.filter(({ rows }) => rows.length > 0)
}

export const isStaged = ({ kind, staged }: StatusEntry): boolean => kind === "tracked" && staged !== "."
const isUnstaged = ({ unstaged }: StatusEntry) => unstaged !== "."

const rowView = ({ path, from }: StatusEntry, letter: string) => ({
  path: shownPath(path),
  token: pathText(path),
  from: from === undefined ? undefined : shownPath(from),
  letter,
  anchor: anchorOf(path),
})

export interface FileAbout {
  loop: string
  sight: Sight
  drives: boolean
}

export function fileView(file: FileDiff, { loop, sight, drives }: FileAbout): FileDiffView {
  const { entry } = file
  const { path, from } = entry
  const pictures = file.pictures && picturesView(file, { loop, sight })
  const note = pictures ? undefined : noteOf(file)
  const modes = { before: entry.modeBefore, after: entry.modeAfter }
  const changedMode = modes.before !== modes.after && !isAbsent(modes.before) && !isAbsent(modes.after)
  const deeds = drives && file.header.length > 0 ? deedsIn(sight) : []
  return {
    ...{ anchor: anchorOf(path), path: shownPath(path), token: pathText(path), letter: entry.letter, note },
    from: from === undefined ? undefined : shownPath(from),
    added: entry.added,
    removed: entry.removed,
    modes: changedMode ? modes : undefined,
    pictures,
    showUrl: note === "large" && !sight.whole ? addressOf(loop, { ...sight, file: path, whole: true }) : undefined,
    hunks: hunkViews(file, (hunk) => (deeds.length > 0 ? pickView(hunk, { loop, sight, path }) : {})),
    deeds,
    ...(!file.vault && moreUrls(file, { loop, sight, drives })),
  }
}

const moreUrls = ({ entry, header }: FileDiff, { loop, sight, drives }: FileAbout) => ({
  ...(header.length > 0 && {
    historyUrl: urls.loopHistory(loop, { checkout: sight.checkout, file: pathText(entry.path) }),
  }),
  ...(drives && { commentUrl: commentUrl(loop, sight, entry.path) }),
})

type Sides = NonNullable<FileDiffView["pictures"]>

function picturesView({ entry, pictures = {} }: FileDiff, { loop, sight }: Pick<FileAbout, "loop" | "sight">): Sides {
  const { checkout, scope } = sight
  const turn = scope.kind === "turn" ? scope.turn : undefined
  const urlOf = ({ from, bytes }: Picture) =>
    "blob" in from
      ? urls.loopChangesImage(loop, { checkout, turn, blob: from.blob })
      : urls.loopFileImage(loop, pathText(entry.path), { checkout, seen: `${from.modified}-${bytes}` })
  const viewOf = (picture: Picture) => ({ url: urlOf(picture), bytes: picture.bytes, size: picture.size })
  const { before, after } = pictures
  return { before: before && viewOf(before), after: after && viewOf(after) }
}

const deedsIn = ({ scope, ignoreSpace }: Sight): FileDiffView["deeds"] => {
  // A part that was read without its whitespace is not one that can be applied.
  if (ignoreSpace) return []
  if (scope.kind === "work") return ["stage", "discard"]
  return scope.kind === "index" ? ["unstage"] : []
}

/** Without the line, which stands at its end. */
function commentUrl(loop: string, sight: Sight, path: string): string {
  return addressOf(loop, { ...sight, comment: { path, line: 1, side: "new" } }).replace(/&line=1$/, "")
}

function noteOf(file: FileDiff): FileDiffView["note"] {
  if (file.vault) return "vault"
  if (file.large) return "large"
  if (file.entry.modeAfter === "120000" && file.hunks.length === 0) return "link"
  if (file.binary) return "binary"
  return file.hunks.length === 0 ? "empty" : undefined
}

/** Colours are not worth the wait beyond this many lines. */
const mostColoured = 3_000

const pickView = (name: string, { loop, sight, path }: { loop: string; sight: Sight; path: string }) =>
  sight.pick === name
    ? { picking: true as const }
    : { pickUrl: `${addressOf(loop, { ...sight, file: path, pick: name })}#${anchorOf(path)}` }

type Picks = (hunk: string) => Pick<HunkView, "picking" | "pickUrl">

function hunkViews(file: FileDiff, picks: Picks): HunkView[] {
  const names = hunkNames(file.hunks)
  const language = file.lines > mostColoured ? "plaintext" : languageOf(shownPath(file.entry.path))
  return file.hunks.map((hunk, index) => ({
    name: names[index] ?? "",
    title: titleOf(hunk),
    rows: rowViews(hunk, language),
    line: Math.max(1, hunk.after.start),
    ...picks(names[index] ?? ""),
  }))
}

const titleOf = ({ before, after, title }: Hunk): string =>
  `@@ -${before.start},${before.count} +${after.start},${after.count} @@ ${shownLine(title)}`

const kinds = { " ": "same", "+": "added", "-": "removed" } as const
const longestLine = 2_000

export function rowViews({ before, after, lines }: Hunk, language: string): DiffRowView[] {
  const texts = lines.map(({ bytes }) => cut(shownLine(bytes)))
  const old = colours(texts, (index) => lines[index]?.sign !== "+", language)
  const now = colours(texts, (index) => lines[index]?.sign !== "-", language)
  const marks = marksOf(texts, lines)
  let oldLine = before.start
  let nowLine = after.start
  return lines.map(({ sign, openEnd }, index) => {
    const runs = (sign === "-" ? old : now).get(index) ?? []
    return {
      kind: kinds[sign],
      before: sign === "+" ? undefined : oldLine++,
      after: sign === "-" ? undefined : nowLine++,
      runs: markRuns(runs, marks.get(index) ?? []),
      openEnd,
    }
  })
}

const cut = (text: string) => (text.length > longestLine ? `${text.slice(0, longestLine)}…` : text)

/** One side of a hunk is code that belongs together. */
function colours(texts: readonly string[], onSide: (index: number) => boolean, language: string): Map<number, Run[]> {
  const indexes = texts.map((_, index) => index).filter(onSide)
  const runs = codeRuns(
    indexes.map((index) => texts[index] ?? ""),
    language,
  )
  return new Map(indexes.map((index, at) => [index, runs[at] ?? []]))
}

/** Lines that went and lines that came in their place are compared one by one. */
function marksOf(texts: readonly string[], lines: Hunk["lines"]) {
  const marks = new Map<number, NonNullable<ReturnType<typeof wordMarks>>["before"]>()
  const signOf = (index: number) => lines[index]?.sign
  for (let at = 0; at < lines.length; at++) {
    if (signOf(at) !== "-") continue
    let removed = at
    while (signOf(removed) === "-") removed++
    let added = removed
    while (signOf(added) === "+") added++
    for (let pair = 0; pair < Math.min(removed - at, added - removed); pair++) {
      const found = wordMarks(texts[at + pair] ?? "", texts[removed + pair] ?? "")
      if (found) marks.set(at + pair, found.before).set(removed + pair, found.after)
    }
    at = added - 1
  }
  return marks
}

export const totalsOf = (entries: readonly DiffEntry[]) => ({
  files: entries.length,
  added: entries.reduce((sum, { added = 0 }) => sum + added, 0),
  removed: entries.reduce((sum, { removed = 0 }) => sum + removed, 0),
})
