import type { Objects } from "../platform/git/objects.ts"
import { type Arriving, type Landing, refusedContent } from "./content-rules.ts"
import type { RefusedChange } from "./contract.ts"
import { caseTwin } from "./path-rules.ts"
import type { StoredBlobs } from "./plan-changes.ts"
import type { ChangedFile } from "./trees.ts"

export async function arrivingOf(changed: readonly ChangedFile[], stored: StoredBlobs): Promise<Arriving[]> {
  return Promise.all(
    changed.map(async ({ path, after }) => {
      if (!after) return { path }
      const bytes = after.mode === "module" ? 0 : await stored.bytes(after.blob)
      return { path, put: { mode: after.mode, bytes, read: () => stored.read(after.blob) } }
    }),
  )
}

export async function refusedAmong(
  landing: Landing,
  arriving: readonly Arriving[],
  paths: readonly string[],
): Promise<RefusedChange | undefined> {
  const refused = await refusedContent(landing, arriving)
  if (refused) return refused
  const twin = caseTwin(paths, new Set(arriving.filter(({ put }) => put).map(({ path }) => path)))
  return twin === undefined ? undefined : { kind: "refused", code: "case-twin", path: twin }
}

export const storedBlobs = ({ objects }: { objects: Objects }): StoredBlobs => ({
  bytes: async (blob) => (await objects.head(blob))?.bytes ?? 0,
  read: async (blob) => (await objects.read(blob))?.content ?? new Uint8Array(0),
})
