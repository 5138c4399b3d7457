import { constants } from "node:fs"
import { type FileHandle, lstat, open } from "node:fs/promises"
import { pathBytes } from "../../lib/file-path.ts"
import { Refusal } from "./refusal.ts"

/** A folder held open, and a name in it: nothing that happens to the path meanwhile can lead elsewhere. */
export interface Place extends AsyncDisposable {
  /** A path that means exactly this name in exactly this folder. */
  readonly path: string | Buffer
  readonly folder: string
  readonly isRoot: boolean
}

const folderFlags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW

/**
 * Walks from a root to the folder of `path`, one name at a time and through no link. Bun has no openat; a path through
 * `/proc/self/fd/<n>` starts at the open folder itself and means the same.
 */
export async function beneath(root: string, path: string): Promise<Place> {
  const names = namesOf(path)
  const last = names.pop()
  let folder = await open(root, folderFlags)
  for (const name of names) folder = await descend(folder, name)
  return placeIn(folder, last)
}

/** The same for a path that must be a folder: it is the one that is held open. */
export async function folderBeneath(root: string, path: string): Promise<Place> {
  const names = namesOf(path)
  let folder = await open(root, folderFlags)
  for (const name of names) folder = await descend(folder, name)
  return placeIn(folder, undefined)
}

function placeIn(folder: FileHandle, name: string | undefined): Place {
  const held = `/proc/self/fd/${folder.fd}`
  return {
    folder: held,
    path: name === undefined ? `${held}/.` : under(held, name),
    isRoot: name === undefined,
    [Symbol.asyncDispose]: () => folder.close(),
  }
}

async function descend(folder: FileHandle, name: string): Promise<FileHandle> {
  const path = under(`/proc/self/fd/${folder.fd}`, name)
  try {
    return await open(path, folderFlags)
  } catch (error) {
    if ((await lstat(path).catch(() => undefined))?.isSymbolicLink()) throw new Refusal("escape", `${name} is a link`)
    throw error
  } finally {
    await folder.close()
  }
}

/** A name in a folder; as bytes when it is no UTF-8. */
export const under = (folder: string, name: string): string | Buffer =>
  name.isWellFormed() ? `${folder}/${name}` : Buffer.concat([Buffer.from(`${folder}/`), pathBytes(name)])

function namesOf(path: string): string[] {
  if (path.includes("\0")) throw new Refusal("escape", "a path holds a NUL")
  const names = path.split("/").filter((name) => name !== "" && name !== ".")
  if (names.includes("..")) throw new Refusal("escape", "a path may not go up")
  if (names.length > 256) throw new Refusal("limit", "a path is deeper than 256 folders")
  return names
}
