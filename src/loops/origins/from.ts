import type { ShelfName } from "../../lib/context-urls.ts"
import type { LoopId, UserName } from "../../lib/ids.ts"
import type { SignedIn } from "../../platform/http/visitor.ts"
import { sight } from "../access.ts"
import type { LoopRecord } from "../record.ts"
import type { Shelf } from "../shelf.ts"

/** A loop that was made from a document, for whoever reads the document. */
export interface LoopFrom {
  id: LoopId
  title: string
  kind: LoopRecord["kind"]
  driver: UserName
  archived: boolean
  /** Last activity, in milliseconds since the epoch. */
  active: number
}

/** Of the loops that this person may read, the newest activity first. `personal` is everybody's own. */
export const loopsFrom = (
  shelf: Pick<Shelf, "ordered">,
  document: { shelf: ShelfName; path: string },
  user: SignedIn,
): LoopFrom[] =>
  shelf
    .ordered()
    .filter(({ origin }) => origin?.shelf === document.shelf && origin.path === document.path)
    .filter((entry) => document.shelf !== "personal" || entry.createdBy === user.name)
    .filter((entry) => sight(entry, user) === "all")
    .map(({ id, title, kind, driver, state, active }) => ({
      ...{ id, title, kind, driver, active },
      archived: state.kind === "archived",
    }))
