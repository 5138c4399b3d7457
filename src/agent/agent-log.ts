import type { LoopId } from "../lib/ids.ts"
import { timestamp } from "../platform/clock.ts"
import { bestEffort } from "../platform/log.ts"
import type { AgentNeeds } from "./needs.ts"

/** Bytes that one start of the agent may add to its log, and at which the log begins anew. */
const perStart = 256 * 1024
const atMost = 2 << 20

/** `loops/<uuid>/agent.log`: what the agent writes on its error output, for whoever looks for a fault. */
export function createAgentLog({
  loop,
  loops,
  disk,
  clock,
  log,
}: Pick<AgentNeeds, "loops" | "disk" | "clock" | "log"> & { loop: LoopId }): (text: string) => void {
  const path = loops.serverFile(loop, "agent.log")
  const file = disk.jsonlFile<unknown>(path, (value) => value)
  let written = 0
  return (text) => {
    if (text.trim() === "" || written > perStart) return
    const first = written === 0
    written += text.length
    void bestEffort(log, "write the agent's log", async () => {
      if (first && (await file.size()) > atMost) await disk.remove(path)
      await file.append({ at: timestamp(clock), text: text.trim().slice(0, perStart) })
    })
  }
}
