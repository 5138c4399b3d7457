import { join } from "node:path"
import { type LoopId, parseLoopId } from "../../lib/ids.ts"
import type { Background } from "../../platform/background.ts"
import { type Clock, within } from "../../platform/clock.ts"
import type { Disk } from "../../platform/disk/disk.ts"
import type { JsonlFile } from "../../platform/disk/jsonl-file.ts"
import { createSerial } from "../../platform/disk/serial.ts"
import type { SignedIn } from "../../platform/http/visitor.ts"
import { createCatchUp } from "./catch-up.ts"
import { placesOf } from "./marks.ts"
import { type Said, saidIn } from "./said.ts"
import { type Block, createSegments } from "./segments.ts"

/** Something that was said in a loop which the asker may read. */
export interface TalkHit extends Said {
  loop: LoopId
  title: string
}

export interface FoundTalk {
  /** About the newest first. */
  hits: TalkHit[]
  /** Where to go on: there may be more. */
  next?: string
  /** Some conversations were not looked through, because they are still being read for the first time. */
  pending: boolean
}

export interface TalkQuestion {
  /** In lower case; a message is found when it has all of them. */
  words: readonly string[]
  /** As `next` of an earlier answer. */
  from?: string | undefined
  user: SignedIn
  /** Whoever asked has left. */
  signal?: AbortSignal
}

interface Needs {
  disk: Disk
  home: string
  clock: Clock
  background: Pick<Background, "run">
  /** All loops, the newest activity first, and when that was. */
  ordered(): readonly { id: LoopId; active: number }[]
  isThere(loop: LoopId): boolean
  /** A loop that this person may read now. */
  readable(loop: LoopId, user: SignedIn): { title: string } | undefined
  isShelved(): boolean
  folder(id: LoopId): string
  name(): string
}

const mostHits = 40
/** Milliseconds after which what was found so far is shown, and for what is new to be learnt before. */
const searchMs = 200
const learningMs = 100

export interface TalkSearch {
  search(question: TalkQuestion): Promise<FoundTalk>
}

/**
 * Finds what was said in loops, without reading them all: `<home>/runtime/search` says of each piece of a transcript
 * which words cannot be in it. Who may read a loop is asked for every question anew.
 */
export function createTalkSearch(needs: Needs): TalkSearch {
  const { disk, home, clock, background, ordered, folder, name } = needs
  const segments = createSegments({ disk, folder: join(home, "runtime/search"), name })
  const lines = (id: LoopId): JsonlFile<unknown> => disk.jsonlFile(`${folder(id)}/messages.jsonl`, (value) => value)
  const catchUp = createCatchUp({ segments, lines, ordered })
  const inTurn = createSerial()
  let learning: Promise<void> | undefined

  function learn(): Promise<void> {
    learning ??= new Promise<void>((done) =>
      background.run("learn what was said in loops", async (signal) => {
        try {
          await catchUp.run(signal)
          await segments.tidy(needs.isThere)
        } finally {
          learning = undefined
          done()
        }
      }),
    )
    return learning
  }

  return {
    search: ({ words, from, user, signal }) =>
      inTurn("search", async () => {
        if (words.length === 0 || signal?.aborted) return { hits: [], pending: false }
        if (!catchUp.isCaughtUp()) await within(clock, learningMs, learn())
        const readable = (loop: LoopId) => needs.readable(loop, user)
        const places = placesOf(words)
        const blocks = await segments.candidates({
          places,
          mayRead: (loop) => readable(loop) !== undefined,
          ...(signal && { signal }),
        })
        const reading = {
          words,
          clock,
          lines,
          titleOf: (loop: LoopId) => readable(loop)?.title,
          ...(signal && { signal }),
        }
        const found = await readBlocks(after(blocks, from), reading)
        return { ...found, pending: !needs.isShelved() || !catchUp.isCaughtUp() }
      }),
  }
}

interface Place extends Block {
  /** Only lines before this one. */
  before: number
}

const newestFirst = (a: Block, b: Block): number =>
  b.at - a.at || (a.loop < b.loop ? -1 : Number(a.loop > b.loop)) || b.from - a.from

function after(blocks: Block[], from: string | undefined): Place[] {
  const places = blocks.sort(newestFirst).map((block) => ({ ...block, before: Infinity }))
  const [at, id, start, before] = (from ?? "").split(".")
  const loop = parseLoopId(id)
  if (!loop) return places
  const last = { loop, at: Number(at), from: Number(start), to: 0 }
  return places
    .filter((place) => newestFirst(last, place) <= 0)
    .map((place) => (newestFirst(last, place) === 0 ? { ...place, before: Number(before) } : place))
}

const nextAt = ({ at, loop, from }: Block, before: number): string => [at, loop, from, before].join(".")

interface Reading {
  words: readonly string[]
  clock: Pick<Clock, "now">
  lines(id: LoopId): JsonlFile<unknown>
  titleOf(loop: LoopId): string | undefined
  signal?: AbortSignal
}

async function readBlocks(
  places: readonly Place[],
  { words, clock, lines, titleOf, signal }: Reading,
): Promise<Omit<FoundTalk, "pending">> {
  const began = clock.now()
  const hits: TalkHit[] = []
  for (const place of places) {
    if (signal?.aborted || clock.now() - began >= searchMs) return { hits, next: nextAt(place, place.before) }
    const read = await lines(place.loop).readFrom(place.from, place.to - place.from)
    // A loop may have become stricter, or gone, while its lines were read.
    const title = titleOf(place.loop)
    if (title === undefined) continue
    for (const { value } of read.lines.reverse()) {
      const said = saidIn(value)
      if (!said || said.seq >= place.before || !hasAll(said.text, words)) continue
      if (hits.length === mostHits) return { hits, next: nextAt(place, said.seq + 1) }
      hits.push({ ...said, loop: place.loop, title })
    }
  }
  return { hits }
}

function hasAll(text: string, words: readonly string[]): boolean {
  const low = text.toLowerCase()
  return words.every((word) => low.includes(word))
}
