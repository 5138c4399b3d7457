import { expect, test } from "bun:test"
import type { Socket } from "bun"
import { frame } from "./protocol.ts"
import { Wire } from "./wire.ts"

test("a short frame leaves in one write with its head, so that its reader wakes once", async () => {
  const writes: number[] = []
  const socket: Pick<Socket<Wire>, "write"> = {
    write(bytes: Uint8Array) {
      writes.push(bytes.length)
      return bytes.length
    },
  }
  // The wire only writes to its socket here.
  const wire = new Wire(socket as Socket<Wire>, { frame() {}, closed() {} })
  await wire.send(frame.stdin, new Uint8Array(1))
  await wire.send(frame.stdinEnd)
  await wire.send(frame.data, new Uint8Array(64 << 10))
  expect(writes).toEqual([6, 5, 5, 64 << 10])
})
