import { dirname } from "node:path"
import type { RepoName } from "../lib/ids.ts"
import type { Clock } from "../platform/clock.ts"
import type { Git } from "../platform/git/git.ts"
import { createObjects, type Objects } from "../platform/git/objects.ts"
import type { TreeEntry } from "../platform/git/parsed-objects.ts"
import type { Repos } from "./code-repos.ts"
import type { BlobRead, FileAt } from "./contract.ts"
import { readBlob } from "./repository.ts"
import { createTrees, isFolder, type Trees } from "./trees.ts"

/** What the server has of the workspace's code, to be looked at. No program is started for a page of it. */
export interface CodeReading extends AsyncDisposable {
  /** The trunk as it was fetched last. Where each person clones alone there is nothing, as under an unknown name. */
  open(name: RepoName): Promise<OpenCode | "unknown" | "not-here">
}

export interface OpenCode {
  commit: string
  at(path: string): Promise<CodeAt | undefined>
  /** As `Repository.read`. */
  read(blob: string, most: number): Promise<BlobRead | undefined>
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
    async open(name) {
      const entry = await repos.find(name)
      if (!entry || entry.access === "direct") return "unknown"
      const trunk = await repos.resolve(name)
      if (!trunk) return "not-here"
      const { objects, trees } = storeOf(name)
      const commit = await trees.commit(trunk.commit)
      if (!commit) return "not-here"
      return {
        commit: trunk.commit,
        at: (path: string) => lookAt(trees, commit.tree, path),
        read: (blob: string, most: number) => readBlob(objects, blob, most),
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
