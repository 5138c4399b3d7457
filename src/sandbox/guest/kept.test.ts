import { expect, test } from "bun:test"
import { frame, type FrameType } from "../link/protocol.ts"
import type { Wire } from "../link/wire.ts"
import { until } from "../../testing/link-world.ts"
import { createKeptPrograms } from "./kept.ts"

/** The guest's end of a connection whose other end only listens. */
function listener() {
  let text = ""
  const wire = {
    async send(type: FrameType, bytes: Uint8Array = new Uint8Array(0)) {
      if (type === frame.stdout) text += new TextDecoder().decode(bytes)
    },
    sendJson: async () => undefined,
    finish: () => undefined,
  }
  return { wire: wire as unknown as Wire, heard: () => text }
}

const shell = (script: string): [string, ...string[]] => ["/bin/sh", "-c", script]
const env = { PATH: "/usr/bin:/bin" }

test("what a server that is gone had still said about safe output makes the next one lose nothing", async () => {
  const kept = createKeptPrograms({ signal: async () => undefined, pids: new Set() }, "guest")
  kept.start("agent", { argv: shell("echo one; echo two; read line"), env })
  const [first, second, third] = [listener(), listener(), listener()]
  kept.attach("agent", first.wire, {})
  await until("it has spoken", () => first.heard() === "one\ntwo\n")
  kept.acknowledge("agent", first.wire, "one\n".length)
  kept.attach("agent", second.wire, {})
  expect(second.heard()).toBe("two\n")
  // Both count from where they joined: the earlier one's word comes late and means bytes that are forgotten already.
  kept.acknowledge("agent", first.wire, "two\n".length)
  kept.attach("agent", third.wire, {})
  expect(third.heard()).toBe("two\n")
  await kept.endAll()
})

test("a program that ended while a child of its holds its output open does not run any more", async () => {
  const kept = createKeptPrograms({ signal: async () => undefined, pids: new Set() }, "guest")
  kept.start("agent", { argv: shell(`(trap "" TERM; tail -f /dev/null) & exit 3`), env })
  await until("its end is known", () => kept.list().every(({ running }) => !running))
  await kept.end("agent")
  expect(kept.list()).toEqual([])
})
