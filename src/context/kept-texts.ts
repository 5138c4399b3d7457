import { join } from "node:path"
import { z } from "zod"
import { shelfNames, type ShelfName } from "../lib/context-urls.ts"
import type { NewId, UserName } from "../lib/ids.ts"
import type { Clock } from "../platform/clock.ts"
import type { Disk } from "../platform/disk/disk.ts"

/** A text that somebody typed and that is in no commit: a draft, or one that collided with another. */
const KeptText = z.object({
  version: z.literal(1),
  id: z.string().regex(/^[0-9a-f]{16,32}$/),
  shelf: z.enum(shelfNames),
  path: z.string(),
  /** Id of the content it was opened from. */
  base: z.string(),
  text: z.string(),
  at: z.number(),
  proposal: z.string().optional(),
})
export type KeptText = z.infer<typeof KeptText>

export type NewText = Pick<KeptText, "shelf" | "path" | "base" | "text"> & { proposal?: string | undefined }

/** What people typed, below `<home>/context`. Nothing here is ever thrown away without its author's yes. */
export interface KeptTexts {
  /** The newest first. */
  held(user: UserName): Promise<KeptText[]>
  heldOne(user: UserName, id: string): Promise<KeptText | undefined>
  /** Undefined: too many are held already. */
  hold(user: UserName, text: NewText): Promise<KeptText | undefined>
  release(user: UserName, id: string): Promise<void>
  drafts(user: UserName): Promise<KeptText[]>
  draft(user: UserName, place: { shelf: ShelfName; path: string }): Promise<KeptText | undefined>
  /** One for each document. False: too many are kept already. */
  keepDraft(user: UserName, text: NewText): Promise<boolean>
  dropDraft(user: UserName, place: { shelf: ShelfName; path: string }): Promise<void>
}

interface Needs {
  disk: Disk
  home: string
  clock: Clock
  ids: NewId
}

/** Of each kind, of one person. */
const most = 200

export function createKeptTexts({ disk, home, clock, ids }: Needs): KeptTexts {
  const folderOf = (kind: "held" | "drafts", user: UserName) => join(home, "context", kind, user)
  const isId = (id: string) => /^[0-9a-f]{16,32}$/.test(id)

  async function read(folder: string, id: string): Promise<KeptText | undefined> {
    const text = isId(id) ? await disk.readText(join(folder, `${id}.json`)) : undefined
    return text === undefined ? undefined : KeptText.parse(JSON.parse(text))
  }

  async function all(folder: string): Promise<KeptText[]> {
    const ids = (await disk.list(folder)).filter((name) => name.endsWith(".json")).map((name) => name.slice(0, -5))
    const texts = await Promise.all(ids.map((id) => read(folder, id)))
    return texts.filter((one) => one !== undefined).sort((a, b) => b.at - a.at)
  }

  async function write(folder: string, id: string, text: NewText): Promise<KeptText | undefined> {
    const names = await disk.list(folder)
    if (names.length >= most && !names.includes(`${id}.json`)) return undefined
    const { proposal, ...rest } = text
    const kept: KeptText = { version: 1, id, ...rest, at: clock.now(), ...(proposal !== undefined && { proposal }) }
    await disk.makeFolder(folder)
    await disk.write(join(folder, `${id}.json`), `${JSON.stringify(kept, null, 2)}\n`)
    return kept
  }

  const draftId = ({ shelf, path }: { shelf: ShelfName; path: string }) =>
    new Bun.CryptoHasher("sha256").update(`${shelf}\0${path}`).digest("hex").slice(0, 32)

  return {
    held: (user) => all(folderOf("held", user)),
    heldOne: (user, id) => read(folderOf("held", user), id),
    hold: (user, text) => write(folderOf("held", user), ids.hex(8), text),
    async release(user, id) {
      if (isId(id)) await disk.remove(join(folderOf("held", user), `${id}.json`))
    },
    drafts: (user) => all(folderOf("drafts", user)),
    draft: (user, place) => read(folderOf("drafts", user), draftId(place)),
    keepDraft: async (user, text) => (await write(folderOf("drafts", user), draftId(text), text)) !== undefined,
    async dropDraft(user, place) {
      const path = join(folderOf("drafts", user), `${draftId(place)}.json`)
      if (await disk.exists(path)) await disk.remove(path)
    },
  }
}
