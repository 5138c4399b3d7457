import type { FileChange } from "../platform/git/shelf-commands.ts"
import type { Arriving } from "./content-rules.ts"
import type { Change, FileAt, FileMode, RefusedChange, RefusedContent } from "./contract.ts"

/** A file of the state that the changes lead to: as it was committed, or with new content. */
interface Planned {
  mode: FileMode
  blob: string
  content?: Uint8Array
}

export interface Plan {
  kind: "planned"
  arriving: Arriving[]
  changes: FileChange[]
  /** All paths afterwards. */
  paths: string[]
}

export interface StoredBlobs {
  bytes(blob: string): Promise<number>
  read(blob: string): Promise<Uint8Array>
}

/** Goes through the changes on paper, so that everything is known before anything is written. */
export async function planChanges(
  files: readonly FileAt[],
  changes: readonly Change[],
  stored: StoredBlobs,
): Promise<Plan | RefusedChange> {
  const before = new Map<string, Planned>(files.map(({ path, blob, mode }) => [path, { blob, mode }]))
  const after = new Map(before)
  const steps: FileChange[] = []
  for (const change of changes) {
    const code = refusedStep(after, change)
    if (code) return { kind: "refused", code, path: change.path }
    steps.push(apply(after, change))
  }
  const touched = [...new Set([...before.keys(), ...after.keys()])].filter(
    (path) => !isSame(before.get(path), after.get(path)),
  )
  const arriving = await Promise.all(touched.map((path) => arrive(path, after.get(path), stored)))
  return { kind: "planned", arriving, changes: steps, paths: [...after.keys()] }
}

function refusedStep(state: ReadonlyMap<string, Planned>, change: Change): RefusedContent | undefined {
  const { path } = change
  if ("gone" in change) return below(state, path).length === 0 ? "missing" : undefined
  if ("movedFrom" in change) return refusedMove(state, change)
  const mode = state.get(path)?.mode
  if (mode === "link" || mode === "module") return "link"
  return hasFileAbove(state, path) || (!mode && below(state, path).length > 0) ? "exists" : undefined
}

function refusedMove(state: ReadonlyMap<string, Planned>, { path, movedFrom }: Move): RefusedContent | undefined {
  if (below(state, movedFrom).length === 0) return "missing"
  const intoItself = path === movedFrom || path.startsWith(`${movedFrom}/`)
  return intoItself || below(state, path).length > 0 || hasFileAbove(state, path) ? "exists" : undefined
}

type Move = Extract<Change, { movedFrom: string }>

/** The file itself, or all files of a folder. */
const below = (state: ReadonlyMap<string, Planned>, path: string): string[] =>
  state.has(path) ? [path] : [...state.keys()].filter((one) => one.startsWith(`${path}/`))

function hasFileAbove(state: ReadonlyMap<string, Planned>, path: string): boolean {
  const names = path.split("/")
  return names.some((_, index) => index > 0 && state.has(names.slice(0, index).join("/")))
}

function apply(state: Map<string, Planned>, change: Change): FileChange {
  const { path } = change
  if ("gone" in change) {
    for (const one of below(state, path)) state.delete(one)
    return { path, gone: true }
  }
  if ("movedFrom" in change) {
    for (const one of below(state, change.movedFrom)) {
      const file = state.get(one)
      state.delete(one)
      if (file) state.set(`${path}${one.slice(change.movedFrom.length)}`, file)
    }
    return { path, movedFrom: change.movedFrom }
  }
  const content = "text" in change ? new TextEncoder().encode(change.text) : change.bytes
  const mode = state.get(path)?.mode ?? "file"
  state.set(path, { mode, blob: blobId(content), content })
  return { path, content, executable: mode === "executable" }
}

/** What git would call this content (gitformat: the hash of `blob <bytes>\0` and the bytes). */
function blobId(content: Uint8Array): string {
  return new Bun.CryptoHasher("sha1").update(`blob ${content.length}\0`).update(content).digest("hex")
}

const isSame = (a: Planned | undefined, b: Planned | undefined) => a?.blob === b?.blob && a?.mode === b?.mode

async function arrive(path: string, file: Planned | undefined, stored: StoredBlobs): Promise<Arriving> {
  if (!file) return { path }
  const { mode, blob, content } = file
  if (content) return { path, put: { mode, bytes: content.length, read: async () => content } }
  return { path, put: { mode, bytes: await stored.bytes(blob), read: () => stored.read(blob) } }
}
