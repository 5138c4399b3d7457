import type { CommitObject } from "../platform/git/parsed-objects.ts"
import type { FileAt, FileChange } from "./contract.ts"
import type { NameBefore } from "./former-names.ts"
import { asCommit } from "./history.ts"
import type { Trees } from "./trees.ts"

/** What a commit did to a file, beside its first parent. */
export async function readFileChange(
  { trees, nameBefore }: { trees: Trees; nameBefore: NameBefore },
  { id, commit }: { id: string; commit: CommitObject },
  path: string,
): Promise<FileChange> {
  const [first] = commit.parents
  const parent = first === undefined ? undefined : (await trees.commit(first))?.tree
  const [after, same] = [await fileIn(trees, commit.tree, path), await fileIn(trees, parent, path)]
  const was = after && !same && parent !== undefined ? await nameBefore(parent, commit.tree, path) : undefined
  const before = was === undefined ? same : await fileIn(trees, parent, was)
  const known = { ...(before && { before }), ...(after && { after }), ...(was !== undefined && { was }) }
  return { commit: asCommit(id, commit), ...known }
}

async function fileIn(trees: Trees, tree: string | undefined, path: string): Promise<FileAt | undefined> {
  const found = tree === undefined ? undefined : await trees.look(tree, path)
  return found?.kind === "file" ? found.file : undefined
}
