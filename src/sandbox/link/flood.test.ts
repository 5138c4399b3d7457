import { heapStats } from "bun:jsc"
import { describe, expect, test } from "bun:test"
import { testClock } from "../../testing/clock.ts"
import { askedNumber, claim, framed, greeting, rawPeer } from "../../testing/hostile-link.ts"
import { linkWorld, type LinkWorld, until } from "../../testing/link-world.ts"
import { type Box, LinkFailed } from "./contract.ts"
import { json } from "./decoder.ts"
import { frame, limits } from "./protocol.ts"

/** Everything that JavaScript holds, in bytes, after a collection. */
function held(): number {
  Bun.gc(true)
  const { heapSize, extraMemorySize } = heapStats()
  return heapSize + extraMemorySize
}

/** A false guest and the connection of the first operation that the server asks it for. */
async function operation<T>(world: LinkWorld, ask: (box: Box) => Promise<T>) {
  const control = await rawPeer(world.socket)
  await control.send(greeting)
  const answer = ask(await world.link.greeted(5_000))
  answer.catch(() => undefined)
  const peer = await rawPeer(world.socket)
  await peer.send(claim(await askedNumber(control)))
  await until("the request arrives", () => peer.heard().length > 5)
  return { control, peer, answer }
}

const kindOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "answered",
    (error) => (error instanceof LinkFailed ? error.kind : String(error)),
  )

const tiny = (type: (typeof frame)["stdout" | "stderr" | "data"], payload: string) =>
  Buffer.concat(Array.from({ length: 10_000 }, () => framed(type, payload)))

describe("millions of tiny frames", () => {
  test("of output that nobody reads stop at the sender, and the server holds next to nothing", async () => {
    await using world = await linkWorld()
    const { peer, answer } = await operation(world, (box) => box.run({ argv: ["true"] }))
    await peer.send(framed(frame.started))
    await answer
    const before = held()
    const taken = await peer.flood(tiny(frame.stdout, "x"), 60 << 20)
    const grown = held() - before
    console.log(`tiny frames of output: ${Math.round(taken / 6_000)} thousand taken, ${grown >> 10} KiB held`)
    expect(taken).toBeLessThan(16 << 20)
    expect(grown).toBeLessThan(8 << 20)
  })

  test("without any content, and of error output that nobody asked for, leave nothing behind", async () => {
    await using world = await linkWorld()
    const { peer, answer } = await operation(world, (box) => box.run({ argv: ["true"] }))
    await peer.send(framed(frame.started))
    const program = await answer
    const before = held()
    const empty = await peer.flood(tiny(frame.stdout, ""), 5_000_000)
    const errors = await peer.flood(tiny(frame.stderr, "e"), 6_000_000)
    const grown = held() - before
    console.log(`empty frames and unread errors: ${(empty + errors) >> 10} KiB taken, ${grown >> 10} KiB held`)
    expect([empty, errors]).toEqual([5_000_000, 6_000_000])
    expect(grown).toBeLessThan(4 << 20)
    await program[Symbol.asyncDispose]()
  })

  test("instead of a file cost no more memory than the file that was asked for", async () => {
    await using world = await linkWorld()
    const { peer, answer } = await operation(world, (box) => box.files.read("workdir", "a", { maxBytes: 1 << 20 }))
    const before = held()
    const asked = kindOf(answer)
    const taken = await peer.flood(tiny(frame.data, "x"), 60 << 20)
    expect(await asked).toBe("limit")
    expect(taken).toBeLessThan(16 << 20)
    expect(held() - before).toBeLessThan(8 << 20)
  })
})

