import type { OutsideStateView } from "../../views/props/outside.ts"
import type { ShelfName } from "../lib/context-urls.ts"
import type { UserName } from "../lib/ids.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import { type OutsideState, outsideView, type Shelves } from "../repos/index.ts"

export type Outsides = (shelf: ShelfName, about: { user: UserName; locale: Locale }) => OutsideStateView | undefined

/**
 * The newest that is known of each context's home outside: pages show it without asking anybody, and of
 * everybody's own only to its owner.
 */
export function followOutsides(shelves: Pick<Shelves, "onOutside">): Outsides {
  const states = new Map<string, OutsideState | undefined>()
  const keyOf = (shelf: ShelfName, user: UserName) => (shelf === "personal" ? `${shelf} ${user}` : shelf)
  shelves.onOutside(({ shelf, state }) =>
    states.set(shelf.context === "personal" ? keyOf(shelf.context, shelf.user) : shelf.context, state),
  )
  return (shelf, { user, locale }) => {
    const state = states.get(keyOf(shelf, user))
    return state && outsideView(shelf, state, locale)
  }
}
