import type { Clock } from "../platform/clock.ts"
import type { NewId } from "../lib/ids.ts"
import { pathsInput } from "../platform/git/inside-changes.ts"
import {
  addLinks,
  commitTree,
  fillIndex,
  forgetUndo,
  hashInput,
  hashPaths,
  keepUnder,
  listIndex,
  listUndo,
  parseUndoId,
  removeFolder,
  statPaths,
  writeTree,
} from "../platform/git/inside-undo.ts"
import { bytesOfPath } from "./byte-text.ts"
import { quoted } from "./diff.ts"
import type { GitInside } from "../loops/index.ts"
import { isAbsent, type Status, type StatusEntry, type Stored } from "./status.ts"

/** What was kept before it was discarded. */
export interface UndoEntry {
  id: string
  /** Milliseconds. */
  at: number
  files: number
  bytes: number
}

export interface UndoNeeds {
  clock: Clock
  ids: NewId
  /** Who the commits are by, as variables for git. */
  identity: Readonly<Record<string, string>>
}

/** Something that must be undone inside did not work; `said` is git's word. */
export class UndoRefused extends Error {
  override readonly name = "UndoRefused"

  constructor(readonly said: string) {
    super("git could not keep or bring back content")
  }
}

const keptMs = 14 * 86_400_000
const mostKept = 50

/**
 * Keeps the content of these entries, as it lies in the working folder and in the index, as a commit of its own:
 * `work/<path>` and `index/<path>` in one tree, and the list of all paths, so that what was absent is known as well.
 */
export async function keep(
  git: GitInside,
  about: { status: Status; entries: readonly StatusEntry[] },
  needs: UndoNeeds,
) {
  const { status, entries } = about
  const id = `${needs.clock.now()}-${needs.ids.hex(4)}`
  const index = { GIT_INDEX_FILE: `/tmp/loopat-${id}` }
  const work = await workContent(git, presentPaths(entries), `/tmp/loopat-${id}-links`)
  const staged = entries.filter(({ index: { mode } }) => !isAbsent(mode))
  const list = await sure(git, hashInput, { stdin: pathsInput(affectedPaths(entries)) })
  const lines = [
    ...work.files.map(({ path, stored }) => indexLine(stored, `work/${bytesOfPath(path)}`)),
    ...staged.map((entry) => indexLine(entry.index, `index/${bytesOfPath(entry.path)}`)),
    indexLine({ mode: "100644", id: list.trim() }, "paths"),
  ]
  await sure(git, fillIndex, { stdin: Buffer.from(lines.join(""), "latin1"), env: index })
  const tree = (await sure(git, writeTree, { env: index })).trim()
  const message = `${work.files.length} files, ${work.bytes} bytes`
  const made = commitTree(tree, status.commit)
  const commit = (await sure(git, made, { stdin: message, env: needs.identity })).trim()
  await sure(git, keepUnder(id, commit), {})
  await git.ask(removeFolder(`/tmp/loopat-${id}`))
  return id
}

export const indexLine = ({ mode, id }: Stored, bytes: string): string => `${mode} ${id} 0\t${bytes}\0`

/** All paths that change when these entries go back to the last commit. */
export const affectedPaths = (entries: readonly StatusEntry[]): string[] => [
  ...new Set(entries.flatMap(({ path, from }) => (from === undefined ? [path] : [path, from]))),
]

/** Those that have a file in the working folder. */
const presentPaths = (entries: readonly StatusEntry[]): string[] =>
  entries.filter(({ kind, workMode }) => kind === "untracked" || !isAbsent(workMode)).map(({ path }) => path)

interface WorkContent {
  files: { path: string; stored: Stored }[]
  bytes: number
}

async function workContent(git: GitInside, paths: readonly string[], linksIndex: string): Promise<WorkContent> {
  if (paths.length === 0) return { files: [], bytes: 0 }
  const stats = (await sure(git, statPaths, { stdin: pathsInput(paths) })).split("\0").filter(Boolean)
  if (stats.length !== paths.length) throw new UndoRefused("the files changed while they were looked at")
  const kinds = stats.map((stat) => Number.parseInt(stat, 16))
  const regular = paths.filter((_, at) => kindOf(kinds[at]) === 0x8)
  const links = paths.filter((_, at) => kindOf(kinds[at]) === 0xa)
  const stored = new Map(await linkBlobs(git, links, linksIndex))
  const lines = regular.map((path) => `${quoted(bytesOfPath(path))}\n`).join("")
  const ids =
    regular.length === 0 ? [] : (await sure(git, hashPaths, { stdin: Buffer.from(lines, "latin1") })).split("\n")
  regular.forEach((path, at) => {
    const executable = ((kinds[paths.indexOf(path)] ?? 0) & 0o100) !== 0
    stored.set(path, { mode: executable ? "100755" : "100644", id: ids[at] ?? "" })
  })
  const bytes = stats.reduce((sum, stat) => sum + Number(stat.split(" ")[1]), 0)
  return { files: [...stored].map(([path, one]) => ({ path, stored: one })), bytes }
}

const kindOf = (mode = 0) => mode >> 12

async function linkBlobs(git: GitInside, links: readonly string[], file: string): Promise<[string, Stored][]> {
  if (links.length === 0) return []
  const env = { GIT_INDEX_FILE: file }
  await sure(git, addLinks, { stdin: pathsInput(links), env })
  const listed = await sure(git, listIndex, { env })
  await git.ask(removeFolder(file))
  const stored = new Map(
    listed.split("\0").map((line): [string, Stored] => {
      const [, mode = "", id = "", bytes = ""] = /^(\d+) ([0-9a-f]+) 0\t([\s\S]*)$/.exec(line) ?? []
      return [bytes, { mode, id }]
    }),
  )
  return links.flatMap((path): [string, Stored][] => {
    const one = stored.get(bytesOfPath(path))
    return one ? [[path, one]] : []
  })
}

/** The output of something that must work, one character a byte. */
export async function sure(git: GitInside, ...[argv, options]: Parameters<GitInside["ask"]>): Promise<string> {
  const { ok, out, said } = await git.ask(argv, options)
  if (!ok) throw new UndoRefused(said)
  return out.toString("latin1")
}

/** What can be brought back, the newest first. */
export async function undoList(git: GitInside): Promise<UndoEntry[]> {
  const { ok, out } = await git.ask(listUndo)
  if (!ok) return []
  return out.toString("latin1").split("\n").flatMap(undoEntry)
}

function undoEntry(line: string): UndoEntry[] {
  const [name, subject = ""] = line.split("\0")
  const id = parseUndoId(name)
  const [, files, bytes] = /^(\d+) files, (\d+) bytes$/.exec(subject) ?? []
  if (id === undefined) return []
  return [{ id, at: Number(id.slice(0, 13)), files: Number(files ?? 0), bytes: Number(bytes ?? 0) }]
}

/** Lets go of what is older than two weeks, and of all but the newest fifty. */
export async function forgetOld(git: GitInside, clock: Clock): Promise<void> {
  const entries = await undoList(git)
  const old = entries.filter(({ at }, index) => index >= mostKept || at < clock.now() - keptMs)
  for (const { id } of old) await git.ask(forgetUndo(id))
}
