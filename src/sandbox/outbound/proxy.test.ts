import { expect, test } from "bun:test"
import { join } from "node:path"
import { newLoopId } from "../../lib/ids.ts"
import { systemIds } from "../../platform/clock.ts"
import { silentLog } from "../../platform/log.ts"
import { testClock } from "../../testing/clock.ts"
import { until } from "../../testing/link-world.ts"
import { tempFolder } from "../../testing/temp-folder.ts"
import { neverOpen } from "./decide.ts"
import { createProxy } from "./proxy.ts"

test("a place that answers too late is said to be out of reach, and the connection made after all is hung up on", async () => {
  await using folder = await tempFolder()
  const clock = testClock()
  const seen = { dialled: 0, opened: 0, closed: 0 }
  using server = Bun.listen({
    ...{ hostname: "127.0.0.1", port: 0 },
    socket: { data() {}, open: () => void seen.opened++, close: () => void seen.closed++ },
  })
  const answers = Promise.withResolvers<void>()
  const socket = join(folder.path, "proxy.sock")
  using _ = createProxy({
    ...{ loop: newLoopId(systemIds), socket, clock, log: silentLog, refused() {} },
    frontier: async () => ({
      rules: [{ kind: "name", name: "slow.example.org", ports: [443] }],
      never: neverOpen([]),
      blocked: [],
      lookup: async () => ["93.184.216.34"],
    }),
    async dial({ socket: callbacks }) {
      seen.dialled++
      await answers.promise
      return Bun.connect({ hostname: "127.0.0.1", port: server.port, socket: callbacks })
    },
  })
  let said = ""
  const client = await Bun.connect({ unix: socket, socket: { data: (_, bytes) => void (said += bytes.toString()) } })
  client.write("curl\nCONNECT slow.example.org:443 HTTP/1.1\r\n\r\n")
  await until("it dials", () => seen.dialled === 1)
  clock.advance(15_000)
  await until("it gives up", () => said !== "")
  expect(said).toContain("502 Bad Gateway")
  expect(said).toContain("slow.example.org:443 did not answer")
  answers.resolve()
  await until("it is hung up on", () => seen.opened === 1 && seen.closed === 1)
})
