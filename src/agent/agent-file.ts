import { z } from "zod"
import type { LoopId } from "../lib/ids.ts"
import type { JsonFile } from "../platform/disk/json-file.ts"
import type { AgentNeeds } from "./needs.ts"

const Count = z.number().nonnegative()

/** How full the agent's memory is, in tokens. */
export const ContextUsage = z.object({
  used: Count,
  window: Count,
  /** From here on the agent summarises what was said before. */
  compactsAt: Count.optional(),
  /** What takes the place; `id` is the agent's own, `name` its English words. */
  parts: z.array(z.object({ id: z.string().optional(), name: z.string(), tokens: Count })),
})
export type ContextUsage = z.infer<typeof ContextUsage>

/** The same with the moment when it was so, RFC 3339. */
const KnownContext = ContextUsage.extend({ at: z.string() })
export type KnownContext = z.infer<typeof KnownContext>

/** `loops/<uuid>/agent-process.json`: what a later server needs to go on with the same agent, and to tell how it stands. */
const Saved = z.looseObject({
  version: z.literal(1),
  session: z.string(),
  /** How the agent introduced itself; it does so only once. */
  introduction: z.unknown().optional(),
  /** The conversation exists: it can be continued. */
  begun: z.boolean(),
  /** Conversations that were begun as copies lately; the agent may not have written them down. */
  copies: z
    .array(z.object({ id: z.string(), of: z.string(), upTo: z.string() }))
    .optional()
    .catch(undefined),
  /** The turn that it was started without. */
  without: z.string().optional(),
  context: KnownContext.optional().catch(undefined),
})
export type Saved = z.infer<typeof Saved>

const parseSaved = (value: unknown): Saved => Saved.parse(value)

export const nothingSaved: Saved = { version: 1, session: "", begun: false }

export const agentFile = ({ disk, loops, loop }: Pick<AgentNeeds, "disk" | "loops"> & { loop: LoopId }) =>
  disk.jsonFile(loops.serverFile(loop, "agent-process.json"), parseSaved)

export type AgentFile = JsonFile<Saved>
