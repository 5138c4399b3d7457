import { expect, test } from "bun:test"
import { testClock } from "../../testing/clock.ts"
import { claim, framed, greeting, type RawPeer, rawPeer } from "../../testing/hostile-link.ts"
import { linkWorld, type LinkWorld, until } from "../../testing/link-world.ts"
import { numbersFrom } from "../../testing/seeded.ts"
import { type Box, LinkFailed } from "./contract.ts"
import { json } from "./decoder.ts"
import { frame, type FrameType } from "./protocol.ts"

/** Milliseconds on a machine that has other things to do. */
const limit = 60_000

type Random = (below: number) => number

const bytesOf = (random: Random, count: number) => Uint8Array.from({ length: count }, () => random(256))
const oneOf = <T>(random: Random, all: readonly T[]): T => all[random(all.length)] as T

const types: readonly FrameType[] = Object.values(frame)
const answers: readonly unknown[] = [
  {},
  [],
  null,
  "text",
  -1,
  { memory: 1e308, cpuMicros: "1", pids: -1 },
  { entries: [{ name: "\u0000/../x", kind: "file", size: 2 ** 60, modified: -5 }], more: false },
  { kept: Array.from({ length: 100 }, () => ({ id: "x", running: true })) },
  { code: 999, signal: {} },
  { kind: "escape", message: "m".repeat(10_000) },
  { __proto__: { polluted: true }, constructor: { prototype: { polluted: true } } },
]

/** One piece of what a hostile guest says on an operation's connection. */
function nonsense(random: Random): Uint8Array {
  const whole = framed(oneOf(random, types), json(oneOf(random, answers)))
  const kinds = [
    () => bytesOf(random, 1 + random(200)),
    () => framed(oneOf(random, types), bytesOf(random, random(2_000))),
    () => whole,
    () => whole.subarray(0, 1 + random(whole.length)),
    () => {
      const bent = Buffer.from(whole)
      bent[random(bent.length)] = random(256)
      return bent
    },
  ]
  return oneOf(random, kinds)()
}

const questions: readonly ((box: Box) => Promise<unknown>)[] = [
  (box) => box.stats(),
  (box) => box.kept(),
  (box) => box.processes(),
  (box) => box.files.list("workdir", ""),
  (box) => box.files.read("workdir", "a", { maxBytes: 5_000 }),
  (box) => box.files.write("workdir", "a", "content"),
  (box) => box.files.stat("home", "a"),
  (box) => box.deliver("/run/loopat-vault/home", [{ path: "a", content: Buffer.from("content"), executable: false }]),
  (box) => box.files.open("workdir", "a", { maxBytes: 5_000 }).then((content) => new Response(content).text()),
  (box) => box.files.put("workdir", "a", { content: new Response("content").body ?? "", expected: "absent" }),
  (box) => box.files.watch("workdir", "", { changed() {}, ended() {} }).then(({ close }) => close()),
  (box) => box.capture({ argv: ["true"] }),
  (box) => box.connect(80).then(({ close }) => close()),
  (box) => box.attach("agent").then((kept) => kept?.detach()),
  (box) => box.endKept("agent"),
]

/** Answers every connection that is asked for with nonsense, until it is told to stop. */
function answerWithNonsense(world: LinkWorld, control: RawPeer, random: Random): () => void {
  let going = true
  let answered = 0
  const all: RawPeer[] = []
  const answer = async (number: string) => {
    const peer = await rawPeer(world.socket)
    all.push(peer)
    await peer.send(claim(number))
    for (let piece = random(6); piece >= 0 && !peer.closed; piece--) await peer.send(nonsense(random))
    if (random(3) > 0) peer.cut()
  }
  const look = async () => {
    while (going) {
      const numbers = [
        ...control
          .heard()
          .toString("latin1")
          .matchAll(/"number":"([0-9a-f]{32})"/g),
      ]
      for (const [, number = ""] of numbers.slice(answered)) await answer(number)
      answered = numbers.length
      await Bun.sleep(1)
    }
  }
  void look()
  return () => {
    going = false
    for (const peer of all) peer.cut()
  }
}

