import type { LoopId, UserName } from "../lib/ids.ts"

/** Who looks on at shared terminals, and who wants to hear when something about a loop's tabs changes. */
export interface Onlookers {
  /** `terminal`: under which name the sandbox keeps its shell. Returns what to call when he leaves. */
  come(at: { loop: LoopId; terminal: string; user: UserName }): () => void
  of(terminal: string): UserName[]
  /** Returns what ends it. */
  follow(loop: LoopId, told: () => void): () => void
  tell(loop: LoopId): void
}

export function createOnlookers(): Onlookers {
  const here = new Set<{ terminal: string; user: UserName }>()
  const followers = new Set<{ loop: LoopId; told: () => void }>()
  const tell = (loop: LoopId) => {
    for (const one of followers) if (one.loop === loop) one.told()
  }
  return {
    come({ loop, terminal, user }) {
      const one = { terminal, user }
      here.add(one)
      tell(loop)
      return () => {
        if (here.delete(one)) tell(loop)
      }
    },
    of: (terminal) => [...new Set([...here].filter((one) => one.terminal === terminal).map(({ user }) => user))].sort(),
    follow(loop, told) {
      const one = { loop, told }
      followers.add(one)
      return () => void followers.delete(one)
    },
    tell,
  }
}
