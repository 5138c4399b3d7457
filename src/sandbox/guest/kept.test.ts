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

test("floods go on to their end when their viewer is slow and says only every sixteen KiB what it has shown", async () => {
  const kept = createKeptPrograms({ signal: async () => undefined, pids: new Set() }, "guest")
  const pty = { columns: 80, rows: 24 }
  for (const id of ["one", "two", "three"]) {
    kept.start(id, { argv: shell("read go; yes a flood | head -c 10000000; echo its end; read line"), env, pty })
    let [unsaid, text] = [0, ""]
    const end = {
      async send(type: FrameType, bytes: Uint8Array) {
        if (type !== frame.stdout) return
        text = (text + new TextDecoder().decode(bytes)).slice(-100)
        unsaid += bytes.length
        if (unsaid < 16 << 10) return
        const shown = unsaid
        unsaid = 0
        setTimeout(() => kept.acknowledge(id, wire, shown), 1)
        // While this process is busy the terminal fills, and gives much in one piece.
        Bun.sleepSync(2)
      },
      sendJson: async () => undefined,
      finish: () => undefined,
    }
    const wire = end as unknown as Wire
    await kept.attach(id, wire, { window: 256 << 10 }).write(new TextEncoder().encode("go\n"))
    await until("all of it was shown", () => text.includes("its end"))
  }
  await kept.endAll()
})
