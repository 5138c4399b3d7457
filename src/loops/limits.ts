import type { SignedIn } from "../platform/http/visitor.ts"
import { bestEffort, type Log } from "../platform/log.ts"
import { bytesOf, type SandboxSpec } from "../sandbox/index.ts"
import type { LoopId } from "../lib/ids.ts"
import type { DrivenLoop, Transcript } from "./contract.ts"
import type { NoteDeed } from "./life.ts"
import type { LoopRecord } from "./record.ts"
import type { Records } from "./records.ts"

/** What a loop gets, and what its driver may raise that to. Sizes such as `4g`. */
export interface WorkspaceLimits {
  limits: { cpus: number; memory: string }
  limitsMax?: { cpus?: number | undefined; memory?: string | undefined } | undefined
}

export interface WantedLimits {
  cpus?: number
  memory?: string
}

export type LimitsOutcome =
  { kind: "done" } | { kind: "not-permitted" } | { kind: "not-a-number" | "not-a-size" } | TooMuch
interface TooMuch {
  kind: "too-much"
  cpus: number
  memory: string
}

export interface OwnLimits {
  /** Holds from the next start of the sandbox on. Nothing given: the usual ones again. */
  setLimits(loop: DrivenLoop, user: SignedIn, typed: { cpus: string; memory: string }): Promise<LimitsOutcome>
}

export interface LimitsNeeds {
  records: Pick<Records, "change">
  log: Log
  transcript(id: LoopId): Transcript
  note: NoteDeed
  limits(): WorkspaceLimits
}

export function createOwnLimits({ records, log, transcript, note, limits }: LimitsNeeds): OwnLimits {
  return {
    async setLimits({ record: { id } }, user, typed) {
      const most = limits()
      if (!most.limitsMax) return { kind: "not-permitted" }
      const read = readLimits(typed, mostOf(most))
      if (read.kind !== "read") return read
      const { wanted } = read
      const given = Object.keys(wanted).length > 0 ? wanted : undefined
      await records.change(id, (record) => ({ ...record, limits: given && { ...given } }))
      const line = { kind: "set", turn: null, what: "limits", to: wanted, by: user.name } as const
      await bestEffort(log, "note what a loop may use", () => transcript(id).append(line))
      await note(user, "loop.limits", { loop: id, why: JSON.stringify(wanted) })
      return { kind: "done" }
    },
  }
}

/** What a driver may raise the limits to. */
export const mostOf = ({ limits, limitsMax = {} }: WorkspaceLimits) => ({
  cpus: limitsMax.cpus ?? limits.cpus,
  memory: limitsMax.memory ?? limits.memory,
})

function readLimits(
  { cpus, memory }: { cpus: string; memory: string },
  most: { cpus: number; memory: string },
): { kind: "read"; wanted: WantedLimits } | Exclude<LimitsOutcome, { kind: "done" | "not-permitted" }> {
  const [typedCpus, typedMemory] = [cpus.trim().replace(",", "."), memory.trim().toLowerCase()]
  if (typedCpus !== "" && !(/^\d{1,4}(\.\d{1,2})?$/.test(typedCpus) && Number(typedCpus) >= 0.1))
    return { kind: "not-a-number" }
  if (typedMemory !== "" && !(/^\d{1,6}[mg]$/.test(typedMemory) && bytesOf(typedMemory) >= smallestMemory))
    return { kind: "not-a-size" }
  const tooMuch = Number(typedCpus) > most.cpus || (typedMemory !== "" && bytesOf(typedMemory) > bytesOf(most.memory))
  if (tooMuch) return { kind: "too-much", ...most }
  return {
    kind: "read",
    wanted: { ...(typedCpus && { cpus: Number(typedCpus) }), ...(typedMemory && { memory: typedMemory }) },
  }
}

/** Less would not hold the agent. */
const smallestMemory = 512 << 20

/** What a start asks for: what the driver wanted, and never more than the workspace permits now. */
export function limitsFor(
  { limits: wanted }: Pick<LoopRecord, "limits">,
  workspace: WorkspaceLimits,
): SandboxSpec["limits"] {
  if (!wanted || !workspace.limitsMax) return undefined
  const most = mostOf(workspace)
  return {
    ...(wanted.cpus !== undefined && { cpus: Math.min(wanted.cpus, most.cpus) }),
    ...(wanted.memory !== undefined && { memory: Math.min(bytesOf(wanted.memory), bytesOf(most.memory)) }),
  }
}
