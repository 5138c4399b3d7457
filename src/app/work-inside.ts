import type { LoopId } from "../lib/ids.ts"
import { inspectWork, type WorkReport } from "../loops/index.ts"
import type { Sandboxes, SandboxSpec } from "../sandbox/index.ts"

/** Looks at a loop's working folder from inside its sandbox, or one that only looks; undefined when that fails. */
export function workInside(
  sandboxes: Pick<Sandboxes, "running" | "inspect">,
  specOf: (loop: LoopId) => Promise<SandboxSpec | undefined>,
): (loop: LoopId) => Promise<WorkReport | undefined> {
  return async (loop) => {
    const workdir = `/loopat/loop/${loop}/workdir`
    const running = sandboxes.running(loop)
    if (running) return inspectWork(running, workdir)
    const spec = await specOf(loop)
    const looked = spec && (await sandboxes.inspect(spec))
    return looked?.kind === "ready" ? inspectWork(looked.box, workdir) : undefined
  }
}
