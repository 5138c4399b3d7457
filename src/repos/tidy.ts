import { packRefs, repackGrown } from "../platform/git/shelf-commands.ts"
import type { Background } from "../platform/background.ts"
import type { Place } from "./place.ts"

/** Each push leaves a pack and each commit of a page a few loose objects; git slows down with hundreds of them. */
const movesBetween = 50

/**
 * Puts small packs together after every fifty moves. Nothing is ever thrown away, whether a branch leads to it or not:
 * loops borrow what is here without saying so.
 */
export function createTidy(background: Pick<Background, "run">, every = movesBetween): (place: Place) => void {
  const moves = new Map<string, number>()
  return (place) => {
    const count = (moves.get(place.folder) ?? 0) + 1
    moves.set(place.folder, count % every)
    if (count < every) return
    background.run("pack a repository", async () => {
      await place.run(repackGrown(place.folder))
      await place.run(packRefs(place.folder))
    })
  }
}
