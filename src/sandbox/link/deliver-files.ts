import type { Clock } from "../../platform/clock.ts"
import type { VaultFile } from "./contract.ts"
import { ask, type Operate } from "./operations.ts"
import { type Delivered, deliveredShape, frame, limits } from "./protocol.ts"
import type { Wire } from "./wire.ts"

/** Everything in one operation: their list, and then their bytes one after the other. */
export function deliverFiles(
  operate: Operate,
  { to, files }: { to: string; files: readonly VaultFile[] },
  clock: Clock,
): Promise<Delivered> {
  const listed = files.map(({ path, content, executable }) => ({ path, size: content.length, executable }))
  return ask(operate, {
    request: { op: "deliver", to, files: listed },
    shape: deliveredShape,
    clock,
    onStarted: (wire) => sendAll(wire, files),
  })
}

async function sendAll(wire: Wire, files: readonly VaultFile[]): Promise<void> {
  for (const { content } of files)
    for (let at = 0; at < content.length; at += limits.piece)
      await wire.send(frame.data, content.subarray(at, at + limits.piece))
  await wire.send(frame.end)
}
