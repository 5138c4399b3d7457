import type { LoopId, UserName } from "../lib/ids.ts"

/** Who speaks git to the server; made where a channel or a token was looked at, never from what a request says. */
export type Asker = LoopAsker | MemberAsker

export interface LoopAsker {
  kind: "loop"
  loop: LoopId
  /** Its driver. */
  user: UserName
  /** Why it may not push now; asked again right before a branch moves. */
  rests(): Promise<Resting | undefined>
}

export interface MemberAsker {
  kind: "member"
  user: UserName
  admin: boolean
  mayPush: boolean
  /** Whether the token still counts; asked again right before a branch moves. */
  rests(): Promise<"ended" | undefined>
}

/** `ended`: what let the asker in counts no more. */
export type Resting = "archived" | "deleted" | "offered" | "ended"

/** The one branch of a context that is a loop's own. */
export const loopBranch = (loop: LoopId): string => `loop/${loop}`
