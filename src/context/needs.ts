import type { FrameView } from "../../views/props/frame.ts"
import type { ShelfName } from "../lib/context-urls.ts"
import type { LoopId, NewId, UserName } from "../lib/ids.ts"
import type { Background } from "../platform/background.ts"
import type { Clock } from "../platform/clock.ts"
import type { Disk } from "../platform/disk/disk.ts"
import type { LiveRights } from "../platform/http/live-rights.ts"
import type { ShowProblem } from "../platform/http/problem.ts"
import { type SignedIn, userOf } from "../platform/http/visitor.ts"
import type { CodeReading, CodeSearch, Proposals, Shelves } from "../repos/index.ts"
import type { KeptTexts } from "./kept-texts.ts"
import type { LandNeeds } from "./land.ts"
import type { LoopCommits } from "./loop-commits.ts"
import type { Person } from "./person.ts"
import type { Outsides } from "./outsides.ts"
import type { ProposalRemarks } from "./remarks.ts"

export interface ReturnedProposal {
  shelf: ShelfName
  branch: string
  by: UserName
  /** What the agent would be told. */
  text: string
  /** Where the proposal is looked at. */
  about: string
}

export interface ContextNeeds extends Omit<LandNeeds, "books" | "inTurn"> {
  shelves: Pick<Shelves, "open" | "onMoved" | "onOutside">
  disk: Disk
  home: string
  clock: Clock
  ids: NewId
  background: Background
  rights: Pick<LiveRights, "stream">
  frame(request: Request, about: Pick<FrameView, "title" | "section" | "streamUrl">): FrameView
  showProblem: ShowProblem
  proposals: Pick<
    Proposals,
    "list" | "find" | "touching" | "mayMerge" | "reviewedOutside" | "proposeOutside" | "merge" | "discard" | "restore"
  >
  /** Of loops a person is told only what he may read. */
  loops: {
    from(material: { shelf: ShelfName; path: string } | { held: string }, user: SignedIn): LoopOfDocument[]
    searchTalk(question: { words: readonly string[]; from?: string; user: SignedIn; signal: AbortSignal }): Promise<{
      hits: { loop: LoopId; title: string; seq: number; at: number; by?: string; text: string }[]
      next?: string
      pending: boolean
    }>
    forViewer(
      id: LoopId,
      user: SignedIn,
    ): Promise<{ kind: "viewed"; loop: { record: { title: string; driver: string } } } | { kind: "not-found" }>
  }
  /** Lets the driver of a loop know what somebody would have its agent told; nothing is sent by that. */
  sendBack(loop: LoopId, returned: ReturnedProposal): Promise<"kept" | "full" | "resting">
  code: CodeSearch
  reading: Pick<CodeReading, "open">
  /** What a page loads on which a text is changed. */
  editor: { script: string }
}

/** A loop that was made to change a document, or with it as its material. */
export interface LoopOfDocument {
  id: LoopId
  title: string
  driver: string
  archived: boolean
  active: number
}

/** What the routes of this feature have besides. */
export interface RouteNeeds extends ContextNeeds, LandNeeds {
  /** How a context stands with its home outside, as far as it was asked since the start. */
  outsideOf: Outsides
  kept: KeptTexts
  remarks: ProposalRemarks
  loopCommits: LoopCommits
}

export function personOf(request: Request): Person {
  const { name, role } = userOf(request)
  return { name, admin: role === "admin" }
}
