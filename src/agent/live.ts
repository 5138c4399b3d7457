import type { Transcript, TranscriptEvent } from "../loops/index.ts"
import type { LoopId } from "../lib/ids.ts"
import { createMarkdownStream, type MarkdownOperation, type MarkdownStream } from "../lib/markdown-stream.ts"
import { targets } from "../../views/targets.ts"
import type { Clock } from "../platform/clock.ts"
import type { Hub } from "../platform/sse/hub.ts"
import type { LiveText } from "./actor.ts"
import { blocksOf } from "./blocks.ts"
import { type Fold, foldEvent, newFold, type Patch } from "./fold.ts"
import { createScrubber, plainScrubber, type Scrubber, type ScrubStream } from "./scrub.ts"

/** What a viewer is shown; how it looks is another file's matter. `kind` is one sort of viewer. */
export interface Looks {
  patches(patches: readonly Patch[], kind: string): string
  /** A streaming block begins on the page, with everything it holds so far. */
  streamed(block: StreamedBlock, kind: string): string
  text(id: string, operations: readonly MarkdownOperation[]): string
  thought(id: string, text: string): string
  /** The finished thing takes the place of the streaming one. */
  settled(id: string, patch: Patch, kind: string): string
  removed(id: string): string
  /** Queue, activity, composer, status: whatever is not the conversation itself, each by its place. */
  regions(kind: string): Record<string, string>
}

export interface StreamedBlock {
  id: string
  of: "text" | "thinking"
  stream: MarkdownStream
}

/** What a page needs of a loop whose agent may be working right now. */
export interface Live extends LiveText {
  /** Lines that have just become durable: shown to everybody. */
  appended(events: readonly TranscriptEvent[]): void
  /** Resolves when the past is known well enough to show what comes. */
  primed(): Promise<void>
  /** For somebody who has just caught up with the file: what streams at this moment, and the regions. */
  snapshot(kind: string): string
  /** Headline of what the agent does: a pending tool, or what it writes. */
  doing(): {
    kind: "thinking" | "writing" | "tool" | "retrying"
    tool?: { tool: string; input: Record<string, unknown> }
    attempt?: [number, number]
  }
}

export interface LiveNeeds {
  loop: LoopId
  topic: string
  hub: Hub
  clock: Clock
  transcript: Pick<Transcript, "before">
  /** Nothing is under way that began before now: the past need not be read. */
  isQuiet(): boolean
  looks: Looks
}

/** Characters of one growing block that are shown; the rest comes with the whole of it. */
const longestGrowing = 1 << 20

/** At most this often a growing text is sent, in milliseconds. */
const frameMs = 40

/**
 * DOM ids of what streams. They are few and the same after a restart, so that a page that comes back can be freed of what
 * an earlier stream left in the middle of a word.
 */
export const livePlaces: readonly string[] = [
  "live-0",
  "live-1",
  "live-2",
  "live-3",
  "live-4",
  "live-5",
  "live-6",
  "live-7",
]

interface Growing extends StreamedBlock {
  block: string
  scrub: ScrubStream
  waiting: string
  /** Characters so far. */
  size: number
  shown: boolean
}

