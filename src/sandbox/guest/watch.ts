import { type FSWatcher, watch } from "node:fs"
import { frame, limits, type RequestOf } from "../link/protocol.ts"
import type { Wire } from "../link/wire.ts"
import { folderBeneath } from "./beneath.ts"
import type { Roots } from "./files.ts"

const nothing = new Uint8Array(0)

/** Tells of changes in one folder until the connection ends; what comes close together is told once. */
export async function watchFolder(roots: Roots, wire: Wire, { root, path }: RequestOf<"watch">): Promise<void> {
  await using place = await folderBeneath(roots[root], path)
  let resting: Timer | undefined
  const watcher = watch(place.folder, () => {
    resting ??= setTimeout(() => {
      resting = undefined
      void wire.send(frame.data, nothing)
    }, limits.watchMs)
  })
  endWith(wire, watcher, () => clearTimeout(resting))
  void wire.send(frame.started)
}

function endWith(wire: Wire, watcher: FSWatcher, also: () => void): void {
  // A folder that goes away, or a machine without watches left, is no reason to end the guest.
  watcher.on("error", () => wire.finish())
  wire.handOver({
    frame: () => wire.cut("a watch is told nothing"),
    closed() {
      also()
      watcher.close()
    },
  })
}
