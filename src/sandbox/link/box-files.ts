import type { Clock } from "../../platform/clock.ts"
import { type BoxFiles, LinkFailed } from "../contract.ts"
import { ask, type Operate } from "./operations.ts"
import { frame, limits, listShape, nothingShape, statShape } from "./protocol.ts"
import type { Wire } from "./wire.ts"

const readDefault = 16 << 20
const transferMs = 120_000

export function createBoxFiles(operate: Operate, clock: Clock): BoxFiles {
  const short = { clock }
  const long = { clock, timeoutMs: transferMs }
  return {
    async read(root, path, { offset = 0, maxBytes = readDefault } = {}) {
      const pieces: Uint8Array[] = []
      let size = 0
      const onData = (bytes: Uint8Array) => {
        size += bytes.length
        if (size > maxBytes) throw new LinkFailed("limit", "the guest sent more than was asked for")
        pieces.push(bytes)
      }
      await ask(operate, { op: "read", root, path, offset, maxBytes }, nothingShape, { ...long, onData })
      return Buffer.concat(pieces)
    },
    async write(root, path, content) {
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content
      if (bytes.length > limits.fileBytes) throw new LinkFailed("limit", "the file is larger than 256 MiB")
      const onStarted = (wire: Wire) => sendAll(wire, bytes)
      await ask(operate, { op: "write", root, path, size: bytes.length }, nothingShape, { ...long, onStarted })
    },
    async list(root, path, { maxEntries = 1_000 } = {}) {
      const wanted = Math.min(maxEntries, limits.listEntries)
      const found = await ask(operate, { op: "list", root, path, maxEntries: wanted }, listShape, short)
      if (found.entries.length > wanted) throw new LinkFailed("protocol", "the guest listed more than was asked for")
      return found
    },
    async stat(root, path) {
      const { entry } = await ask(operate, { op: "stat", root, path }, statShape, short)
      return entry ?? undefined
    },
    async makeFolder(root, path) {
      await ask(operate, { op: "make-folder", root, path }, nothingShape, short)
    },
    async move(root, from, to) {
      await ask(operate, { op: "move", root, from, to }, nothingShape, short)
    },
    async remove(root, path) {
      await ask(operate, { op: "remove", root, path }, nothingShape, long)
    },
  }
}

async function sendAll(wire: Wire, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; at += limits.piece) {
    await wire.send(frame.data, bytes.subarray(at, at + limits.piece))
  }
  await wire.send(frame.end)
}
