import {
  diffNow,
  type DiffSides,
  diffOfUntracked,
  emptyTree,
  pathsInput,
  statusNow,
} from "../platform/git/inside-changes.ts"
import { type GitInside, GitRefused, hasNoRepository, isVaultPath, vaultsFolder } from "../loops/index.ts"
import { momentRef } from "../platform/git/inside-turns.ts"
import type { FileDiff, HunkLine } from "./diff.ts"
import { DiffReader, type ReadLimits, usualLimits } from "./diff-reader.ts"
import { bytesOfPath } from "./byte-text.ts"
import { mostPictures, withPictures } from "./pictures.ts"
import { isAbsent, parseStatus, type Status, type StatusEntry } from "./status.ts"

/** What is compared: everything since the loop began, what is not staged, what is, one commit with its parent, or both ends of a turn. */
export type Scope =
  | { kind: "start" }
  | { kind: "work" }
  | { kind: "index" }
  | { kind: "commit"; id: string }
  | { kind: "turn"; turn: string }

export type Looked = { kind: "status"; status: Status } | { kind: "no-repository" } | { kind: "refused"; said: string }

/** How the checkout stands. */
export async function lookAt(git: GitInside): Promise<Looked> {
  const { ok, out, said } = await git.ask(statusNow)
  if (ok) return { kind: "status", status: parseStatus(out.toString("latin1")) }
  return hasNoRepository(said) ? { kind: "no-repository" } : { kind: "refused", said }
}

export interface DiffQuestion {
  scope: Scope
  status: Status
  /** The commit that the loop began with; none of a loop without a repository. */
  start?: string | undefined
  ignoreSpace?: boolean
  /** Only this file; with the path it had before, so that a rename is seen as one. */
  only?: { path: string; from?: string | undefined } | undefined
  /** Shows the one file even if it is large. */
  whole?: boolean
}

/** A file shown anyway may be this large. */
const largest: ReadLimits = { ...usualLimits, fileLines: 100_000, fileBytes: 8 << 20 }

export const limitsFor = ({ whole }: { whole?: boolean }): ReadLimits => (whole ? largest : usualLimits)

/**
 * The files of a diff, as git finds them. `reader.entries` knows all of them from the first on. Untracked files come
 * last, each as one that is all new.
 */
export async function* diffFiles(
  git: GitInside,
  question: DiffQuestion,
  reader = new DiffReader(limitsFor(question)),
): AsyncGenerator<FileDiff, void, void> {
  let looked = 0
  for await (const file of plainFiles(git, question, reader)) {
    if (file.binary) looked++
    yield looked > mostPictures ? file : await withPictures(git, file)
  }
}

async function* plainFiles(git: GitInside, question: DiffQuestion, reader: DiffReader): AsyncGenerator<FileDiff> {
  const { only, ignoreSpace, scope, status } = question
  const paths = only && [only.path, ...(only.from === undefined ? [] : [only.from])]
  const leaveOut = git.checkout.root === "personal" ? vaultsFolder : undefined
  const wish = { sides: sidesOf(question), paths, ignoreSpace, leaveOut }
  for await (const piece of git.pieces(diffNow(wish))) yield* wanted(reader.feed(piece), only)
  yield* wanted(reader.end(), only)
  yield* vaultFiles(git, question)
  if (scope.kind !== "start" && scope.kind !== "work") return
  const untracked = status.entries.filter(
    ({ kind, path }) => kind === "untracked" && (!only || only.path === path) && !isVaultPath(git.checkout.name, path),
  )
  yield* untrackedFiles(
    git,
    untracked.map(({ path }) => path),
    reader.limits,
  )
}

/** By name only: their content is nobody's to read here. */
function vaultFiles({ checkout }: GitInside, { scope, status, only }: DiffQuestion): FileDiff[] {
  const isMeant = ({ kind, staged, unstaged }: StatusEntry) => {
    if (scope.kind === "index") return kind === "tracked" && staged !== "."
    return scope.kind === "start" || (scope.kind === "work" && unstaged !== ".")
  }
  return status.entries
    .filter((entry) => isVaultPath(checkout.name, entry.path) && isMeant(entry) && (!only || only.path === entry.path))
    .map(({ path, head, workMode }) => ({
      entry: {
        path,
        letter: letterOf(head.mode, workMode),
        modeBefore: "",
        modeAfter: "",
      },
      ...{ header: [], hunks: [], binary: true, large: false, vault: true, lines: 0 },
    }))
}

