import { z } from "zod"
import { type LoopId, parseLoopId, type RepoName } from "../lib/ids.ts"
import { parsed } from "../lib/parsed.ts"
import type { Disk } from "../platform/disk/disk.ts"
import type { Place } from "./place.ts"
import type { BranchMove } from "./push-content.ts"
import type { OwnShelves } from "./shelves.ts"

/** A repository of code that lives here and nowhere else. */
export interface Hosted {
  readonly place: Place
  /** Which loop made a branch, of those that loops made. */
  madeBy(): Promise<Readonly<Record<string, LoopId>>>
  /** Before branches move on behalf of a loop: from then on those that it makes are its own. */
  noteMakers(moves: readonly BranchMove[], loop: LoopId | undefined): Promise<void>
}

const HostedRecord = z.looseObject({
  version: z.literal(1),
  madeBy: z.record(z.string(), parsed(parseLoopId, "loop id")),
})

/** What tells a repository of code that lives here from a copy: a copy is never fetched over it. */
export const hostedMark = (repository: string): string => `${repository}/hosted.json`

/** Opens the one of a name, made with its first commit when there is none. */
export async function openHosted(
  { shelves, disk }: { shelves: Pick<OwnShelves, "place">; disk: Disk },
  name: RepoName,
): Promise<Hosted> {
  const place = await shelves.place({ context: "code", name })
  const file = disk.jsonFile(hostedMark(place.folder), (value) => HostedRecord.parse(value))
  if (!(await file.read())) await file.update((record) => record ?? { version: 1, madeBy: {} })
  return {
    place,
    madeBy: async () => (await file.read())?.madeBy ?? {},
    async noteMakers(moves, loop) {
      const born = moves.filter(({ from }) => from === undefined)
      const gone = moves.filter(({ to }) => to === undefined)
      if (born.length + gone.length === 0) return
      await file.update((record) => {
        const madeBy = { ...record?.madeBy }
        for (const { branch } of [...born, ...gone]) delete madeBy[branch]
        if (loop !== undefined) for (const { branch } of born) madeBy[branch] = loop
        return { version: 1, ...record, madeBy }
      })
    },
  }
}