const settled = (promise: Promise<unknown>) =>
  promise.then(
    () => "answered",
    (error: unknown) => {
      if (error instanceof LinkFailed) return error.kind
      throw error
    },
  )

test(
  "whatever a guest says on 40 seeds, every question is settled, nobody else notices and nothing is polluted",
  async () => {
    await using honest = await linkWorld()
    const { box: other } = await honest.guest()
    const counted: Record<string, number> = {}
    for (let seed = 1; seed <= 40; seed++) {
      const random = numbersFrom(seed)
      const clock = testClock()
      await using world = await linkWorld({ clock })
      const control = await rawPeer(world.socket)
      await control.send(greeting)
      const box = await world.link.greeted(5_000)
      const stop = answerWithNonsense(world, control, random)
      let open = 0
      const asked = Array.from({ length: 6 }, () => {
        open++
        return settled(oneOf(random, questions)(box)).finally(() => open--)
      })
      // What is not settled by what was said is settled by time.
      await until("all is settled", async () => {
        clock.advance(5_000)
        if (control.heard().length > 0 && control.closed) return true
        return open === 0
      })
      stop()
      control.cut()
      for (const kind of await Promise.all(asked)) counted[kind] = (counted[kind] ?? 0) + 1
      expect((await other.capture({ argv: ["echo", "well"] })).stdout).toBe("well\n")
    }
    console.log(`240 questions to hostile guests: ${JSON.stringify(counted)}`)
    expect(Object.values(counted).reduce((sum, count) => sum + count, 0)).toBe(240)
    expect(counted["protocol"]).toBeGreaterThan(50)
    expect("polluted" in {}).toBe(false)
  },
  limit,
)

test(
  "a conversation that is broken off at every byte of its beginning leaves no connection behind",
  async () => {
    await using world = await linkWorld()
    const opening = Buffer.concat([greeting, framed(frame.pong), framed(frame.result, "{}")])
    for (let at = 0; at <= greeting.length + 5; at++) {
      const peer = await rawPeer(world.socket)
      await peer.send(opening.subarray(0, at))
      peer.cut()
      if (at >= greeting.length) await until("it is gone again", () => world.link.current() === undefined)
    }
    await using fresh = await linkWorld()
    for (let time = 0; time < 600; time++) {
      const peer = await rawPeer(fresh.socket)
      await peer.send(opening.subarray(0, time % (greeting.length - 1)))
      peer.cut()
    }
    const { box } = await fresh.guest()
    expect((await box.capture({ argv: ["echo", "well"] })).stdout).toBe("well\n")
  },
  limit,
)

test(
  "while one guest floods the server with tiny frames, another loop's commands are answered",
  async () => {
    await using hostile = await linkWorld()
    await using honest = await linkWorld()
    const { box: other } = await honest.guest()
    const control = await rawPeer(hostile.socket)
    await control.send(greeting)
    const running = (await hostile.link.greeted(5_000)).run({ argv: ["true"] })
    await until("the server asks for a connection", () => control.heard().includes('"number":"'))
    const [, number = ""] = /"number":"([0-9a-f]{32})"/.exec(control.heard().toString("latin1")) ?? []
    const peer = await rawPeer(hostile.socket)
    await peer.send(Buffer.concat([claim(number)]))
    await until("the request arrives", () => peer.heard().length > 5)
    await peer.send(framed(frame.started))
    const program = await running
    let read = 0
    const reading = (async () => {
      for await (const piece of program.stdout) read += piece.length
    })()
    const piece = Buffer.concat(Array.from({ length: 20_000 }, () => framed(frame.stdout, "x")))
    let flooding = true
    const flood = (async () => {
      while (flooding && !peer.closed) await peer.send(piece)
    })()
    for (let time = 0; time < 10; time++)
      expect((await other.capture({ argv: ["echo", "well"] })).stdout).toBe("well\n")
    flooding = false
    peer.cut()
    await Promise.all([flood, reading])
    console.log(`tiny frames read during ten commands of another loop: ${Math.round(read / 1_000)} thousand`)
    expect(read).toBeGreaterThan(0)
  },
  limit,
)
