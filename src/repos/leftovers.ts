import type { Disk } from "../platform/disk/disk.ts"

/** What killed programs leave behind. There is no other user of these repositories who could still need it. */
const leftovers = ["*.lock", "refs/**/*.lock", "fast_import_crash_*", "objects/incoming-*", "objects/pack/tmp_*"]

export async function clearLeftovers(disk: Disk, repository: string): Promise<void> {
  for (const pattern of leftovers) {
    const found = new Bun.Glob(pattern).scan({ cwd: repository, dot: true, onlyFiles: false })
    for await (const name of found) await disk.remove(`${repository}/${name}`)
  }
}
