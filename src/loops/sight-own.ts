import type { FieldErrors } from "../../views/props/reader.ts"
import type { OwnHostsView, OwnLimitsView, StrictnessView } from "../../views/props/sight.ts"
import type { SignedIn } from "../platform/http/visitor.ts"
import { mostOf, type WorkspaceLimits } from "./limits.ts"
import { stricter } from "./outbound.ts"
import type { Sight } from "./sight-present.ts"
import { hardeningOf, hardeningsFor, type Walls } from "./strictness.ts"
import { mayWrite } from "./workbench.ts"

/** What a driver sets for one loop: further hosts, limits, and how strict it is. */
export function ownHostsView(
  { loop, network: mode, workspace }: Sight,
  kept: { typed: string; error?: string },
): OwnHostsView | undefined {
  if (mode !== "allow-list") return undefined
  const hosts = (loop.record.allowHosts ?? []).map(({ host, by, at }) => ({ host, by, at: Date.parse(at) }))
  return { hosts, mayChange: mayWrite(loop), permitted: workspace.driversMayAllow, ...kept }
}

interface KeptLimits {
  cpus: string
  memory: string
  errors: FieldErrors
}

/** Only for the driver, where the workspace lets drivers raise them. */
export function ownLimitsView(
  { loop }: Sight,
  workspace: WorkspaceLimits,
  kept: KeptLimits | undefined,
): OwnLimitsView | undefined {
  if (!workspace.limitsMax || !mayWrite(loop)) return undefined
  const { cpus = "", memory = "" } = loop.record.limits ?? {}
  return {
    values: kept ?? { cpus: String(cpus), memory },
    usual: inWords(workspace.limits),
    most: inWords(mostOf(workspace)),
    errors: kept?.errors ?? {},
  }
}

const inWords = ({ cpus, memory }: { cpus: number; memory: string }) => ({ cpus: String(cpus), memory })

/** Only for the driver; `role` is the reader's. */
export function strictnessView(
  { loop, network, workspace }: Sight,
  walls: Walls,
  reader: Pick<SignedIn, "role">,
): StrictnessView | undefined {
  if (!mayWrite(loop)) return undefined
  const hardenings = hardeningsFor(walls, reader)
  const [only] = hardenings
  return {
    hardening: hardenings.length === 1 && only ? only : hardeningOf(loop.record, walls),
    hardenings,
    network,
    networks: (["open", "allow-list", "gateway-only"] as const).filter(
      (mode) => stricter(mode, workspace.mode) === mode,
    ),
  }
}
