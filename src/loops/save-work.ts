import type { NewId, UserName } from "../lib/ids.ts"
import type { Clock } from "../platform/clock.ts"
import { createSerial } from "../platform/disk/serial.ts"
import { identityVariables } from "../platform/git/inside-changes.ts"
import type { SignedIn } from "../platform/http/visitor.ts"
import { type SavedCheckout, saveCheckouts } from "./checkouts/save.ts"
import type { DrivenLoop, Loops } from "./contract.ts"
import type { NoteDeed } from "./life.ts"
import type { NotPlaced, Workbench } from "./workbench.ts"

interface SaveWorkNeeds {
  loops: Pick<Loops, "sandboxSpec">
  workbench: Pick<Workbench, "write">
  clock: Clock
  ids: NewId
  /** What is in a person's vaults, to be searched for and never shown. */
  valuesOf(user: UserName): Promise<string[]>
  note: NoteDeed
}

/** `allowed`: keys of what looks like secrets and is saved all the same. */
export type SaveWork = (
  loop: DrivenLoop,
  wish: { user: SignedIn; allowed: ReadonlySet<string> },
) => Promise<SavedCheckout[] | NotPlaced>

/** Brings a loop's work elsewhere from inside its sandbox, once at a time. */
export function createSaveWork({ loops, workbench, clock, ids, valuesOf, note }: SaveWorkNeeds): SaveWork {
  const serial = createSerial()
  return (driven, { user, allowed }) =>
    serial(driven.record.id, async () => {
      const loop = driven.record.id
      const spec = await loops.sandboxSpec(loop)
      if (!spec) return { kind: "not-placed", why: "not-prepared" }
      const identity = identityVariables(spec.identity)
      const look = { clock, ids, known: await valuesOf(driven.record.driver) }
      const saved = await workbench.write(driven, (box) => saveCheckouts(box, { loop, identity, look, allowed }))
      if ("kind" in saved) return saved
      const whole = saved.filter(({ branches }) => branches.length > 0).length
      await note(user, "loop.save", { loop, why: `${whole} of ${saved.length} checkouts` })
      return saved
    })
}
