import type { UserName } from "../lib/ids.ts"

/** How many uploads each person has under way. */
export interface UploadSlots {
  /** Call the answer when the upload is over. Undefined: there are as many as may be. */
  take(user: UserName): (() => void) | undefined
}

const mostAtOnce = 4

export function createUploadSlots(): UploadSlots {
  const taken = new Map<UserName, number>()
  return {
    take(user) {
      const count = taken.get(user) ?? 0
      if (count >= mostAtOnce) return undefined
      taken.set(user, count + 1)
      return () => {
        const left = (taken.get(user) ?? 1) - 1
        if (left > 0) taken.set(user, left)
        else taken.delete(user)
      }
    },
  }
}
