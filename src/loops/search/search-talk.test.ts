import { afterEach, describe, expect, test } from "bun:test"
import { appendFile, mkdir, readdir, writeFile } from "node:fs/promises"
import { type LoopId, parseLoopId, parseUserName } from "../../lib/ids.ts"
import { createBackground } from "../../platform/background.ts"
import { createDisk } from "../../platform/disk/disk.ts"
import type { SignedIn } from "../../platform/http/visitor.ts"
import { silentLog } from "../../platform/log.ts"
import { testClock } from "../../testing/clock.ts"
import { numbersFrom } from "../../testing/seeded.ts"
import { tempFolder } from "../../testing/temp-folder.ts"
import { createTalkSearch } from "./search-talk.ts"

const ended: AsyncDisposable[] = []
afterEach(async () => {
  for (const one of ended.splice(0).reverse()) await one[Symbol.asyncDispose]()
})

const user = (name: string): SignedIn => ({
  name: parseUserName(name) ?? expect.unreachable(),
  ...{ displayName: name, role: "member", login: "l" },
})
const ada = user("ada")

/** Transcripts in a folder, and who may read them. */
async function talkWorld() {
  const temp = await tempFolder()
  ended.push(temp)
  const clock = testClock()
  const active = new Map<LoopId, number>()
  const hidden = new Set<LoopId>()
  const lengths = new Map<LoopId, number>()
  const disk = createDisk()
  let names = 0
  const open = () => {
    const background = createBackground(silentLog)
    ended.push(background)
    return createTalkSearch({
      ...{ disk, home: temp.path, clock, background },
      ordered: () => [...active].map(([id, at]) => ({ id, active: at })).sort((a, b) => b.active - a.active),
      isThere: (loop) => active.has(loop),
      readable: (loop, { name }) =>
        active.has(loop) && (name === "ada" || !hidden.has(loop)) ? { title: loop } : undefined,
      isShelved: () => true,
      folder: (id) => `${temp.path}/loops/${id}`,
      name: () => String(++names),
    })
  }
  let talk = open()
  return {
    ...{ clock, hidden, home: temp.path, remove: (id: LoopId) => active.delete(id) },
    restart: () => void (talk = open()),
    async newLoop(): Promise<LoopId> {
      const id = parseLoopId(crypto.randomUUID()) ?? expect.unreachable()
      await mkdir(`${temp.path}/loops/${id}`, { recursive: true })
      active.set(id, clock.now())
      return id
    },
    async say(id: LoopId, ...events: object[]): Promise<void> {
      const first = lengths.get(id) ?? 0
      clock.advance(1_000)
      const at = new Date(clock.now()).toISOString()
      const lines = events.map((event, index) => JSON.stringify({ seq: first + index + 1, at, turn: null, ...event }))
      await appendFile(`${temp.path}/loops/${id}/messages.jsonl`, `${lines.join("\n")}\n`)
      lengths.set(id, first + events.length)
      active.set(id, clock.now())
    },
    find: (words: string[], from?: string, by: SignedIn = ada) => talk.search({ words, from, user: by }),
    ask: (words: string[], signal: AbortSignal) => talk.search({ words, user: ada, signal }),
  }
}

const message = (text: string) => ({
  kind: "user-message",
  by: "ada",
  via: "web",
  clientId: "c",
  text,
  attachments: [],
})
const agent = (...content: object[]) => ({ kind: "agent", message: { type: "assistant", message: { content } } })
const says = (text: string) => agent({ type: "text", text })

