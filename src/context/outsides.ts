import type { OutsideStateView } from "../../views/props/outside.ts"
import type { ShelfName } from "../lib/context-urls.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import { type OutsideState, outsideView, type Shelves } from "../repos/index.ts"

export type Outsides = (shelf: ShelfName, locale: Locale) => OutsideStateView | undefined

/** The newest that is known of each context's home outside: pages show it without asking anybody. */
export function followOutsides(shelves: Pick<Shelves, "onOutside">): Outsides {
  const states = new Map<ShelfName, OutsideState | undefined>()
  shelves.onOutside(({ shelf, state }) => states.set(shelf.context, state))
  return (shelf, locale) => {
    const state = states.get(shelf)
    return state && shelf !== "personal" ? outsideView(shelf, state, locale) : undefined
  }
}
