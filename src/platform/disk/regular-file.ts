import { constants } from "node:fs"
import { type FileHandle, open, readdir, readlink, realpath } from "node:fs/promises"
import { join } from "node:path"
import { isMissing } from "./calls.ts"

/** `kind`: no regular file or folder; `names`: it has several; `outside`: it does not lie beneath the root. */
export type LeftOutBecause = "kind" | "names" | "size" | "outside"
type NotRead = { kind: "missing" } | { kind: "left-out"; because: LeftOutBecause; why: string }

export type RegularFile = { kind: "read"; content: Uint8Array; executable: boolean; changedAt: number } | NotRead
/** `real`: where the folder lies after every link was followed. */
export type RegularFolder = { kind: "read"; names: string[]; real: string } | NotRead

/**
 * Reads a file beneath `root` whose tree somebody else may have shaped. What was opened is judged, not its name: it must
 * be a regular file with one name, and lie beneath the root after every link was followed.
 */
export async function readRegularFile(root: string, path: string, maxBytes: number): Promise<RegularFile> {
  const file = await open(join(root, path), constants.O_RDONLY | constants.O_NONBLOCK).catch(whyNot)
  if ("kind" in file) return file
  try {
    const stat = await file.stat()
    if (!stat.isFile()) return leftOut("kind", "it is not a regular file")
    if (stat.nlink !== 1) return leftOut("names", "it has several names")
    if (stat.size > maxBytes) return leftOut("size", `it is larger than ${maxBytes} bytes`)
    if (!(await realBeneath(root, file))) return leftOut("outside", "it lies outside of its folder")
    const content = Buffer.alloc(stat.size)
    const { bytesRead } = await file.read(content, 0, stat.size, 0)
    const about = { executable: (stat.mode & 0o100) !== 0, changedAt: stat.mtimeMs }
    return { kind: "read", content: content.subarray(0, bytesRead), ...about }
  } finally {
    await file.close()
  }
}

/** The names in a folder beneath `root`, by the same rule; names that are no UTF-8 hold U+FFFD. */
export async function readRegularFolder(root: string, path: string): Promise<RegularFolder> {
  const folder = await open(join(root, path), constants.O_RDONLY | constants.O_DIRECTORY).catch(whyNot)
  if ("kind" in folder) return folder
  try {
    const real = await realBeneath(root, folder)
    if (real === undefined) return leftOut("outside", "it lies outside of its folder")
    return { kind: "read", names: (await readdir(`/proc/self/fd/${folder.fd}`)).sort(), real }
  } finally {
    await folder.close()
  }
}

const leftOut = (because: LeftOutBecause, why: string) => ({ kind: "left-out" as const, because, why })

async function realBeneath(root: string, opened: FileHandle): Promise<string | undefined> {
  const lies = await readlink(`/proc/self/fd/${opened.fd}`)
  return lies.startsWith(`${await realpath(root)}/`) ? lies : undefined
}

/** True when `folder`, links followed, is `root` itself or lies beneath it; also when it does not exist yet. */
export async function liesBeneath(root: string, folder: string): Promise<boolean> {
  try {
    const [top, real] = await Promise.all([realpath(root), realpath(folder)])
    return real === top || real.startsWith(`${top}/`)
  } catch (error) {
    if (isMissing(error)) return true
    throw error
  }
}

/** True when `path` beneath `root` is there and no part of it is a link. */
export async function liesAt(root: string, path: string): Promise<boolean> {
  try {
    const [top, real] = await Promise.all([realpath(root), realpath(join(root, path))])
    return real === join(top, path)
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}

function whyNot(error: unknown): NotRead {
  if (isMissing(error)) return { kind: "missing" }
  const code = error instanceof Error && "code" in error ? String(error.code) : ""
  if (code === "ELOOP" || code === "ENOTDIR" || code === "ENXIO")
    return leftOut("kind", "it cannot be opened as a file")
  throw error
}