function letterOf(before: string, after: string): string {
  if (isAbsent(before)) return "A"
  return isAbsent(after) && after !== "" ? "D" : "M"
}

/** A pattern for a name that is no UTF-8 may match others. */
const wanted = (files: FileDiff[], only: DiffQuestion["only"]) =>
  only ? files.filter(({ entry }) => entry.path === only.path) : files

function sidesOf({ scope, status, start }: Pick<DiffQuestion, "scope" | "status" | "start">): DiffSides {
  const last = status.commit ?? emptyTree
  if (scope.kind === "work") return { kind: "work" }
  if (scope.kind === "index") return { kind: "index", base: last }
  if (scope.kind === "commit") return scope
  if (scope.kind === "turn")
    return { kind: "between", from: momentRef(scope.turn, "before"), to: momentRef(scope.turn, "after") }
  return { kind: "since", base: start ?? last }
}

const mostOddNames = 50

/** Content is read through the link; only names that are no UTF-8 need a program for each. */
async function* untrackedFiles(git: GitInside, paths: readonly string[], limits: ReadLimits) {
  for (const path of paths.filter((one) => one.isWellFormed())) {
    const file = await untrackedFile(git, path, limits)
    if (file) yield file
  }
  const odd = paths.filter((one) => !one.isWellFormed()).slice(0, mostOddNames)
  if (odd.length === 0) return
  const reader = new DiffReader(limits)
  const list = odd.map((path) => `:000000 100644 0000000 0000000 A\0${bytesOfPath(path)}\0`).join("")
  reader.feed(Buffer.from(`${list}\0`, "latin1"))
  try {
    const pieces = git.pieces(diffOfUntracked, { stdin: pathsInput(odd) })
    for await (const piece of pieces) yield* reader.feed(piece).map(counted)
  } catch (error) {
    // Files that differ are told by an exit code, which xargs makes one of its own.
    if (!(error instanceof GitRefused)) throw error
  }
  yield* reader.end().map(counted)
}

function counted(file: FileDiff): FileDiff {
  return file.binary ? file : { ...file, entry: { ...file.entry, added: file.lines, removed: 0 } }
}

async function untrackedFile(git: GitInside, path: string, limits: ReadLimits): Promise<FileDiff | undefined> {
  const found = await git.box.files.stat("workdir", path)
  if (!found || found.kind === "folder") return undefined
  const entry = { path, letter: "A", modeBefore: "000000", modeAfter: found.kind === "link" ? "120000" : "100644" }
  const none = { entry, header: [], hunks: [], binary: false, large: false, lines: 0 }
  if (found.kind !== "file") return { ...none, binary: true }
  if (found.size > limits.fileBytes) return { ...none, large: true }
  return allNew(none, await git.box.files.read("workdir", path, { maxBytes: limits.fileBytes }), limits)
}

function allNew(file: FileDiff, content: Uint8Array, limits: ReadLimits): FileDiff {
  const text = Buffer.from(content).toString("latin1")
  if (text.slice(0, 8_000).includes("\0")) return { ...file, binary: true }
  const bytes = text.split("\n")
  const openEnd = bytes.at(-1) !== ""
  if (!openEnd) bytes.pop()
  const lines = bytes.map((line): HunkLine => ({ sign: "+", bytes: line }))
  const last = lines.at(-1)
  if (openEnd && last) last.openEnd = true
  const entry = { ...file.entry, added: lines.length, removed: 0 }
  if (lines.length > limits.fileLines) return { ...file, entry, large: true }
  const side = { start: 1, count: lines.length }
  const hunk = { before: { start: 0, count: 0 }, after: side, title: "", lines }
  return { ...file, entry, hunks: lines.length === 0 ? [] : [hunk], lines: lines.length }
}
