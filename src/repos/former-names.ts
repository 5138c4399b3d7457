import { nameOf } from "../lib/file-path.ts"
import type { Objects } from "../platform/git/objects.ts"
import type { FileAt } from "./contract.ts"
import { TooManyFiles, type Trees } from "./trees.ts"

/** What a file of the second tree was called in the first one, where it has another name there; undefined: it is new. */
export type NameBefore = (before: string, after: string, path: string) => Promise<string | undefined>

/** Files that went away in the same commit and are compared, bytes of the largest of them, and of all that are read. */
const mostCompared = 200
const longest = 512 << 10
const mostRead = 16 << 20
/** How much of the larger one must be in the other, as git asks for, too. */
const enough = 0.5

/** By the content alone: what came is what went if it is the same, or at least half of it. */
export function createNameBefore({ trees, objects }: { trees: Trees; objects: Objects }): NameBefore {
  return async (before, after, path) => {
    const gone = await goneIn(trees, { before, after })
    const mine = (await trees.look(after, path)) ?? { kind: "folder" }
    if (mine.kind === "folder" || gone.length === 0) return undefined
    const same = gone.filter(({ blob }) => blob === mine.file.blob)
    if (same.length > 0) return (same.find((one) => nameOf(one.path) === nameOf(path)) ?? same[0])?.path
    return gone.length > mostCompared ? undefined : mostAlike(objects, mine.file, gone)
  }
}

async function goneIn(trees: Trees, { before, after }: { before: string; after: string }): Promise<FileAt[]> {
  try {
    const changed = await trees.changed(before, after)
    return changed.flatMap((one) => (one.after || !one.before || !isPlain(one.before) ? [] : [one.before]))
  } catch (error) {
    if (error instanceof TooManyFiles) return []
    throw error
  }
}

const isPlain = ({ mode }: FileAt) => mode === "file" || mode === "executable"

async function mostAlike(objects: Objects, mine: FileAt, gone: readonly FileAt[]): Promise<string | undefined> {
  const bytesOf = async ({ blob }: FileAt) => (await objects.head(blob))?.bytes ?? 0
  const bytes = await bytesOf(mine)
  if (!isPlain(mine) || bytes > longest) return undefined
  const now = linesIn(await objects.read(mine.blob))
  let [best, path]: [number, string | undefined] = [enough, undefined]
  let left = mostRead
  for (const one of gone) {
    const others = await bytesOf(one)
    const [less, more] = [Math.min(bytes, others), Math.max(bytes, others)]
    if (more > longest || less < more * best || others > left) continue
    left -= others
    const share = commonBytes(now, linesIn(await objects.read(one.blob))) / more
    if (share >= best && (share > best || path === undefined)) [best, path] = [share, one.path]
  }
  return path
}

/** How many bytes each line takes in all. */
function linesIn(found: { content: Uint8Array } | undefined): Map<string, number> {
  const lines = new Map<string, number>()
  const text = Buffer.from(found?.content ?? new Uint8Array()).toString("latin1")
  for (const [line] of text.matchAll(/[^\n]*\n|[^\n]+$/g)) lines.set(line, (lines.get(line) ?? 0) + line.length)
  return lines
}

function commonBytes(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let common = 0
  for (const [line, bytes] of a) common += Math.min(bytes, b.get(line) ?? 0)
  return common
}
