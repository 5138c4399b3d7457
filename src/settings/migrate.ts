import type { Disk } from "../platform/disk/disk.ts"
import { editJson } from "../lib/json-edit.ts"

/** The version of `config.json` that this program writes. */
export const newestVersion = 1

/** One step from its version to the next: text in, text out. */
type Migration = (text: string) => string

/** Files without a version number were written before there was one; their keys mean what they mean now. */
const migrations: Record<number, Migration> = {
  0: (text) => editJson(text, [{ path: ["version"], value: 1 }]),
}

/** Brings the file up to date after keeping a copy named by its old version. */
export async function migrate(disk: Disk, path: string, from: number): Promise<void> {
  const text = (await disk.readText(path)) ?? ""
  await disk.write(`${path}.v${from}.bak`, text)
  await disk.write(path, upgraded(text, from))
}

/** The text as the newest version would say it. */
export function upgraded(text: string, from: number): string {
  let now = text
  for (let version = from; version < newestVersion; version++) now = migrations[version]?.(now) ?? now
  return now
}