describe("a guest that floods the control connection", () => {
  test("with heartbeats nobody asked for loses it", async () => {
    await using world = await linkWorld()
    const control = await rawPeer(world.socket)
    await control.send(greeting)
    const box = await world.link.greeted(5_000)
    await control.flood(tiny(frame.data, "").fill(framed(frame.pong)), 50_000)
    await until("the server hangs up", () => control.closed)
    expect(box.gone.aborted).toBe(true)
  })

  test("with coming and going is no guest any more after ten times, and one after a minute is", async () => {
    const clock = testClock()
    await using world = await linkWorld({ clock })
    for (let time = 0; time < limits.losses; time++) {
      const control = await rawPeer(world.socket)
      await control.send(greeting)
      await until("it is the guest", () => world.link.current())
      control.cut()
      await until("the server has noticed", () => world.link.current() === undefined)
    }
    const late = await rawPeer(world.socket)
    await late.send(greeting)
    await until("it is refused", () => late.closed)
    expect(world.link.current()).toBeUndefined()
    clock.advance(limits.lossesWithinMs)
    const honest = await rawPeer(world.socket)
    await honest.send(greeting)
    await until("it is the guest", () => world.link.current())
  })
})

describe("a lie about a length", () => {
  test("reserves nothing: four gigabytes that are announced end the connection at once", async () => {
    await using world = await linkWorld()
    const before = held()
    for (const length of [0xff_ff_ff_ff, 0x80_00_00_00, limits.hello + 1]) {
      const peer = await rawPeer(world.socket)
      const bytes = Buffer.from(framed(frame.hello))
      bytes.writeUInt32BE(length, 1)
      await peer.send(bytes)
      await until("it is closed", () => peer.closed)
    }
    expect(held() - before).toBeLessThan(2 << 20)
  })

  test("of a frame that never becomes whole is a timeout, and costs what has come of it", async () => {
    const clock = testClock()
    await using world = await linkWorld({ clock })
    const { peer, answer } = await operation(world, (box) => box.stats())
    const half = framed(frame.result, Buffer.alloc(limits.frame)).subarray(0, 100_000)
    await peer.send(half)
    clock.advance(30_000)
    expect(await kindOf(answer)).toBe("timeout")
    await until("it is closed", () => peer.closed)
  })

  test("of the depth of an answer fails that answer", async () => {
    await using world = await linkWorld()
    const { peer, answer } = await operation(world, (box) => box.kept())
    await peer.send(framed(frame.result, `{"kept":${"[".repeat(500_000)}`))
    expect(await kindOf(answer)).toBe("protocol")
  })
})

describe("a one-time number", () => {
  test("of another loop, or one that was used before, opens nothing", async () => {
    await using mine = await linkWorld()
    await using theirs = await linkWorld()
    const control = await rawPeer(theirs.socket)
    await control.send(greeting)
    const answer = (await theirs.link.greeted(5_000)).stats()
    answer.catch(() => undefined)
    const number = await askedNumber(control)
    const thief = await rawPeer(mine.socket)
    await thief.send(claim(number))
    await until("the thief is hung up on", () => thief.closed)

    const owner = await rawPeer(theirs.socket)
    await owner.send(claim(number))
    await owner.send(framed(frame.result, json({ memory: 1, cpuMicros: 2, pids: 3 })))
    expect(await kindOf(answer)).toMatch(/answered|protocol/)
    const again = await rawPeer(theirs.socket)
    await again.send(claim(number))
    await until("the second use is hung up on", () => again.closed)
  })

  test("followed by an answer before the question fails that question at once", async () => {
    await using world = await linkWorld()
    const control = await rawPeer(world.socket)
    await control.send(greeting)
    const answer = (await world.link.greeted(5_000)).stats()
    answer.catch(() => undefined)
    const peer = await rawPeer(world.socket)
    await peer.send(Buffer.concat([claim(await askedNumber(control)), framed(frame.result, "{}")]))
    expect(await kindOf(answer)).toBe("protocol")
  })
})

test("a guest that says a file can begin a thousand times is sent it once", async () => {
  await using world = await linkWorld()
  const { peer, answer } = await operation(world, (box) => box.files.write("workdir", "a", Buffer.alloc(1 << 20)))
  await peer.send(Buffer.concat(Array.from({ length: 1_000 }, () => framed(frame.started))))
  expect(await kindOf(answer)).toBe("protocol")
})
