import { parseLoopId } from "../lib/ids.ts"
import type { SignedIn } from "../platform/http/visitor.ts"
import { type NotAllowed, refusal } from "./access.ts"
import type { Done, LifeNeeds } from "./life.ts"
import type { LoopRecord } from "./record.ts"

export type Visibility = LoopRecord["visibility"]

/** From the strictest to the widest. */
const widths: readonly Visibility[] = ["private", "workspace", "public"]
const isStricter = (one: Visibility, than: Visibility): boolean => widths.indexOf(one) < widths.indexOf(than)

export type MadeVisible = Done | NotAllowed | { kind: "only-owner"; owner: string }

/** Who can see a loop: its owner decides; an administrator may only make it stricter. */
export interface Shown {
  show(id: unknown, user: SignedIn, to: Visibility): Promise<MadeVisible>
}

/** Whether this person may change who sees the loop from what it is to `to`. */
export const mayShow = (loop: LoopRecord, user: SignedIn, to: Visibility): boolean =>
  to !== loop.visibility && refusal(loop, user, "visibility") === undefined && isOwnWord(loop, user, to)

const isOwnWord = (loop: LoopRecord, user: SignedIn, to: Visibility) =>
  loop.createdBy === user.name || isStricter(to, loop.visibility)

type ShownNeeds = Pick<LifeNeeds, "records" | "transcript" | "note">

export const createShown = ({ records, transcript, note }: ShownNeeds): Shown => ({
  async show(given, user, to) {
    const id = parseLoopId(given)
    const before = id && (await records.read(id))
    if (!id || !before || before.state.kind === "deleted") return { kind: "not-found" }
    const refused = refusal(before, user, "visibility")
    if (refused) return refused
    if (to === before.visibility) return { kind: "done", record: before }
    if (!isOwnWord(before, user, to)) return { kind: "only-owner", owner: before.createdBy }
    let from = before.visibility
    // The newest record decides: somebody may have made it stricter since it was read.
    const record = await records.change(id, (now) => {
      from = now.visibility
      return isOwnWord(now, user, to) && from !== to ? { ...now, visibility: to } : now
    })
    if (!record) return { kind: "not-found" }
    if (record.visibility !== to) return { kind: "only-owner", owner: before.createdBy }
    if (from === to) return { kind: "done", record }
    await transcript(id).append({ kind: "set", turn: null, what: "visibility", from, to, by: user.name })
    await note(user, "loop.visibility", { loop: id, why: `${from} → ${to}` })
    return { kind: "done", record }
  },
})
