import { z } from "zod"
import type { FrameView } from "../../views/props/frame.ts"
import type { LoopHeaderView } from "../../views/props/loops.ts"
import type { LiveRights } from "../platform/http/live-rights.ts"
import type { ShowProblem } from "../platform/http/problem.ts"
import type { LoopsDoor } from "../loops/index.ts"
import type { AgentNeeds } from "./needs.ts"
import type { Runner } from "./runner.ts"
import type { Windows } from "./window.ts"
import type { Shells } from "./shells.ts"
import type { Suggesting } from "./suggestions.ts"
import type { Work } from "./work.ts"

export interface RouteNeeds {
  rights: Pick<LiveRights, "stream">
  /** What every page has around its own content. */
  frame(
    request: Request,
    about: { title: string; section: "loops"; streamUrl?: string; currentLoop?: string },
  ): FrameView
  showProblem: ShowProblem
  /** News of other loops for the sidebar of a loop's page. */
  lists?: Pick<LoopsDoor["live"], "follow">
}

/** What routes work with. */
export interface Doing extends RouteNeeds {
  needs: AgentNeeds
  runner: Runner
  work: Work
  shells: Shells
  suggesting: Suggesting
  windows: Windows
}

export type Model = LoopHeaderView["model"]

/** The longest message in UTF-8, percent-encoded by a form, and the fields around it. */
export const largestForm = 13 << 20

const text = z.string().default("")
const ticked = z
  .unknown()
  .optional()
  .transform((value) => value === "yes")
const several = z
  .union([z.string(), z.array(z.string())])
  .default([])
  .transform((value) => [value].flat())
/** `agentSees` only matters for a command. `attachment`: `<sha256> <name>` of each image. */
export const MessageForm = z.object({ text, clientId: text, agentSees: ticked, attachment: several })
export const QueuedForm = z.object({ text })
export const ModeForm = z.object({ mode: z.enum(["default", "bypassPermissions"]) })
export const AnswerForm = z.looseObject({
  decision: z.enum(["allow", "always", "deny", "stop"]).optional(),
  command: z.string().optional(),
  rule: z.string().max(2_200).optional(),
  note: z.string().max(10_000).optional(),
})
export type AnswerForm = z.infer<typeof AnswerForm>
export const Seq = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER)
