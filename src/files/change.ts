import { isName, joined } from "../lib/file-path.ts"
import { fromForm, toForm } from "../lib/file-text.ts"
import { type Box, LinkFailed } from "../sandbox/index.ts"
import { versionOf } from "./content.ts"
import { readText } from "./look.ts"

/** Why a change was not made; nothing is half done. */
export type Refused = { kind: "refused"; why: "exists" | "missing" | "denied" | "bad-name" | "kind" | "limit" }
export type Changed = { kind: "changed"; path: string } | Refused
/**
 * `version`: of what is in the file from now on. `theirs`: what is in the file now; undefined when there is no such text
 * any more.
 */
export type Saved =
  | { kind: "saved"; version: string }
  | Refused
  | { kind: "conflict"; theirs: { text: string; version: string } | undefined }

export interface SavedText {
  path: string
  /** SHA-256 of what was read, or `absent`. */
  version: string
  /** As the form sent it. */
  text: string
}

/** Replaces a text that is still the one that was read. */
export async function saveText(box: Box, { path, version, text }: SavedText): Promise<Saved> {
  const now = await readText(box, path)
  if (version === "absent" ? now : now?.version !== version) return conflictWith(now)
  const bytes = new TextEncoder().encode(now ? fromForm(text, now.text) : toForm(text))
  const outcome = await attempt(path, () => box.files.put("workdir", path, { content: bytes, expected: version }))
  if (outcome.kind === "changed") return { kind: "saved", version: versionOf(bytes) }
  // Somebody was quicker, between the look and the rename.
  return outcome.why === "exists" ? conflictAt(box, path) : outcome
}

/** With what is in the file now. */
export const conflictAt = async (box: Box, path: string): Promise<Saved> => conflictWith(await readText(box, path))

const conflictWith = (now: { text: string; version: string } | undefined): Saved => ({
  kind: "conflict",
  theirs: now && { text: toForm(now.text), version: now.version },
})

export async function makeNew(
  box: Box,
  { folder, name, kind }: { folder: string; name: string; kind: "file" | "folder" },
): Promise<Changed> {
  if (!isName(name)) return { kind: "refused", why: "bad-name" }
  const path = joined(folder, name)
  if (kind === "folder") return attempt(path, () => box.files.makeFolder("workdir", path))
  return attempt(path, () => box.files.put("workdir", path, { content: "", expected: "absent" }))
}

export const moveTo = (box: Box, { path, to }: { path: string; to: string }): Promise<Changed> =>
  path === "" || to === ""
    ? Promise.resolve({ kind: "refused", why: "bad-name" })
    : attempt(to, () => box.files.move("workdir", path, to))

export const removeAt = (box: Box, path: string): Promise<Changed> =>
  path === ""
    ? Promise.resolve({ kind: "refused", why: "bad-name" })
    : attempt(path, () => box.files.remove("workdir", path))

/** More than this many entries of a folder are not counted one by one. */
const mostCounted = 10_000

/** How many files and folders are inside a folder; undefined: more than anybody counts. */
export async function countInside(box: Box, path: string): Promise<number | undefined> {
  const argv = ["find", ".", "-mindepth", "1", "-printf", "."] as const
  try {
    const limits = { timeoutMs: 10_000, maxOutput: mostCounted }
    return (await box.capture({ argv, within: { root: "workdir", path } }, limits)).stdout.length
  } catch (error) {
    if (error instanceof LinkFailed && error.kind === "limit") return undefined
    throw error
  }
}

const reasons: Record<string, Refused["why"]> = {
  exists: "exists",
  changed: "exists",
  missing: "missing",
  denied: "denied",
  escape: "kind",
  kind: "kind",
  limit: "limit",
}

/** What the guest refused, by name; a link that is lost is thrown on. */
export async function attempt(path: string, work: () => Promise<void>): Promise<Changed> {
  try {
    await work()
    return { kind: "changed", path }
  } catch (error) {
    const why = error instanceof LinkFailed && error.kind === "refused" ? reasons[error.because ?? ""] : undefined
    if (why === undefined) throw error
    return { kind: "refused", why }
  }
}
