import { z } from "zod"
import type { LoopId } from "../lib/ids.ts"
import type { SignedIn } from "../platform/http/visitor.ts"
import { bestEffort, type Log } from "../platform/log.ts"
import type { DrivenLoop, Transcript } from "./contract.ts"
import type { NoteDeed } from "./life.ts"
import { stricter, type WorkspaceNetwork } from "./outbound.ts"
import type { LoopRecord } from "./record.ts"
import type { Records } from "./records.ts"

/** How strict a loop is: what is asked for, and what a line of the transcript says of it. */
export const WantedStrictness = z.object({
  /** `nested`: with containers inside. */
  hardening: z.enum(["standard", "strict", "nested"]),
  network: z.enum(["open", "allow-list", "gateway-only"]),
})
export type WantedStrictness = z.infer<typeof WantedStrictness>
export type Hardening = WantedStrictness["hardening"]

/** What the workspace says about the hardening of its sandboxes, as it is now. */
export interface Walls {
  hardening: "standard" | "strict"
  /** Who may have containers inside a loop. */
  nested: "off" | "admin" | "everyone"
}

/** Those that a person may choose for a loop he drives. */
export function hardeningsFor({ hardening, nested }: Walls, { role }: Pick<SignedIn, "role">): Hardening[] {
  if (hardening === "strict") return ["strict"]
  const may = nested === "everyone" || (nested === "admin" && role === "admin")
  return may ? ["standard", "strict", "nested"] : ["standard", "strict"]
}

/** What a loop asks for; a permission that was taken back counts no more. */
export function hardeningOf(
  { hardening, flags }: Pick<LoopRecord, "hardening" | "flags">,
  { nested }: Walls,
): Hardening {
  if (hardening === "strict") return "strict"
  return flags.nested && nested !== "off" ? "nested" : "standard"
}

export type StrictnessOutcome =
  | { kind: "done" }
  /** Less than the workspace has. */
  | { kind: "too-loose"; what: "hardening" | "network" }

/** How much stricter than its workspace a loop is. */
export interface Strictness {
  /** What is not named stays. Holds from the next start of the sandbox on. */
  setStrictness(loop: DrivenLoop, user: SignedIn, wanted: Partial<WantedStrictness>): Promise<StrictnessOutcome>
}

export interface StrictnessNeeds {
  records: Pick<Records, "change">
  log: Log
  transcript(id: LoopId): Transcript
  note: NoteDeed
  walls(): Walls
  network(): Pick<WorkspaceNetwork, "mode">
}

export function createStrictness(needs: StrictnessNeeds): Strictness {
  const { records, log, transcript, note } = needs

  function tooLoose({ hardening, network }: Partial<WantedStrictness>, user: SignedIn) {
    if (hardening !== undefined && !hardeningsFor(needs.walls(), user).includes(hardening)) return "hardening" as const
    return network !== undefined && stricter(network, needs.network().mode) !== network
      ? ("network" as const)
      : undefined
  }

  async function change(id: LoopId, wanted: Partial<WantedStrictness>) {
    const was: { before?: WantedStrictness; after?: WantedStrictness } = {}
    await records.change(id, (record) => {
      const before = { hardening: hardeningOf(record, needs.walls()), network: record.network } as const
      const after = { ...before, ...wanted }
      Object.assign(was, { before, after })
      return Bun.deepEquals(before, after) ? record : { ...record, ...asRecorded(record, after) }
    })
    return was
  }

  return {
    async setStrictness({ record: { id } }, user, wanted) {
      const what = tooLoose(wanted, user)
      if (what) return { kind: "too-loose", what }
      const { before, after } = await change(id, wanted)
      if (!after || Bun.deepEquals(before, after)) return { kind: "done" }
      const line = { kind: "set", turn: null, what: "strictness", from: before, to: after, by: user.name } as const
      await bestEffort(log, "note how strict a loop is", () => transcript(id).append(line))
      await note(user, "loop.strictness", { loop: id, why: `${after.hardening}, network ${after.network}` })
      return { kind: "done" }
    },
  }
}

const asRecorded = ({ flags }: LoopRecord, { hardening, network }: WantedStrictness) => ({
  network,
  hardening: hardening === "strict" ? hardening : undefined,
  flags: { ...flags, nested: hardening === "nested" },
})
