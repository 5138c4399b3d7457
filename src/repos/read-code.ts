import { dirname } from "node:path"
import type { RepoName } from "../lib/ids.ts"
import type { Clock } from "../platform/clock.ts"
import type { Git } from "../platform/git/git.ts"
import { createObjects, type Objects } from "../platform/git/objects.ts"
import type { TreeEntry } from "../platform/git/parsed-objects.ts"
import type { Repos } from "./code-repos.ts"
import type { BlobRead, FileAt, FileChange, FileHistory, FileHistoryWish } from "./contract.ts"
import { createNameBefore } from "./former-names.ts"
import { readFileChange } from "./file-change.ts"
import { readFileHistory } from "./history.ts"
import { readBlob } from "./repository.ts"
import { createTrees, isFolder, type Trees } from "./trees.ts"

/** What the server has of the workspace's code, to be looked at. No program is started for a page of it. */
export interface CodeReading extends AsyncDisposable {
  /**
   * The trunk as it was fetched last, or another commit by its whole id. Where each person clones alone there is nothing,
   * as under an unknown name.
   */
  open(name: RepoName, at?: string): Promise<OpenCode | "unknown" | "not-here">
}

export interface OpenCode {
  commit: string
  at(path: string): Promise<CodeAt | undefined>
  /** As `Repository.read`. */
  read(blob: string, most: number): Promise<BlobRead | undefined>
  /** The commits that touched a file, also under the names it had before. */
  history(wanted: Omit<FileHistoryWish, "from">): Promise<FileHistory>
  /** What this commit did to a file. */
  change(path: string): Promise<FileChange>
}

export type CodeAt =
  { kind: "file"; file: FileAt } | { kind: "folder"; entries: { name: string; kind: "folder" | "file" }[] }

interface Store {
  objects: Objects
  trees: Trees
}

interface CodeReadingNeeds {
  git: Git
  clock: Clock
  repos: Pick<Repos, "find" | "resolve" | "objects">
}

export function createCodeReading({ git, clock, repos }: CodeReadingNeeds): CodeReading {
  const stores = new Map<RepoName, Store>()

  function storeOf(name: RepoName): Store {
    const known = stores.get(name)
    if (known) return known
    const objects = createObjects({ git, clock, place: { repository: dirname(repos.objects(name)) } })
    const store = { objects, trees: createTrees(objects) }
    stores.set(name, store)
    return store
  }

  return {
    async open(name, at) {
      const entry = await repos.find(name)
      if (!entry || entry.access === "direct") return "unknown"
      const id = at ?? (await repos.resolve(name))?.commit
      if (id === undefined) return "not-here"
      const { objects, trees } = storeOf(name)
      const commit = await trees.commit(id)
      if (!commit) return at === undefined ? "not-here" : "unknown"
      const nameBefore = createNameBefore({ trees, objects })
      return {
        commit: id,
        at: (path: string) => lookAt(trees, commit.tree, path),
        read: (blob: string, most: number) => readBlob(objects, blob, most),
        history: (wanted: Omit<FileHistoryWish, "from">) =>
          readFileHistory({ trees, nameBefore, now: clock.now }, { ...wanted, from: id }),
        change: (path: string) => readFileChange({ trees, nameBefore }, { id, commit }, path),
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...stores.values()].map(({ objects }) => objects[Symbol.asyncDispose]()))
    },
  }
}

async function lookAt(trees: Trees, tree: string, path: string): Promise<CodeAt | undefined> {
  const found = await trees.look(tree, path)
  if (found?.kind !== "folder") return found
  const entries = found.entries.map((entry) => ({ name: entry.name, kind: kindOf(entry) }))
  return { kind: "folder", entries }
}

const kindOf = (entry: TreeEntry): "folder" | "file" => (isFolder(entry) ? "folder" : "file")
