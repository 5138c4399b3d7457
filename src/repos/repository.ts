import { parseRef } from "../platform/git/commands.ts"
import type { Objects } from "../platform/git/objects.ts"
import { blameLines } from "../platform/git/shelf-commands.ts"
import { CommandFailed } from "../platform/process/command.ts"
import { parseBlame } from "./blame.ts"
import type { BlobRead, Repository, Shelf } from "./contract.ts"
import { readFileChange } from "./file-change.ts"
import { createNameBefore } from "./former-names.ts"
import { readFileHistory, readHistory } from "./history.ts"
import type { Outside } from "./outside.ts"
import type { Place } from "./place.ts"
import { commitChanges, mergeBranch, mergedTree, removeBranch, restoreBranch } from "./writing.ts"

/** Bytes of a file that is read whole unless the asker says otherwise. */
const usualMost = 8 << 20

export function createRepository(place: Place, outside: Outside, shelf: Shelf): Repository {
  const { folder, trees, objects } = place
  const nameBefore = createNameBefore({ trees, objects })
  return {
    ...{ shelf, folder, trunk: place.trunk },
    resolve: async (ref) => (ref === undefined || parseRef(ref) !== undefined ? place.resolve(ref) : undefined),
    async files(commit) {
      const found = await trees.commit(commit)
      return found ? trees.files(found.tree) : []
    },
    read: (blob, most = usualMost) => readBlob(objects, blob, most),
    history: (wanted) => readHistory(trees, wanted),
    fileHistory: (wanted) => readFileHistory({ trees, nameBefore, now: place.clock.now }, wanted),
    async fileChange(id, path) {
      const commit = await trees.commit(id)
      return commit && readFileChange({ trees, nameBefore }, { id, commit }, path)
    },
    blame: (commit, path) => blame(place, commit, path),
    async branches(prefix) {
      const below = `refs/heads/${prefix.slice(0, prefix.lastIndexOf("/") + 1)}`
      return (await place.refs(below))
        .map(({ name, commit }) => ({ name: name.slice("refs/heads/".length), commit }))
        .filter(({ name }) => name.startsWith(prefix))
    },
    commit: (wanted) => commitChanges(place, { ...wanted, branch: branchName(wanted.branch) }),
    merge: (wanted) => mergeBranch(place, { ...wanted, into: branchName(wanted.into) }),
    async tryMerge(into, from) {
      const tried = await mergedTree(place, await known(place, into), await known(place, from))
      return tried.kind === "clean" ? { kind: "clean" } : tried
    },
    outside: outside.state,
    outsideTip: async () => (await place.refs("refs/loopat/outside/"))[0]?.commit,
    refresh: outside.refresh,
    removeBranch: (name, commit, by) => removeBranch(place, { name: branchName(name), commit: id(commit) }, by),
    restoreBranch: (name, commit, by) => restoreBranch(place, { name: branchName(name), commit: id(commit) }, by),
  }
}

/** Undefined where there is no such blob. What is longer than `most` bytes is not read. */
export async function readBlob(objects: Objects, blob: string, most: number): Promise<BlobRead | undefined> {
  const head = isId(blob) ? await objects.head(blob) : undefined
  if (head?.kind !== "blob") return undefined
  if (head.bytes > most) return { kind: "long", bytes: head.bytes }
  const found = await objects.read(blob)
  return found && { kind: "content", content: found.content }
}

async function blame(place: Place, commit: string, path: string) {
  try {
    return parseBlame((await place.run(blameLines(place.folder, id(commit), path))).text)
  } catch (error) {
    if (error instanceof CommandFailed && /no such path/.test(error.stderr)) return []
    throw error
  }
}

const isId = (text: string): boolean => /^[0-9a-f]{40}$/.test(text)

/** Ids and names come from what this repository said, or were parsed: anything else is a mistake of the program. */
function id(text: string): string {
  if (!isId(text)) throw new Error("a commit id must have forty digits")
  return text
}

function branchName(text: string): string {
  const name = parseRef(text)
  if (name === undefined) throw new Error("no branch can have this name")
  return name
}

async function known(place: Place, ref: string): Promise<string> {
  const commit = await place.resolve(branchName(ref))
  if (commit === undefined) throw new Error(`there is no ${ref} to merge`)
  return commit
}
