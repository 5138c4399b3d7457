import { expect, test } from "bun:test"
import { testClock } from "../testing/clock.ts"
import { createBackground } from "../platform/background.ts"
import { silentLog } from "../platform/log.ts"
import { until } from "../testing/link-world.ts"
import { sandboxWorld } from "../testing/sandbox-world.ts"
import { createUpkeep } from "./upkeep.ts"

test("in a real sandbox a filled disk, a program too large for the memory and too many processes are all noticed", async () => {
  const limits = { cpus: 1, memory: "256m", pids: 64, openFiles: 1_024, tmp: "16m" }
  await using world = await sandboxWorld({ settings: { limits } })
  const spec = await world.spec({ network: "gateway-only" })
  const box = await world.started(spec)
  const clock = testClock()
  const told: string[] = []
  const upkeep = createUpkeep({
    ...{ clock, background: createBackground(silentLog), sandboxes: world.sandboxes },
    quota: () => 8 << 20,
    tell: async (_, { code }) => void told.push(code),
    pause: () => told.push("paused"),
  })
  upkeep.begin()
  await box.capture({ argv: ["dd", "if=/dev/zero", "of=fill", "bs=1M", "count=9"] })
  await box.capture({ argv: ["python3", "-c", "x = bytearray(600 << 20)"] }).catch(() => undefined)
  await box
    .capture({ argv: ["bash", "-c", "for i in $(seq 90); do sleep 3 & done 2>/dev/null; wait"] })
    .catch(() => undefined)
  // Without a process left the guest ends too; it is started again by itself, and the next look finds it.
  await until("the disk, the memory and the processes are told", () => {
    clock.advance(5 * 60_000)
    return told.length >= 4
  })
  expect(told.sort()).toEqual(["paused", "sandbox-disk-full", "sandbox-memory", "sandbox-processes"])
  expect(await upkeep.isFull(spec.loop)).toBe(true)
  await world.sandboxes.running(spec.loop)?.capture({ argv: ["rm", "fill"] })
  expect(await upkeep.isFull(spec.loop)).toBe(false)
  upkeep[Symbol.dispose]()
})
