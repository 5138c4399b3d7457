import { describe, expect, test } from "bun:test"
import { testClock } from "../../testing/clock.ts"
import { linkWorld, type LinkWorld, until } from "../../testing/link-world.ts"
import { LinkFailed } from "./contract.ts"
import { head } from "./decoder.ts"
import { frame, type FrameType, limits } from "./protocol.ts"
import { dial, type Wire } from "./wire.ts"

interface Stranger {
  wire: Wire
  heard: { type: FrameType; text: string }[]
  closed: boolean
}

/** Somebody inside the sandbox who talks to the server's socket as they like. */
async function stranger({ socket }: LinkWorld): Promise<Stranger> {
  const heard: Stranger["heard"] = []
  const end = {
    frame: (type: FrameType, payload: Uint8Array) => void heard.push({ type, text: Buffer.from(payload).toString() }),
    closed: () => void (it.closed = true),
  }
  const it: Stranger = { wire: await dial(socket, end), heard, closed: false }
  return it
}

const greeting = { kind: "control", protocol: 1, build: "hostile", guest: "hostile" }

/** A guest that greets and then does with every operation what the test says. */
async function falseGuest(world: LinkWorld, onRequest: (wire: Wire) => void): Promise<Stranger> {
  const guest = await stranger(world)
  guest.heard.push = (...frames) => {
    for (const { type, text } of frames) {
      if (type === frame.open) void answer(text)
    }
    return Array.prototype.push.apply(guest.heard, frames)
  }
  async function answer(opened: string): Promise<void> {
    const one = await stranger(world)
    one.heard.push = () => {
      onRequest(one.wire)
      return 0
    }
    await one.wire.sendJson(frame.hello, { kind: "operation", number: JSON.parse(opened).number })
  }
  await guest.wire.sendJson(frame.hello, greeting)
  await world.link.greeted(5_000)
  return guest
}

const failure = (promise: Promise<unknown> | undefined) =>
  Promise.resolve(promise).then(
    () => "none",
    (error) => (error instanceof LinkFailed ? error.kind : String(error)),
  )

/** What the server says to raw bytes before it hangs up. */
async function answerTo({ socket }: LinkWorld, bytes: Uint8Array): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  let answer = ""
  const client = await Bun.connect({
    unix: socket,
    socket: {
      data: (_client, piece) => void (answer += piece.toString()),
      close: () => resolve(answer),
      error: () => resolve(answer),
    },
  })
  client.write(bytes)
  return promise
}

test("who speaks another protocol is no guest, and whoever waits for one is told so at once", async () => {
  // Time stands still: nobody is told because it took too long.
  await using world = await linkWorld({ clock: testClock() })
  const greeted = failure(world.link.greeted(10_000))
  const one = await stranger(world)
  await one.wire.sendJson(frame.hello, { ...greeting, protocol: 2 })
  await until("it is closed", () => one.closed)
  expect(world.link.current()).toBeUndefined()
  expect(await greeted).toBe("version")
})

describe("a stranger on the link's socket", () => {
  test("who says nothing is cut off after a while", async () => {
    const clock = testClock()
    await using world = await linkWorld({ clock })
    const one = await stranger(world)
    await until("the server waits for a greeting", () => clock.timers > 0)
    clock.advance(limits.helloMs)
    await until("it is closed", () => one.closed)
  })

  test("who says something else than a greeting, or one that is none, is cut off and gets no answer", async () => {
    await using world = await linkWorld()
    const first: Uint8Array[] = [
      Buffer.concat([head(frame.start, 2), Buffer.from("{}")]),
      Buffer.concat([head(frame.hello, 3), Buffer.from("{,}")]),
      Buffer.concat([head(frame.hello, 2), Buffer.from("[]")]),
      head(frame.hello, limits.hello + 1),
      Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
    ]
    for (const bytes of first) {
      expect(await answerTo(world, bytes)).toBe("")
    }
    expect(world.link.current()).toBeUndefined()
  })

  test("cannot take an operation whose number nobody told them", async () => {
    await using world = await linkWorld()
    await world.guest()
    const one = await stranger(world)
    await one.wire.sendJson(frame.hello, { kind: "operation", number: "0".repeat(32) })
    await until("it is closed", () => one.closed)
  })

  test("cannot become the guest while there is one", async () => {
    await using world = await linkWorld()
    const { box } = await world.guest()
    const one = await stranger(world)
    await one.wire.sendJson(frame.hello, greeting)
    await until("it is closed", () => one.closed)
    expect(world.link.current()).toBe(box)
  })

  test("who opens connections without end costs themselves, not the guest", async () => {
    await using world = await linkWorld()
    const { box } = await world.guest()
    const many = await Promise.all(Array.from({ length: limits.connections + 50 }, () => stranger(world)))
    await until("what was too much is closed", () => many.filter(({ closed }) => closed).length >= 50)
    expect(await failure(box.capture({ argv: ["true"] }))).toBe("limit")
    for (const { wire } of many) wire.cut()
    await until("there is room again", async () => (await failure(box.capture({ argv: ["true"] }))) === "none")
  })
})

