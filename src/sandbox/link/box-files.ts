import type { Clock } from "../../platform/clock.ts"
import { type BoxFiles, LinkFailed } from "./contract.ts"
import { Gathered } from "../../lib/gathered.ts"
import { ask, type Operate } from "./operations.ts"
import { frame, limits, listShape, nothingShape, statShape } from "./protocol.ts"
import type { Wire } from "./wire.ts"

const readDefault = 16 << 20
const transferMs = 120_000

export function createBoxFiles(operate: Operate, clock: Clock): BoxFiles {
  const long = { clock, timeoutMs: transferMs }
  return {
    async read(root, path, { offset = 0, maxBytes = readDefault } = {}) {
      const content = new Gathered()
      const onData = (bytes: Uint8Array) => {
        if (content.size + bytes.length > maxBytes)
          throw new LinkFailed("limit", "the guest sent more than was asked for")
        content.push(bytes)
      }
      await ask(operate, {
        request: { op: "read", root, path, offset, maxBytes },
        shape: nothingShape,
        ...long,
        onData,
      })
      return content.take()
    },
    async write(root, path, content) {
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content
      if (bytes.length > limits.fileBytes) throw new LinkFailed("limit", "the file is larger than 256 MiB")
      const onStarted = (wire: Wire) => sendAll(wire, bytes)
      await ask(operate, {
        request: { op: "write", root, path, size: bytes.length },
        shape: nothingShape,
        ...long,
        onStarted,
      })
    },
    async list(root, path, { maxEntries = 1_000 } = {}) {
      const wanted = Math.min(maxEntries, limits.listEntries)
      const found = await ask(operate, {
        request: { op: "list", root, path, maxEntries: wanted },
        shape: listShape,
        clock,
      })
      if (found.entries.length > wanted) throw new LinkFailed("protocol", "the guest listed more than was asked for")
      return found
    },
    async stat(root, path) {
      const { entry } = await ask(operate, { request: { op: "stat", root, path }, shape: statShape, clock })
      return entry ?? undefined
    },
    async makeFolder(root, path) {
      await ask(operate, { request: { op: "make-folder", root, path }, shape: nothingShape, clock })
    },
    async move(root, from, to) {
      await ask(operate, { request: { op: "move", root, from, to }, shape: nothingShape, clock })
    },
    async remove(root, path) {
      await ask(operate, { request: { op: "remove", root, path }, shape: nothingShape, ...long })
    },
  }
}

async function sendAll(wire: Wire, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; at += limits.piece) {
    await wire.send(frame.data, bytes.subarray(at, at + limits.piece))
  }
  await wire.send(frame.end)
}
