import type { LoopId } from "../lib/ids.ts"
import { inspectWork, type WorkReport } from "../loops/index.ts"
import type { Sandboxes, SandboxSpec } from "../sandbox/index.ts"

/** Looks at a loop's working folder from inside its sandbox, started for this if need be; undefined when that fails. */
export function workInside(
  sandboxes: Pick<Sandboxes, "start">,
  specOf: (loop: LoopId) => Promise<SandboxSpec | undefined>,
): (loop: LoopId) => Promise<WorkReport | undefined> {
  return async (loop) => {
    const spec = await specOf(loop)
    if (!spec) return undefined
    const started = await sandboxes.start(spec)
    return started.kind === "ready" ? inspectWork(started.box, `/loopat/loop/${loop}/workdir`) : undefined
  }
}