describe("a guest that lies", () => {
  test("with an answer of another shape fails that question only", async () => {
    await using world = await linkWorld()
    await falseGuest(world, (wire) => void wire.sendJson(frame.result, { memory: "much" }))
    const box = world.link.current()
    expect(await failure(box?.stats())).toBe("protocol")
    expect(await failure(box?.kept())).toBe("protocol")
    expect(world.link.current()).toBe(box)
  })

  test("with more bytes or names than were asked for is cut off", async () => {
    await using world = await linkWorld()
    await falseGuest(world, (wire) => void wire.send(frame.data, Buffer.alloc(100)))
    expect(await failure(world.link.current()?.files.read("workdir", "a", { maxBytes: 10 }))).toBe("limit")
    await using other = await linkWorld()
    const entry = { name: "../../etc/passwd", kind: "file", size: 1, modified: 1 }
    await falseGuest(other, (wire) => void wire.sendJson(frame.result, { entries: [entry, entry], more: false }))
    expect(await failure(other.link.current()?.files.list("workdir", "", { maxEntries: 1 }))).toBe("protocol")
  })

  test("with a frame that the operation does not have is cut off", async () => {
    await using world = await linkWorld()
    await falseGuest(world, (wire) => void wire.sendJson(frame.welcome, {}))
    expect(await failure(world.link.current()?.stats())).toBe("protocol")
    expect(await failure(world.link.current()?.run({ argv: ["true"] }))).toBe("protocol")
    expect(await failure(world.link.current()?.connect(80))).toBe("protocol")
  })

  test("by hanging up fails what was asked", async () => {
    await using world = await linkWorld()
    await falseGuest(world, (wire) => wire.cut())
    expect(await failure(world.link.current()?.stats())).toBe("gone")
  })
})

describe("a guest that is silent", () => {
  test("by never answering is a timeout", async () => {
    const clock = testClock()
    await using world = await linkWorld({ clock })
    let requests = 0
    await falseGuest(world, () => void requests++)
    const asked = failure(world.link.current()?.stats())
    await until("the request has arrived", () => requests === 1)
    clock.advance(30_000)
    expect(await asked).toBe("timeout")
  })

  test("by never opening the connection is a timeout", async () => {
    const clock = testClock()
    await using world = await linkWorld({ clock })
    const guest = await stranger(world)
    await guest.wire.sendJson(frame.hello, greeting)
    const box = await world.link.greeted(1_000)
    const asked = failure(box.stats())
    clock.advance(10_000)
    expect(await asked).toBe("timeout")
  })

  test("on the control connection loses it", async () => {
    await using world = await linkWorld()
    const guest = await falseGuest(world, () => undefined)
    await guest.wire.sendJson(frame.result, {})
    await until("the server let go", () => guest.closed)
    expect(world.link.current()).toBeUndefined()
    expect(world.lost).toEqual(["closed"])
  })

  test("by missing three heartbeats is unhealthy, and one that answers is not", async () => {
    const clock = testClock()
    await using world = await linkWorld({ clock })
    const guest = await stranger(world)
    await guest.wire.sendJson(frame.hello, greeting)
    const box = await world.link.greeted(1_000)
    const pings = () => guest.heard.filter(({ type }) => type === frame.ping).length
    for (let beat = 1; beat <= 5; beat++) {
      clock.advance(limits.heartbeatMs)
      await until("it is asked", () => pings() === beat)
      await guest.wire.send(frame.pong)
      await Bun.sleep(5)
    }
    expect(box.gone.aborted).toBe(false)
    for (let beat = 0; beat <= limits.missedHeartbeats; beat++) clock.advance(limits.heartbeatMs)
    expect(box.gone.aborted).toBe(true)
    expect(world.lost).toEqual(["unhealthy"])
  })
})

test("guests that were lost before the clock was set back count for nothing: the next one is welcome", async () => {
  const clock = testClock()
  await using world = await linkWorld({ clock })
  for (let losses = 1; losses <= limits.losses; losses++) {
    const one = await stranger(world)
    await one.wire.sendJson(frame.hello, greeting)
    await until("it is the guest", () => world.link.current())
    one.wire.cut()
    await until("its loss is noticed", () => world.lost.length === losses)
  }
  const refused = await stranger(world)
  await refused.wire.sendJson(frame.hello, greeting)
  await until("it is refused", () => refused.closed)
  clock.jump(-86_400_000)
  const next = await stranger(world)
  await next.wire.sendJson(frame.hello, greeting)
  await until("it is the guest", () => world.link.current())
})
