import type { LoopId } from "../lib/ids.ts"
import { type Clock, timestamp } from "../platform/clock.ts"
import type { SignedIn } from "../platform/http/visitor.ts"
import { bestEffort, type Log } from "../platform/log.ts"
import { hostRuleText, type RefusedPlaces } from "../sandbox/index.ts"
import type { DrivenLoop, Transcript } from "./contract.ts"
import type { NoteDeed } from "./life.ts"
import type { LoopRecord } from "./record.ts"
import type { Records } from "./records.ts"

/** What the workspace says about the network of its loops. */
export interface WorkspaceNetwork {
  mode: LoopRecord["network"]
  allowHosts: readonly string[]
  /** Drivers may let their own loop reach further hosts. */
  driversMayAllow: boolean
}

/** `host` is the entry as it is written down. */
export type AllowOutcome =
  { kind: "done"; host: string } | { kind: "not-permitted" } | { kind: "not-a-host" } | { kind: "too-many" }

/** Where one loop may go besides what the workspace lets all loops reach. Nothing inside a sandbox can ask for this. */
export interface Outbound {
  /** A driver's word: recorded in the loop, its transcript and the audit. */
  allowHost(loop: DrivenLoop, user: SignedIn, host: string): Promise<AllowOutcome>
  forgetHost(loop: DrivenLoop, user: SignedIn, host: string): Promise<AllowOutcome>
  /** Entries of the allow-list that hold for a loop: the workspace's, and its own while drivers may add some. */
  allowedHosts(id: LoopId): Promise<string[]>
  /** Programs inside were not let through: one line that people read. */
  noteRefused(id: LoopId, refused: RefusedPlaces): Promise<void>
  mayAllowHosts(): boolean
}

export interface OutboundNeeds {
  records: Pick<Records, "read" | "change">
  clock: Clock
  log: Log
  transcript(id: LoopId): Transcript
  note: NoteDeed
  network(): WorkspaceNetwork
}

const mostHosts = 100

export function createOutbound(needs: OutboundNeeds): Outbound {
  const { records, clock, network } = needs

  async function change({ record: { id } }: DrivenLoop, user: SignedIn, to: { allow: string } | { forget: string }) {
    const host = "allow" in to ? to.allow : to.forget
    const at = timestamp(clock)
    await records.change(id, (record) => {
      const others = (record.allowHosts ?? []).filter((one) => one.host !== host)
      return { ...record, allowHosts: [...others, ...("allow" in to ? [{ host, by: user.name, at }] : [])] }
    })
    const line = { kind: "set", turn: null, what: "network", to, by: user.name } as const
    await bestEffort(needs.log, "note who a loop may reach", () => needs.transcript(id).append(line))
    await needs.note(user, "allow" in to ? "loop.network.allow" : "loop.network.forget", { loop: id, why: host })
    return { kind: "done", host } as const
  }

  return {
    async allowHost(loop, user, typed) {
      const host = hostRuleText(typed)
      if (host === undefined) return { kind: "not-a-host" }
      if (!network().driversMayAllow) return { kind: "not-permitted" }
      const known = loop.record.allowHosts ?? []
      if (known.some((one) => one.host === host)) return { kind: "done", host }
      return known.length >= mostHosts ? { kind: "too-many" } : change(loop, user, { allow: host })
    },
    async forgetHost(loop, user, typed) {
      const host = hostRuleText(typed)
      if (host === undefined) return { kind: "not-a-host" }
      const known = loop.record.allowHosts?.some((one) => one.host === host)
      return known ? change(loop, user, { forget: host }) : { kind: "done", host }
    },
    async allowedHosts(id) {
      const { allowHosts, driversMayAllow } = network()
      const own = driversMayAllow ? ((await records.read(id))?.allowHosts ?? []) : []
      return [...allowHosts, ...own.map(({ host }) => host)]
    },
    async noteRefused(id, { places, more }) {
      await needs.transcript(id).append({ kind: "network-refused", turn: null, places, more })
    },
    mayAllowHosts: () => network().driversMayAllow,
  }
}

const strictness = ["open", "allow-list", "gateway-only"] as const

/** A loop may be stricter than its workspace, never looser. */
export const stricter = (a: LoopRecord["network"], b: LoopRecord["network"]): LoopRecord["network"] =>
  strictness.indexOf(a) > strictness.indexOf(b) ? a : b
