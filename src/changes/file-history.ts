import { Gathered } from "../lib/gathered.ts"
import { fileLogNow, linesLogNow, linesMark, type LinesWish } from "../platform/git/inside-history.ts"
import type { InsideArgv } from "../platform/git/inside-changes.ts"
import { LinkFailed } from "../sandbox/index.ts"
import { pathFromBytes } from "./byte-text.ts"
import type { Hunk } from "./diff.ts"
import { DiffReader } from "./diff-reader.ts"
import { type Commit, commitsAtOnce, fieldsOfCommit, parseLog } from "./history.ts"
import { type GitInside, GitRefused, hasNoRepository } from "../loops/index.ts"

/** A commit that touched a file, and what the file was called after it. */
export interface FileCommit extends Commit {
  path: string
  /** What it was called before. */
  was?: string
  /** What it did to the lines whose history this is. */
  hunks?: Hunk[]
}

export type FileLog =
  | { kind: "commits"; commits: FileCommit[]; more: boolean; cut: boolean }
  /** No commit of what is checked out has it. */
  | { kind: "uncommitted" }
  /** The last commit has only so many lines of it. */
  | { kind: "outside"; lines: number }
  | { kind: "odd-name" }
  | { kind: "no-repository" }

const mostBytes = 1 << 20
const mostMs = 10_000

/** The newest commits that touched a file, under whatever name it had. */
export async function readFileLog(git: GitInside, { path, skip }: { path: string; skip: number }): Promise<FileLog> {
  const said = await beginningOf(git, fileLogNow(path, skip + commitsAtOnce + 1))
  if (said.kind === "refused") return { kind: hasNoRepository(said.said) ? "no-repository" : "uncommitted" }
  const commits = parseFileLog(said.text, path)
  if (commits.length === 0 && !said.cut) return { kind: "uncommitted" }
  const shown = commits.slice(skip, skip + commitsAtOnce)
  return { kind: "commits", commits: shown, more: commits.length > skip + commitsAtOnce, cut: said.cut }
}

/** The newest commits that changed some lines of a file, each with what it did to them. */
export async function readLinesLog(git: GitInside, wish: Omit<LinesWish, "count">): Promise<FileLog> {
  // It stands in an argument, which is UTF-8.
  if (!wish.path.isWellFormed()) return { kind: "odd-name" }
  const [said, file] = await Promise.all([
    beginningOf(git, linesLogNow({ ...wish, count: commitsAtOnce + 1 })),
    beginningOf(git, fileLogNow(wish.path, mostNamed)),
  ])
  if (said.kind === "refused") {
    const [, lines] = /has only (\d{1,9}) lines?/.exec(said.said) ?? []
    if (lines !== undefined) return { kind: "outside", lines: Number(lines) }
    return { kind: hasNoRepository(said.said) ? "no-repository" : "uncommitted" }
  }
  const names = new Map(file.kind === "text" ? parseFileLog(file.text, wish.path).map((one) => [one.id, one]) : [])
  const commits = parseLinesLog(said.text).map(({ hunks, ...commit }) => {
    const { path, was } = names.get(commit.id) ?? { path: wish.path }
    return { ...commit, path, ...(was !== undefined && { was }), hunks }
  })
  const more = commits.length > commitsAtOnce
  return { kind: "commits", commits: commits.slice(0, commitsAtOnce), more, cut: said.cut }
}

/** So far back it is known what the file was called. */
const mostNamed = 2_000

type Beginning = { kind: "text"; text: string; cut: boolean } | { kind: "refused"; said: string }

/** What git says, as far as it comes in time and is not too much. One character a byte. */
async function beginningOf(git: GitInside, argv: InsideArgv): Promise<Beginning> {
  const output = new Gathered()
  let cut = false
  try {
    for await (const piece of git.pieces(argv, { timeoutMs: mostMs })) {
      output.push(piece)
      cut = output.size > mostBytes
      if (cut) break
    }
  } catch (error) {
    if (error instanceof GitRefused) return { kind: "refused", said: error.said }
    if (!(error instanceof LinkFailed && error.kind === "timeout")) throw error
    cut = true
  }
  return { kind: "text", text: output.take().toString("latin1"), cut }
}

/** Seven fields, then `:mode mode id id letter` and the names. What was cut off in the middle is left out. */
function parseFileLog(text: string, path: string): FileCommit[] {
  const fields = text.split("\0")
  const commits: FileCommit[] = []
  let name = path
  for (let at = 0; at + fieldsOfCommit < fields.length;) {
    const [commit] = parseLog(utf8(fields.slice(at, at + fieldsOfCommit).join("\0")))
    if (!commit) break
    at += fieldsOfCommit
    let was: string | undefined
    // A merge has none, a folder several.
    for (let letter = letterIn(fields[at]); letter !== undefined; letter = letterIn(fields[at])) {
      const moved = letter === "R" || letter === "C"
      if (moved) was ??= pathFromBytes(fields[at + 1] ?? "")
      at += moved ? 3 : 2
    }
    commits.push({ ...commit, path: name, ...(was !== undefined && { was }) })
    name = was ?? name
  }
  return commits
}

const letterIn = (field = "") => /^\n?:\d{6} \d{6} [0-9a-f]+ [0-9a-f]+ ([A-Z])\d*$/.exec(field)?.[1]

type LinesCommit = Commit & { hunks: Hunk[] }

const parseLinesLog = (text: string): LinesCommit[] =>
  text
    .split(linesMark)
    .slice(1)
    .flatMap((record) => {
      const fields = record.split("\0")
      const [commit] = parseLog(utf8(fields.slice(0, fieldsOfCommit).join("\0")))
      return commit ? [{ ...commit, hunks: hunksIn(fields.slice(fieldsOfCommit).join("\0")) }] : []
    })

/** Of a patch of one file, whatever it is called there. */
function hunksIn(patch: string): Hunk[] {
  const start = patch.indexOf("\n--- ")
  if (start === -1) return []
  const reader = new DiffReader()
  const whole = `:100644 100644 0 0 M\0f\0\0diff --git a/f b/f${patch.slice(start)}`
  const files = [...reader.feed(Buffer.from(whole, "latin1")), ...reader.end()]
  return files.flatMap(({ hunks }) => hunks)
}

const utf8 = (bytes: string) => Buffer.from(bytes, "latin1").toString("utf8")
