import { join } from "node:path"
import type { Disk } from "../platform/disk/disk.ts"

/** Folders in which the server writes files of its own, without those that a sandbox may write. */
export async function clearHalfWritten(disk: Disk, home: string): Promise<void> {
  const beneath = async (...parts: string[]) => {
    const folder = join(home, ...parts)
    return (await namesIn(disk, folder)).map((name) => join(folder, name))
  }
  const people = await beneath("personal")
  const vaults = await Promise.all(people.map((person) => namesIn(disk, join(person, ".loopat/vaults"))))
  const repositories = [...(await beneath("repos")), ...(await beneath("repos/code"))]
  const folders = [
    ...["", "accounts", "audit", "runtime", "runtime/git"].map((folder) => join(home, folder)),
    ...repositories.flatMap((repository) => [repository, join(repository, "info")]),
    ...people.map((person) => join(person, ".loopat")),
    ...people.flatMap((person, at) =>
      (vaults[at] ?? []).flatMap((vault) =>
        ["envs", "mounts"].map((inside) => join(person, ".loopat/vaults", vault, inside)),
      ),
    ),
    ...(await beneath("loops")),
    ...(await beneath("loops/.deleted")),
    join(home, "context/remarks"),
    ...(await beneath("context/held")),
    ...(await beneath("context/drafts")),
  ]
  for (const folder of folders) await ignoringFiles(disk.clearTemps(folder))
}

const namesIn = async (disk: Disk, folder: string): Promise<string[]> => (await ignoringFiles(disk.list(folder))) ?? []

/** A name that is no folder holds nothing. */
async function ignoringFiles<T>(look: Promise<T>): Promise<T | undefined> {
  try {
    return await look
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOTDIR") return undefined
    throw error
  }
}
