import { z } from "zod"
import type { LoopId } from "../lib/ids.ts"
import type { SignedIn } from "../platform/http/visitor.ts"
import { bestEffort, type Log } from "../platform/log.ts"
import type { DrivenLoop, Transcript } from "./contract.ts"
import type { NoteDeed } from "./life.ts"
import { stricter, type WorkspaceNetwork } from "./outbound.ts"
import type { Records } from "./records.ts"

/** How strict a loop is: what is asked for, and what a line of the transcript says of it. */
export const WantedStrictness = z.object({
  hardening: z.enum(["standard", "strict"]),
  network: z.enum(["open", "allow-list", "gateway-only"]),
})
export type WantedStrictness = z.infer<typeof WantedStrictness>
export type Hardening = WantedStrictness["hardening"]

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
  hardening(): Hardening
  network(): Pick<WorkspaceNetwork, "mode">
}

export function createStrictness(needs: StrictnessNeeds): Strictness {
  const { records, log, transcript, note } = needs

  function tooLoose({ hardening, network }: Partial<WantedStrictness>): "hardening" | "network" | undefined {
    if (hardening === "standard" && needs.hardening() === "strict") return "hardening"
    return network !== undefined && stricter(network, needs.network().mode) !== network ? "network" : undefined
  }

  async function change(id: LoopId, wanted: Partial<WantedStrictness>) {
    const was: { before?: WantedStrictness; after?: WantedStrictness } = {}
    await records.change(id, (record) => {
      const before = { hardening: record.hardening ?? "standard", network: record.network } as const
      const after = { ...before, ...wanted }
      Object.assign(was, { before, after })
      return Bun.deepEquals(before, after) ? record : { ...record, ...asRecorded(after) }
    })
    return was
  }

  return {
    async setStrictness({ record: { id } }, user, wanted) {
      const what = tooLoose(wanted)
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

const asRecorded = ({ hardening, network }: WantedStrictness) => ({
  network,
  hardening: hardening === "strict" ? hardening : undefined,
})
