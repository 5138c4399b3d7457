import { createSerial } from "../platform/disk/serial.ts"
import { identityVariables } from "../platform/git/inside-changes.ts"
import { type SavedCheckout, saveCheckouts } from "./checkouts/save.ts"
import type { DrivenLoop, Loops } from "./contract.ts"
import type { NotPlaced, Workbench } from "./workbench.ts"

interface SaveWorkNeeds {
  loops: Pick<Loops, "sandboxSpec">
  workbench: Pick<Workbench, "write">
}

export type SaveWork = (loop: DrivenLoop) => Promise<SavedCheckout[] | NotPlaced>

/** Brings a loop's work elsewhere from inside its sandbox, once at a time. */
export function createSaveWork({ loops, workbench }: SaveWorkNeeds): SaveWork {
  const serial = createSerial()
  return (driven) =>
    serial(driven.record.id, async () => {
      const loop = driven.record.id
      const spec = await loops.sandboxSpec(loop)
      if (!spec) return { kind: "not-placed", why: "not-prepared" }
      const identity = identityVariables(spec.identity)
      return workbench.write(driven, (box) => saveCheckouts(box, { loop, identity }))
    })
}
