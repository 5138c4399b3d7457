import { expect, test } from "bun:test"
import { join } from "node:path"
import { newLoopId } from "../../lib/ids.ts"
import { systemIds } from "../../platform/clock.ts"
import { silentLog } from "../../platform/log.ts"
import { testClock } from "../../testing/clock.ts"
import { until } from "../../testing/link-world.ts"
import { tempFolder } from "../../testing/temp-folder.ts"
import { neverOpen } from "./decide.ts"
import { createProxy, type Dial } from "./proxy.ts"

const allowed = "slow.example.org"

/** A proxy that lets one name out, to these addresses, and hands each connection to the script. */
async function way(addresses: readonly string[], dial: Dial) {
  const folder = await tempFolder()
  const clock = testClock()
  const socket = join(folder.path, "proxy.sock")
  const proxy = createProxy({
    ...{ loop: newLoopId(systemIds), socket, clock, log: silentLog, dial, refused() {} },
    frontier: async () => ({
      rules: [{ kind: "name", name: allowed, ports: [443] }],
      never: neverOpen([]),
      blocked: [],
      lookup: async () => [...addresses],
    }),
  })
  const heard = { said: "", closed: false }
  const gone = () => void (heard.closed = true)
  const data = (_: unknown, bytes: Buffer) => void (heard.said += bytes.toString())
  const client = await Bun.connect({ unix: socket, socket: { data, end: gone, close: gone } })
  client.write(`curl\nCONNECT ${allowed}:443 HTTP/1.1\r\n\r\n`)
  return {
    ...{ clock, client, heard },
    async [Symbol.asyncDispose]() {
      client.terminate()
      proxy[Symbol.dispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** A place outside that says back what it hears. */
function outside() {
  const seen = { opened: 0, closed: 0 }
  const server = Bun.listen({
    ...{ hostname: "127.0.0.1", port: 0 },
    socket: {
      data: (socket, bytes) => void socket.write(bytes),
      open: () => void seen.opened++,
      close: () => void seen.closed++,
    },
  })
  const dial: Dial = ({ socket }) => Bun.connect({ hostname: "127.0.0.1", port: server.port, socket })
  return { seen, dial, [Symbol.dispose]: () => server.stop(true) }
}

test("a place that answers too late is said to be out of reach, and the connection made after all is hung up on", async () => {
  using place = outside()
  const answers = Promise.withResolvers<void>()
  let dialled = 0
  await using at = await way(["93.184.216.34"], async (to) => {
    dialled++
    await answers.promise
    return place.dial(to)
  })
  await until("it dials", () => dialled === 1)
  at.clock.advance(15_000)
  await until("it gives up", () => at.heard.said !== "")
  expect(at.heard.said).toContain("502 Bad Gateway")
  expect(at.heard.said).toContain("slow.example.org:443 did not answer")
  answers.resolve()
  await until("it is hung up on", () => place.seen.opened === 1 && place.seen.closed === 1)
})

test("an address that answers after another one of its name was taken leaves the connection alone", async () => {
  using place = outside()
  const answers = Promise.withResolvers<void>()
  const dialled: string[] = []
  await using at = await way(["93.184.216.34", "93.184.216.35"], async (to) => {
    dialled.push(to.hostname)
    if (dialled.length === 1) await answers.promise
    return place.dial(to)
  })
  await until("it dials", () => dialled.length === 1)
  at.clock.advance(15_000)
  await until("it is through", () => at.heard.said.includes("200"))
  answers.resolve()
  await until("the late one is hung up on", () => place.seen.opened === 2 && place.seen.closed === 1)
  at.client.write("still here")
  await until("it is answered", () => at.heard.said.endsWith("still here") || at.heard.closed)
  expect(at.heard).toMatchObject({ closed: false, said: expect.stringContaining("still here") })
})
