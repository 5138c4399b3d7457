import type { ShelfName } from "../lib/context-urls.ts"
import type { UserName } from "../lib/ids.ts"
import type { Shelf } from "../repos/index.ts"

/** Whoever reads or writes. */
export interface Person {
  name: UserName
  admin: boolean
}

/** Nobody has an address for another person's repository: `personal` is always the reader's own. */
export const shelfOf = (shelf: ShelfName, { name: user }: Person): Shelf =>
  shelf === "personal" ? { context: "personal", user } : { context: shelf }

/** Which of a person's shelves that is; undefined: somebody else's. */
export const nameOfShelf = (shelf: Shelf, { name }: Person): ShelfName | undefined =>
  shelf.context === "personal" && shelf.user !== name ? undefined : shelf.context

/** Values of credentials are never read here, also not as the ciphertext that they are. */
export const isInVault = (shelf: ShelfName, path: string): boolean =>
  shelf === "personal" && path.normalize("NFC").toLowerCase().startsWith(".loopat/vaults/")