describe("what was said", () => {
  test("is found at once, by whoever said it, and what tools answered is not", async () => {
    const here = await talkWorld()
    const loop = await here.newLoop()
    await here.say(
      loop,
      message("Where is the Zebra?"),
      says("In the zebra house."),
      agent({ type: "tool_use", name: "Bash", input: { command: "ls zebra/", old_string: "zebra" } }),
      { kind: "agent", message: { type: "user", message: { content: [{ type: "tool_result", content: "zebra" }] } } },
      agent({ type: "thinking", thinking: "zebra" }),
      { kind: "shell", by: "bob", command: "find . -name zebra", text: "zebra" },
    )
    const { hits, pending } = await here.find(["zebra"])
    expect(hits.map(({ seq, by, text }) => [seq, by, text])).toEqual([
      [6, "bob", "find . -name zebra"],
      [3, undefined, "ls zebra/"],
      [2, undefined, "In the zebra house."],
      [1, "ada", "Where is the Zebra?"],
    ])
    expect(pending).toBe(false)
    await here.say(loop, says("Another ZEBRA came."))
    expect((await here.find(["zebra", "came"])).hits.map(({ seq }) => seq)).toEqual([7])
  })

  test("equals a scan of every message after each of 100 random lines, also across a restart", async () => {
    const here = await talkWorld()
    const random = numbersFrom(5)
    const words = ["tax", "rate", "eu", "税率", "ab", "Ärger", "x-y", "naïve"]
    const loops = [await here.newLoop(), await here.newLoop(), await here.newLoop()]
    const all: { loop: LoopId; seq: number; text: string }[] = []
    for (let line = 0; line < 100; line++) {
      const loop = loops[random(3)] ?? expect.unreachable()
      const text = Array.from({ length: random(5) + 1 }, () => words[random(words.length)]).join(" ")
      all.push({ loop, text, seq: all.filter((one) => one.loop === loop).length + 1 })
      await here.say(loop, random(2) === 0 ? message(text) : says(text))
      if (line % 30 === 29) here.restart()
      const wanted = [words[random(words.length)] ?? "", words[random(words.length)] ?? ""].map((one) =>
        one.toLowerCase(),
      )
      const found: string[] = []
      let from: string | undefined
      do {
        const page = await here.find(wanted, from)
        found.push(...page.hits.map((hit) => `${hit.loop} ${hit.seq}`))
        from = page.next
      } while (from !== undefined)
      const scan = all.filter((one) => wanted.every((word) => one.text.toLowerCase().includes(word)))
      expect(found.toSorted()).toEqual(scan.map((one) => `${one.loop} ${one.seq}`).toSorted())
    }
    // Small files are put together.
    expect((await readdir(`${here.home}/runtime/search`)).length).toBeLessThanOrEqual(26)
  }, 30_000)
})

describe("a loop that somebody may not read", () => {
  test("is found by nobody else, from the moment on in which it becomes private", async () => {
    const here = await talkWorld()
    const loop = await here.newLoop()
    await here.say(loop, message("the needle"))
    expect((await here.find(["needle"], undefined, user("bob"))).hits).toHaveLength(1)
    here.hidden.add(loop)
    expect(await here.find(["needle"], undefined, user("bob"))).toEqual({ hits: [], pending: false })
    expect((await here.find(["needle"])).hits).toHaveLength(1)
    here.remove(loop)
    expect((await here.find(["needle"])).hits).toEqual([])
  })
})

describe("a search that finds much", () => {
  test("gives forty hits, and goes on without leaving any out or giving one twice", async () => {
    const here = await talkWorld()
    const loops = [await here.newLoop(), await here.newLoop()]
    for (const loop of loops) await here.say(loop, ...Array.from({ length: 50 }, (_, n) => message(`needle ${n}`)))
    const first = await here.find(["needle"])
    expect([first.hits.length, first.hits[0]?.loop]).toEqual([40, loops[1]])
    const second = await here.find(["needle"], first.next)
    const third = await here.find(["needle"], second.next)
    const all = [first, second, third].flatMap(({ hits }) => hits.map(({ loop, seq }) => `${loop} ${seq}`))
    expect([new Set(all).size, all.length, third.next]).toEqual([100, 100, undefined])
  })

  test("starts anew where a place to go on is none", async () => {
    const here = await talkWorld()
    await here.say(await here.newLoop(), message("needle"))
    for (const from of ["", "1", "x.y.z", `1.${crypto.randomUUID()}`, "9".repeat(5_000), "NaN.1.2.3"])
      expect((await here.find(["needle"], from)).hits.length).toBeLessThanOrEqual(1)
  })

  test("ends when the asker has left", async () => {
    const here = await talkWorld()
    await here.say(await here.newLoop(), message("needle"))
    expect((await here.ask(["needle"], new AbortController().signal)).hits).toHaveLength(1)
    expect((await here.ask(["needle"], AbortSignal.abort())).hits).toEqual([])
  })
})

describe("what is known of transcripts", () => {
  test("is made again where its files are gone, broken, or of a later program", async () => {
    const here = await talkWorld()
    const loop = await here.newLoop()
    await here.say(loop, message("needle"))
    await here.find(["needle"])
    const folder = `${here.home}/runtime/search`
    for (const content of ["", "xx", "\xff\xff\xff\x7f{", '\x11\0\0\0{"version":2,"b"}', "\x02\0\0\0{}"]) {
      for (const name of await readdir(folder)) await writeFile(`${folder}/${name}`, content, "latin1")
      here.restart()
      expect((await here.find(["needle"])).hits).toHaveLength(1)
    }
  })

  test("keeps nobody from finding other loops where one transcript has a line that is none", async () => {
    const here = await talkWorld()
    const [torn, whole] = [await here.newLoop(), await here.newLoop()]
    await here.say(torn, message("needle"))
    await appendFile(`${here.home}/loops/${torn}/messages.jsonl`, "{no json}\n")
    await here.say(whole, message("needle"))
    const { hits, pending } = await here.find(["needle"])
    expect([hits.map((hit) => hit.loop), pending]).toEqual([[whole], false])
  })
})
