import type { NewId } from "../lib/ids.ts"
import { emptyTree, stageAll } from "../platform/git/inside-changes.ts"
import {
  allBranches,
  bundleNow,
  countCommits,
  headNow,
  makeReferences,
  whereContentLies,
} from "../platform/git/inside-unsaved.ts"
import { copyIndex, treeOf, withoutHooks } from "../platform/git/inside-turns.ts"
import { bareRepository, commitTree, removeFolder, writeTree } from "../platform/git/inside-undo.ts"
import { type GitInside, hasNoRepository } from "../loops/index.ts"
import { sure, UndoRefused } from "./undo.ts"

export interface UnsavedNeeds {
  ids: NewId
  /** The variables that say who the commit of what is in none is by. */
  identity: Readonly<Record<string, string>>
  /** Branch of the file on which that commit comes last. */
  branch: string
}

export type Unsaved =
  | { kind: "packed"; body: ReadableStream<Uint8Array> }
  | { kind: "no-repository" }
  /** Everything is somewhere else already. */
  | { kind: "nothing" }
  | { kind: "refused"; said: string }

const packMs = 300_000

/**
 * Everything of a checkout that no remote has, as one git bundle: its branches, and what is in no commit as a commit of
 * its own. Nothing is written into the checkout, so that it works where everything is read-only. What git ignores and
 * repositories within are not in it.
 */
export async function packUnsaved(git: GitInside, needs: UnsavedNeeds): Promise<Unsaved> {
  const where = await git.ask(whereContentLies)
  if (!where.ok) return hasNoRepository(where.said) ? { kind: "no-repository" } : { kind: "refused", said: where.said }
  const [objects = "", index = ""] = where.out.toString("utf8").split("\n")
  const folder = `/tmp/loopat-unsaved-${needs.ids.hex(8)}`
  const apart = { git, folder, index, env: { ...withoutHooks, GIT_ALTERNATE_OBJECT_DIRECTORIES: objects } }
  const leave = () => git.ask(removeFolder(folder))
  try {
    await sure(git, bareRepository(folder))
    const wanted = await wantedOf(apart, needs)
    if (wanted !== undefined) return { kind: "packed", body: packed(apart, wanted, leave) }
    await leave()
    return { kind: "nothing" }
  } catch (error) {
    await leave()
    if (error instanceof UndoRefused) return { kind: "refused", said: error.said }
    throw error
  }
}

/** A repository beside the checkout that borrows the checkout's objects and takes what is written. */
interface Apart {
  git: GitInside
  folder: string
  /** The checkout's index. */
  index: string
  env: Readonly<Record<string, string>>
}

/** Names of what is packed, and what is known elsewhere; undefined when that is everything. */
async function wantedOf(apart: Apart, { identity, branch }: UnsavedNeeds): Promise<string | undefined> {
  const { git, folder, env } = apart
  const inFolder = { ...env, GIT_DIR: folder }
  const references = (await sure(git, allBranches)).split("\n").flatMap((line) => {
    const [, id = "", name = ""] = /^([0-9a-f]{40,64}) (refs\/\S+)$/.exec(line) ?? []
    return id === "" ? [] : [{ id, name }]
  })
  const last = await lastCommit(apart, identity)
  const own = references.filter(({ name }) => name.startsWith("refs/heads/"))
  if (last !== undefined) own.push({ id: last, name: `refs/heads/${branch}` })
  if (own.length === 0) return undefined
  const creations = own.map(({ id, name }) => `create ${name} ${id}\n`).join("")
  await sure(git, makeReferences, { stdin: Buffer.from(creations, "latin1"), env: inFolder })
  const known = references.filter(({ name }) => name.startsWith("refs/remotes/")).map(({ id }) => `^${id}`)
  const wanted = `${[...own.map(({ name }) => name), ...known].join("\n")}\n`
  const count = await sure(git, countCommits, { stdin: Buffer.from(wanted, "latin1"), env: inFolder })
  return Number(count) > 0 ? wanted : undefined
}

/** What is checked out with everything that is in no commit yet; undefined when there is nothing at all. */
async function lastCommit(
  { git, folder, index, env }: Apart,
  identity: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const writing = { ...env, GIT_INDEX_FILE: `${folder}/index`, GIT_OBJECT_DIRECTORY: `${folder}/objects` }
  // A repository without a first commit may have none.
  await git.ask(copyIndex(index, `${folder}/index`))
  await sure(git, stageAll, { env: writing, timeoutMs: packMs })
  const tree = (await sure(git, writeTree, { env: writing })).trim()
  const head = await textOf(git, headNow)
  const before = head === undefined ? undefined : await textOf(git, treeOf(head))
  if (tree === before) return head
  if (head === undefined && tree === emptyTree) return undefined
  const message = "What was in no commit when the loop was saved\n"
  const made = await sure(git, commitTree(tree, head), { stdin: message, env: { ...writing, ...identity } })
  return made.trim()
}

async function textOf(git: GitInside, argv: Parameters<GitInside["ask"]>[0]): Promise<string | undefined> {
  const { ok, out } = await git.ask(argv)
  return ok ? out.toString("latin1").trim() : undefined
}

/** The bundle as git makes it; a break is an error and never looks like the whole. */
function packed({ git, folder, env }: Apart, wanted: string, leave: () => Promise<unknown>) {
  const options = { stdin: Buffer.from(wanted, "latin1"), env: { ...env, GIT_DIR: folder }, timeoutMs: packMs }
  const pieces = git.pieces(bundleNow, options)
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const next = await pieces.next()
        if (!next.done) return controller.enqueue(next.value)
        await leave()
        controller.close()
      } catch (error) {
        controller.error(error)
      }
    },
    async cancel() {
      await pieces.return("")
      await leave()
    },
  })
}
