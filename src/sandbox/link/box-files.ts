import type { Clock } from "../../platform/clock.ts"
import { type BoxFiles, LinkFailed } from "./contract.ts"
import { Gathered } from "../../lib/gathered.ts"
import { ask, type Operate } from "./operations.ts"
import { openRead, openWatch } from "./file-streams.ts"
import { frame, limits, listShape, nothingShape, statShape } from "./protocol.ts"
import type { Wire } from "./wire.ts"

const readDefault = 16 << 20
const transferMs = 120_000
/** As long as its sender keeps sending: the way in has a limit of its own for those who trickle. */
const uploadMs = 12 * 3_600_000

export function createBoxFiles(operate: Operate, clock: Clock): BoxFiles {
  const long = { clock, timeoutMs: transferMs }
  const put: BoxFiles["put"] = async (root, path, { content, expected, most = limits.fileBytes }) => {
    if (content instanceof ReadableStream) {
      const request = { op: "write", root, path, most, expected } as const
      const onStarted = (wire: Wire) => sendStream(wire, content)
      await ask(operate, { request, shape: nothingShape, clock, timeoutMs: uploadMs, onStarted })
      return
    }
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content
    if (bytes.length > limits.fileBytes) throw new LinkFailed("limit", "the file is larger than 256 MiB")
    const onStarted = (wire: Wire) => sendAll(wire, bytes)
    await ask(operate, {
      request: { op: "write", root, path, size: bytes.length, expected },
      shape: nothingShape,
      ...long,
      onStarted,
    })
  }

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
    open: (root, path, { offset = 0, maxBytes = Number.MAX_SAFE_INTEGER } = {}) =>
      openRead(operate, { op: "read", root, path, offset, maxBytes }, clock),
    watch: (root, path, told) => openWatch(operate, { op: "watch", root, path }, { clock, ...told }),
    write: (root, path, content) => put(root, path, { content }),
    put,
    async list(root, path, { maxEntries = 1_000, offset, skip } = {}) {
      const wanted = Math.min(maxEntries, limits.listEntries)
      const found = await ask(operate, {
        request: { op: "list", root, path, maxEntries: wanted, offset, skip: skip && [...skip] },
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

async function sendStream(wire: Wire, content: ReadableStream<Uint8Array>): Promise<void> {
  for await (const bytes of content) {
    if (wire.isClosed) return
    for (let at = 0; at < bytes.length; at += limits.piece)
      await wire.send(frame.data, bytes.subarray(at, at + limits.piece))
  }
  await wire.send(frame.end)
}

async function sendAll(wire: Wire, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; at += limits.piece) {
    await wire.send(frame.data, bytes.subarray(at, at + limits.piece))
  }
  await wire.send(frame.end)
}