export function createLive(needs: LiveNeeds): Live {
  const { hub, topic, looks, clock } = needs
  const fold: Fold = newFold()
  let scrubber: Scrubber = plainScrubber
  let growing: Growing | undefined
  /** Whole for the agent, not yet durable: their places on the page wait for the stored block. */
  let settling: Growing[] = []
  let tool: string | undefined
  let attempt: [number, number] | undefined
  const pace: { last: number; stop?: (() => void) | undefined } = { last: Number.NEGATIVE_INFINITY }
  let regionsDue = false
  const lastRegions = new Map<string, Record<string, string>>()
  let missed: TranscriptEvent[] = []
  let priming: Promise<void> | undefined
  let isPrimed = false

  const publish = (render: (kind: string) => string, id?: number) =>
    hub.publish(topic, { ...(id !== undefined && { id }), render })

  function frame(): void {
    pace.stop = undefined
    pace.last = clock.now()
    if (growing) flush(growing)
  }

  /** After a pause at once, so that a word costs no time; in a stream of words with those that come within a moment. */
  function soon(): void {
    if (pace.stop) return
    const rest = Math.max(0, Math.ceil(pace.last + frameMs - clock.now()))
    if (rest === 0) frame()
    else pace.stop = clock.after(Math.min(rest, frameMs), frame)
  }

  function flush(one: Growing): void {
    const text = one.waiting
    one.waiting = ""
    if (text === "") return
    const operations = one.stream.feed(text)
    if (!one.shown) {
      one.shown = true
      publish((kind) => looks.streamed(one, kind))
    } else if (one.of === "thinking") publish(() => looks.thought(one.id, text))
    else if (operations.length > 0) publish(() => looks.text(one.id, operations))
  }

  function changed(): void {
    if (regionsDue) return
    regionsDue = true
    queueMicrotask(() => {
      regionsDue = false
      publish(newRegions)
    })
  }

  /** Only what looks otherwise than before: a field that somebody types into is left alone. */
  function newRegions(kind: string): string {
    const before = lastRegions.get(kind) ?? {}
    const regions = looks.regions(kind)
    lastRegions.set(kind, regions)
    return Object.entries(regions)
      .filter(([place, html]) => before[place] !== html)
      .map(([, html]) => html)
      .join("")
  }

  /** The block whose place on the page this stored line takes. */
  function placeOf(event: TranscriptEvent): Growing | undefined {
    if (event.kind !== "agent") return undefined
    const { parent, blocks } = blocksOf(event.message)
    const of = blocks[0]?.kind
    if (parent !== undefined || (of !== "text" && of !== "thinking")) return undefined
    const at = settling.findIndex((one) => one.of === of)
    return at < 0 ? undefined : settling.splice(at, 1)[0]
  }

  function show(event: TranscriptEvent): void {
    const place = placeOf(event)
    const patches = foldEvent(fold, event)
    const [first, ...rest] = patches
    publish((kind) => {
      if (!place?.shown || first?.op !== "append") return looks.patches(patches, kind)
      return looks.settled(place.id, first, kind) + looks.patches(rest, kind)
    }, event.seq)
    changed()
    if (event.kind === "turn-finished" || event.kind === "turn-failed") clear()
  }

  /** What never became whole leaves the page with its turn. */
  function clear(): void {
    const left = [...settling, ...(growing ? [growing] : [])].filter((one) => one.shown)
    settling = []
    growing = undefined
    tool = undefined
    attempt = undefined
    for (const one of left) publish(() => looks.removed(one.id))
  }

  async function prime(): Promise<void> {
    const { events } = needs.isQuiet() ? { events: [] } : await needs.transcript.before(undefined)
    const first = missed[0]?.seq ?? Number.POSITIVE_INFINITY
    for (const event of events) if (event.seq < first) foldEvent(fold, event)
    isPrimed = true
    const late = missed
    missed = []
    for (const event of late) show(event)
  }

  function primed(): Promise<void> {
    priming ??= prime().catch((error: unknown) => {
      priming = undefined
      throw error
    })
    return priming
  }

  function freePlace(): string {
    const taken = new Set([...settling, ...(growing ? [growing] : [])].map(({ id }) => id))
    return livePlaces.find((id) => !taken.has(id)) ?? `live-${taken.size}`
  }

  function settle(): void {
    if (!growing) return
    growing.waiting += growing.scrub.end()
    flush(growing)
    settling.push(growing)
    growing = undefined
    // Blocks that never become whole must not pile up.
    const oldest = settling.length > livePlaces.length ? settling.shift() : undefined
    if (oldest?.shown) publish(() => looks.removed(oldest.id))
  }

  return {
    block(block, of, name) {
      settle()
      attempt = undefined
      tool = of === "tool" ? name : undefined
      if (of !== "tool") {
        const id = freePlace()
        growing = {
          id,
          of,
          block,
          stream: createMarkdownStream(targets.growing(id)),
          scrub: scrubber.stream(),
          waiting: "",
          size: 0,
          shown: false,
        }
      }
      changed()
    },
    piece(block, text) {
      if (growing?.block !== block || growing.size > longestGrowing) return
      growing.size += text.length
      growing.waiting += growing.scrub.push(text)
      soon()
    },
    still(stored) {
      tool = undefined
      const one = growing
      settle()
      if (stored || !one) return
      settling = settling.filter((other) => other !== one)
      if (one.shown) publish(() => looks.removed(one.id))
    },
    unfinished: () => (growing ? { of: growing.of, text: growing.stream.text() + growing.waiting } : undefined),
    retrying(now, of) {
      attempt = [now, of]
      changed()
    },
    changed,
    hide(values) {
      scrubber = createScrubber(values)
    },
    appended(events) {
      if (isPrimed) for (const event of events) show(event)
      else {
        missed.push(...events)
        // When the file cannot be read now, the next line or the next page tries again.
        primed().catch(() => undefined)
      }
    },
    primed,
    snapshot(kind) {
      const streams = [...settling, ...(growing ? [growing] : [])].filter((one) => one.shown)
      return streams.map((one) => looks.streamed(one, kind)).join("") + Object.values(looks.regions(kind)).join("")
    },
    doing() {
      if (attempt) return { kind: "retrying", attempt }
      const pending = [...fold.tools.values()].at(-1)
      if (pending) return { kind: "tool", tool: pending }
      if (tool !== undefined) return { kind: "tool", tool: { tool, input: {} } }
      return growing?.of === "text" ? { kind: "writing" } : { kind: "thinking" }
    },
  }
}
