import { join } from "node:path"
import { z } from "zod"
import type { ShelfName } from "../lib/context-urls.ts"
import type { UserName } from "../lib/ids.ts"
import type { Clock } from "../platform/clock.ts"
import type { Disk } from "../platform/disk/disk.ts"

const Remark = z.object({
  by: z.string(),
  at: z.number(),
  text: z.string(),
  /** The commit that was looked at. */
  tip: z.string(),
})
type Remark = z.infer<typeof Remark>
const Remarks = z.object({ version: z.literal(1), branch: z.string(), remarks: z.array(Remark) })
type Remarks = z.infer<typeof Remarks>

interface About {
  shelf: ShelfName
  /** Whose repository it is, when it is somebody's own. */
  owner: UserName
  branch: string
}

/** What reviewers said of proposals, below `<home>/context/remarks`. */
export interface ProposalRemarks {
  all(about: About): Promise<Remark[]>
  /** False: there are too many already. */
  add(about: About, remark: Omit<Remark, "at">): Promise<boolean>
}

const most = 200

export function createRemarks({ disk, home, clock }: { disk: Disk; home: string; clock: Clock }): ProposalRemarks {
  const fileOf = ({ shelf, owner, branch }: About) => {
    const place = shelf === "personal" ? `${shelf}/${owner}` : shelf
    const name = new Bun.CryptoHasher("sha256").update(`${place}\0${branch}`).digest("hex").slice(0, 32)
    return disk.jsonFile(join(home, "context/remarks", `${name}.json`), (value): Remarks => Remarks.parse(value))
  }
  return {
    all: async (about) => (await fileOf(about).read())?.remarks ?? [],
    async add(about, remark) {
      let added = false
      await disk.makeFolder(join(home, "context/remarks"))
      await fileOf(about).update((now = { version: 1, branch: about.branch, remarks: [] }) => {
        added = now.remarks.length < most
        return added ? { ...now, remarks: [...now.remarks, { ...remark, at: clock.now() }] } : now
      })
      return added
    },
  }
}
