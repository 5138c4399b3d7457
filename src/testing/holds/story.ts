import { urls } from "../../lib/urls.ts"
import { questions } from "../real-looks.ts"
import { type BookedLoop, type BookedMessage, readTranscript, restOf } from "./book.ts"
import type { Person } from "./person.ts"
import type { Seeded } from "./seeded.ts"

/** What one person does with several loops, never twice by himself, and what was accepted of it. */
export interface Story {
  readonly loops: BookedLoop[]
  /** Everything that was accepted so far. */
  readonly accepted: number
  /** Resolves when the server has accepted the new loop, or its like below, however often it had to be asked. */
  create(): Promise<void>
  send(loop: BookedLoop): Promise<void>
  rename(loop: BookedLoop): Promise<void>
  archive(loop: BookedLoop): Promise<void>
  /** Changes a message that waits; may come too late. */
  edit(loop: BookedLoop): Promise<void>
  stop(loop: BookedLoop): Promise<void>
  /** Answers what is asked, tries again what failed; true when nothing is left to do. */
  tidy(loop: BookedLoop): Promise<boolean>
}

export interface StoryNeeds {
  person: Person
  home: string
  random: Seeded
  /** Resolves when the server listens, after it was killed. */
  up(): Promise<void>
}

type Said = { kind: "accepted"; location: string | undefined } | { kind: "refused"; unsure: boolean }

export function createStory({ person, home, random, up }: StoryNeeds): Story {
  const loops: BookedLoop[] = []
  let accepted = 0
  let born = 0

  /** Asks until there is an answer. A refusal that is none of `expected` is an error of the server. */
  async function insist(path: string, form: Record<string, string>, expected: number[] = []): Promise<Said> {
    let unsure = false
    for (;;) {
      const said = await person.accepted(path, form)
      if (said.kind === "accepted") {
        accepted++
        return said
      }
      if (said.kind === "refused" && expected.includes(said.status)) return { kind: "refused", unsure }
      if (said.kind === "refused")
        throw new Error(`${path} was refused with ${said.status}: ${said.words.slice(0, 800)}`)
      unsure = true
      await up()
    }
  }

  function compose(loop: { name: string; messages: BookedMessage[] }, clientId: string): BookedMessage {
    const mark = `${loop.name}-${loop.messages.length + 1}`
    const lines = random.pick(scripts)(mark)
    return { clientId, mark, texts: [[mark, ...lines].join("\n")], effect: lines.some((line) => line.includes(">>")) }
  }

  return {
    loops,
    get accepted() {
      return accepted
    },
    async create() {
      const loop = { name: `loop${++born}`, messages: [] }
      const clientId = `c-${loop.name}`
      const message = compose(loop, `first:${clientId}`)
      const said = await insist(urls.loops(), { clientId, message: message.texts[0] ?? "" })
      const id = said.kind === "accepted" ? said.location?.split("/").at(-1) : undefined
      if (!id) throw new Error("a new loop has no address")
      loops.push({ ...loop, id, messages: [message], archived: false, answered: new Set() })
    },
    async send(loop) {
      const message = compose(loop, crypto.randomUUID())
      loop.messages.push(message)
      await insist(urls.loopMessages(loop.id), { clientId: message.clientId, text: message.texts[0] ?? "" })
    },
    async rename(loop) {
      const title = `${loop.name} named ${random.below(1_000_000)}`
      await insist(urls.loopTitle(loop.id), { title })
      loop.titles = [title]
    },
    async archive(loop) {
      loop.archived = true
      await insist(urls.loopArchive(loop.id), {})
    },
    async edit(loop) {
      const events = await readTranscript(home, loop.id)
      const seq = restOf(events).waiting.at(-1)
      const line = events.find((event) => event.seq === seq)
      const message = line?.kind === "user-message" && loop.messages.find(({ clientId }) => clientId === line.clientId)
      if (seq === undefined || !message) return
      const text = `${message.mark}\nchanged\n#say changed ${message.mark}`
      const said = await insist(urls.loopQueued(loop.id, seq), { text }, [404, 409, 422])
      if (said.kind === "accepted") Object.assign(message, { texts: [text], effect: false })
      else if (said.unsure) Object.assign(message, { texts: [...message.texts, text], effect: false })
    },
    async stop(loop) {
      await insist(urls.loopStop(loop.id), {})
    },
    async tidy(loop) {
      const { waiting, openTurn, openAsks, failed } = restOf(await readTranscript(home, loop.id))
      for (const ask of openAsks) {
        const said = await insist(urls.loopAsk(loop.id, ask), { "answer.0": "Red" }, [404, 409])
        if (said.kind === "accepted") loop.answered.add(ask)
      }
      if (openTurn === undefined && waiting.length > 0 && failed) await insist(urls.loopContinue(loop.id), {})
      return waiting.length === 0 && openTurn === undefined
    },
  }
}

/** What a message makes the model do, and so the agent. */
const scripts: readonly ((mark: string) => string[])[] = [
  (mark) => [`#say said ${mark}`],
  (mark) => [`#bash echo ${mark} >> effects.txt`, `#say done ${mark}`],
  (mark) => [`#bash echo ${mark} >> effects.txt; tail -f /dev/null & sleep 0.3; kill $!`, `#say done ${mark}`],
  (mark) => ["#slow 15 30", `#say after ${mark}`],
  (mark) => [`#think about ${mark}`, `#say thought ${mark}`],
  (mark) => [`#tool AskUserQuestion ${questions}`, `#say thanks for ${mark}`],
  (mark) => [`#write notes-${mark}.md ${mark}`, `#bash echo ${mark} >> effects.txt`, `#say written ${mark}`],
]
