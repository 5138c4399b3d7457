import { constants } from "node:fs"
import { open, readlink, realpath } from "node:fs/promises"
import { join } from "node:path"
import { isMissing } from "./calls.ts"

export type RegularFile =
  { kind: "read"; content: Uint8Array } | { kind: "missing" } | { kind: "left-out"; why: string }

/**
 * Reads a file beneath `root` whose tree somebody else may have shaped. What was opened is judged, not its name: it must
 * be a regular file with one name, and lie beneath the root after every link was followed.
 */
export async function readRegularFile(root: string, path: string, maxBytes: number): Promise<RegularFile> {
  const file = await open(join(root, path), constants.O_RDONLY | constants.O_NONBLOCK).catch(whyNot)
  if ("kind" in file) return file
  try {
    const stat = await file.stat()
    if (!stat.isFile()) return { kind: "left-out", why: "it is not a regular file" }
    if (stat.nlink !== 1) return { kind: "left-out", why: "it has several names" }
    if (stat.size > maxBytes) return { kind: "left-out", why: `it is larger than ${maxBytes} bytes` }
    const lies = await readlink(`/proc/self/fd/${file.fd}`)
    if (!lies.startsWith(`${await realpath(root)}/`)) return { kind: "left-out", why: "it lies outside of its folder" }
    const content = Buffer.alloc(stat.size)
    const { bytesRead } = await file.read(content, 0, stat.size, 0)
    return { kind: "read", content: content.subarray(0, bytesRead) }
  } finally {
    await file.close()
  }
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

function whyNot(error: unknown): RegularFile {
  if (isMissing(error)) return { kind: "missing" }
  const code = error instanceof Error && "code" in error ? String(error.code) : ""
  if (code === "ELOOP" || code === "ENOTDIR" || code === "ENXIO")
    return { kind: "left-out", why: "it cannot be opened as a file" }
  throw error
}
