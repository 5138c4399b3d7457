import type { LoopId } from "../lib/ids.ts"
import { inspectWork, type Loops, type WorkReport } from "../loops/index.ts"
import type { Disk } from "../platform/disk/disk.ts"
import type { Sandboxes } from "../sandbox/index.ts"

interface InsideNeeds {
  sandboxes: Pick<Sandboxes, "running" | "inspect">
  disk: Pick<Disk, "exists">
  loops(): Pick<Loops, "sandboxSpec" | "serverFile">
}

/** Looks at a loop's checkouts from inside its sandbox, or one that only looks; undefined when that fails. */
export function workInside({ sandboxes, disk, loops }: InsideNeeds): (loop: LoopId) => Promise<WorkReport | undefined> {
  return async (loop) => {
    const running = sandboxes.running(loop)
    if (running) return inspectWork(running)
    const spec = await loops().sandboxSpec(loop)
    const looked = spec && (await sandboxes.inspect(spec))
    const found = looked?.kind === "ready" ? await inspectWork(looked.box) : undefined
    if (found === undefined || !(await disk.exists(`${loops().serverFile(loop, "backup")}/personal.bundle`)))
      return found
    // What is the driver's own is not seen while the loop rests; a backup says that there is something.
    return [...found, { checkout: "personal", uncommitted: [], unpushed: [], more: 0, unseen: true }]
  }
}
