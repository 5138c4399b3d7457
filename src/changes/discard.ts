import { backToCommit, forgetPaths, literalPaths, pathsInput } from "../platform/git/inside-changes.ts"
import {
  bareRepository,
  checkOutIndex,
  fillIndex,
  apartEnvironment,
  forgetUndo,
  readUndo,
  readUndoPaths,
  removeFolder,
  removePaths,
  whereGitLies,
} from "../platform/git/inside-undo.ts"
import { bytesOfPath, pathFromBytes } from "./byte-text.ts"
import type { GitInside } from "../loops/index.ts"
import { keeperOf } from "./keeper.ts"
import { lookAt } from "./look.ts"
import { applyHunk, type Done, type HunkChoice } from "./stage.ts"
import { isAbsent, type StatusEntry, type Stored } from "./status.ts"
import { affectedPaths, forgetOld, indexLine, keep, sure, type UndoNeeds, UndoRefused } from "./undo.ts"

/** Puts files back as the last commit has them, or removes those it does not have. What is lost is kept before. */
export async function discardFiles(git: GitInside, wanted: readonly string[] | "all", needs: UndoNeeds): Promise<Done> {
  const looked = await lookAt(git)
  if (looked.kind !== "status") return looked
  const { status } = looked
  const entries = status.entries.filter(({ path }) => wanted === "all" || wanted.includes(path))
  const files = entries.filter(isFile)
  const apart = entries.filter((entry) => !isFile(entry)).map(({ path }) => path)
  // Of everything, what is a file goes; of what was named, all or nothing.
  if (apart.length > 0 && (files.length === 0 || wanted !== "all")) return { kind: "own-repository", paths: apart }
  if (files.length === 0) return { kind: "changed" }
  return guarded(async () => {
    await keep(git, { status, entries: files }, needs)
    await back(git, files, status.commit !== undefined)
    await forgetOld(git, needs.clock)
    return { kind: "done" }
  })
}

/** A repository inside the repository, or a submodule, is not a file that can be kept. */
const isFile = ({ path, submodule }: StatusEntry) => !submodule && !path.endsWith("/")

async function back(git: GitInside, entries: readonly StatusEntry[], committed: boolean): Promise<void> {
  const known = entries.filter(isCommitted).map(({ path }) => path)
  const former = entries.flatMap(({ from }) => from ?? [])
  const unknown = entries.filter((entry) => !isCommitted(entry)).map(({ path }) => path)
  const env = literalPaths
  if (unknown.length > 0) {
    await sure(git, forgetPaths, { stdin: pathsInput(unknown), env })
    await sure(git, removePaths, { stdin: pathsInput(unknown) })
  }
  const restored = committed ? [...known, ...former] : []
  if (restored.length > 0) await sure(git, backToCommit, { stdin: pathsInput(restored), env })
}

const isCommitted = ({ kind, head, from }: StatusEntry) =>
  kind === "conflict" || (kind === "tracked" && from === undefined && !isAbsent(head.mode))

/** Takes one hunk out of the working folder; the file as it was is kept before. */
export async function discardHunk(git: GitInside, choice: HunkChoice, needs: UndoNeeds): Promise<Done> {
  const looked = await lookAt(git)
  if (looked.kind !== "status") return looked
  const entries = looked.status.entries.filter(({ path }) => path === choice.path)
  if (entries.length === 0) return { kind: "changed" }
  return guarded(async () => {
    const kept = await keep(git, { status: looked.status, entries }, needs)
    const outcome = await applyHunk(git, choice, "discard")
    // A refused one has lost nothing that could be brought back.
    if (outcome.kind === "done") await forgetOld(git, needs.clock)
    else await git.ask(forgetUndo(kept))
    return outcome
  })
}

/** Brings back what was kept, byte for byte; what stands in its place is kept before. */
export async function bringBack(git: GitInside, id: string, needs: UndoNeeds): Promise<Done> {
  const looked = await lookAt(git)
  if (looked.kind !== "status") return looked
  const list = await git.ask(readUndoPaths(id))
  if (!list.ok) return { kind: "changed" }
  const paths = list.out.toString("latin1").split("\0").filter(Boolean)
  return guarded(async () => {
    const stored = readStored(await sure(git, readUndo(id)))
    const inTheWay = looked.status.entries.filter((entry) =>
      affectedPaths([entry]).some((path) => paths.includes(bytesOfPath(path))),
    )
    const files = inTheWay.filter(isFile)
    if (files.length > 0) await keep(git, { status: looked.status, entries: files }, needs)
    const gone = paths.filter((path) => !stored.has(`work/${path}`)).map(pathFromBytes)
    if (gone.length > 0) await sure(git, removePaths, { stdin: pathsInput(gone) })
    await writeContent(git, stored, needs)
    await restoreIndex(git, paths, stored)
    return { kind: "done" }
  })
}

/** The same of what is kept wherever this folder's content is kept. */
export const bringBackKept = (git: GitInside, id: string, needs: UndoNeeds): Promise<Done> =>
  guarded(async () => bringBack((await keeperOf(git)).git, id, needs))

/** What `keep` put into its tree, by the bytes of the path. */
function readStored(listed: string): Map<string, Stored> {
  const stored = new Map<string, Stored>()
  for (const line of listed.split("\0")) {
    const [, mode, id, path] = /^(\d+) blob ([0-9a-f]+)\t([\s\S]+)$/.exec(line) ?? []
    if (mode !== undefined && id !== undefined && path !== undefined) stored.set(path, { mode, id })
  }
  return stored
}

const attributes = /(^|\/)\.gitattributes$/

/** Files that say how others are converted come last and by themselves, so that they change nothing of the others. */
async function writeContent(git: GitInside, stored: ReadonlyMap<string, Stored>, needs: UndoNeeds): Promise<void> {
  const work = [...stored].filter(([path]) => path.startsWith("work/"))
  const where = await sure(git, whereGitLies)
  const [gitFolder = "", top = ""] = Buffer.from(where, "latin1").toString("utf8").split("\n")
  for (const rule of [false, true]) {
    const files = work.filter(([path]) => attributes.test(path) === rule)
    if (files.length === 0) continue
    const apart = `/tmp/loopat-${needs.ids.hex(8)}`
    await sure(git, bareRepository(apart))
    const env = apartEnvironment(apart, `${gitFolder}/objects`, `${apart}/chosen`)
    const lines = files.map(([path, one]) => indexLine(one, path.slice("work/".length))).join("")
    const cwd = `${apart}/refs/tags`
    await sure(git, fillIndex, { stdin: Buffer.from(lines, "latin1"), env, cwd })
    await sure(git, checkOutIndex(`${top}/`), { env, cwd })
    await git.ask(removeFolder(apart))
  }
}

const noId = "0".repeat(40)

async function restoreIndex(git: GitInside, paths: readonly string[], stored: ReadonlyMap<string, Stored>) {
  const lines = paths.map((path) => indexLine(stored.get(`index/${path}`) ?? { mode: "0", id: noId }, path))
  await sure(git, fillIndex, { stdin: Buffer.from(lines.join(""), "latin1") })
}

async function guarded(work: () => Promise<Done>): Promise<Done> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof UndoRefused) return { kind: "refused", said: error.said }
    throw error
  }
}
