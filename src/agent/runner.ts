import type { LoopId } from "../lib/ids.ts"
import { lately } from "../lib/lately.ts"
import { renderMarkdown } from "../lib/markdown.ts"
import type { Usage } from "../gateway/index.ts"
import type { LoopRecord, TranscriptEvent } from "../loops/index.ts"
import type { ToolsState } from "../sandbox/index.ts"
import { type Actor, createActor } from "./actor.ts"
import { type History, newHistory, remember } from "./history.ts"
import { createLive, type Live } from "./live.ts"
import { createLooks } from "./looks.tsx"
import { bestEffort } from "../platform/log.ts"
import { createMarker, type Marker } from "./marker.ts"
import { type AgentNeeds, usualTimes } from "./needs.ts"
import type { Reading } from "./present.ts"
import { loopActivity } from "./activity.ts"
import type { RunningShell } from "./running-shell.ts"
import { readSuggestions, type Suggestion } from "./suggestions.ts"
import { createTold } from "./shell-told.ts"

/** One loop whose agent works, waits or is looked at. */
export interface Post {
  readonly actor: Actor
  readonly live: Live
  readonly marker: Marker
  /** Shared by all loops: each kind of viewer and each visit shows the same texts. */
  readonly markdown: Reading["markdown"]
  readonly mayAllowHosts: () => boolean
  readonly tools: () => ToolsState | undefined
  /** Commands that people run beside the agent. */
  readonly shells: Set<RunningShell>
  /** What others would have the agent told. */
  suggestions: readonly Suggestion[]
  /** Messages that are being accepted. */
  accepting: number
  record: LoopRecord
  /** Everything that the loop has used so far, once it was asked for. */
  spent?: Usage
}

/** Who is at work: at most one actor per loop, made when it is needed and forgotten when it is quiet. */
export interface Runner {
  /** The loop's actor; made and brought up to date with the transcript first. */
  of(loop: LoopId): Promise<Post>
  /** Only if it is there already. */
  peek(loop: LoopId): Post | undefined
  /** Forgets it when nothing runs, waits or looks. */
  release(loop: LoopId): void
  /** How many loops have an actor. */
  readonly count: number
  /** Leaves all agents running for the next server. */
  leaveAll(): Promise<void>
}

export const topicOf = (loop: LoopId): string => `loop:${loop}`

/** What is read of a transcript's end, in bytes at a time and in all, to know who waits. */
const piece = 256 * 1024
const atMost = 4 << 20
/** Of a loop that nothing is left to do for: how its last turn ended. */
const quietTail = 16 * 1024
const stopping = "the server stops"
/** Where nothing goes on and nobody asked for so long, in milliseconds, the next loop that is taken up has its place. */
const forgottenAfterMs = 60_000
/** Characters of texts whose markup is kept. */
const rememberedMarkdown = 512 * 1024

/** The last turn failed, or may have, and the message that it began with is further back: it may be tried again. */
function failedWithout(tail: readonly TranscriptEvent[]): boolean {
  const end = tail.findLast(({ kind }) => kind === "turn-finished" || kind === "turn-failed")
  // What commands printed since can be longer than what is read at first.
  if (!end) return true
  if (end.kind !== "turn-failed") return false
  const begin = tail.find((event) => event.kind === "turn-started" && event.turn === end.turn)
  const first = tail[0]?.seq ?? 0
  // A start that failed has no beginning; its message waits and is known to be unfinished.
  return begin?.kind === "turn-started" && begin.messages.some((message) => message < first)
}

export interface RunnerNeeds extends AgentNeeds {
  /** Says of commands that an earlier server was running what became of them. */
  recoverShells(post: Post): Promise<void>
}

/**
 * `adopted` resolves when it is known which sandboxes an earlier server left running, with the loops of those that could
 * not be spoken to any more.
 */
export function createRunner(needs: RunnerNeeds, adopted: Promise<ReadonlySet<LoopId>>): Runner {
  const { loops, events, hub } = needs
  const times = { ...usualTimes, ...needs.times }
  const making = new Map<LoopId, Promise<Post>>()
  const posts = new Map<LoopId, Post>()
  /** When each of them was last asked for. */
  const asked = new Map<LoopId, number>()
  const markdown = lately(renderMarkdown, rememberedMarkdown)
  /** This server ends: what an agent does is the next one's to see. */
  let leaving = false
  /** Lines that became durable while the file was being read. */
  const meanwhile = new Map<LoopId, TranscriptEvent[]>()

  events.on("transcript.appended", ({ loop, events: lines }) => {
    meanwhile.get(loop)?.push(...lines)
    const post = posts.get(loop)
    if (!post) return
    for (const line of lines) takeIn(post, line)
    post.live.appended(lines)
  })

  const leaveTools = needs.sandboxes.onTools?.((loop) => posts.get(loop)?.live.changed())

  function takeIn({ actor, shells }: Post, line: TranscriptEvent): void {
    remember(actor.history, line)
    // In the same moment as its block comes into the conversation: it is shown once.
    if (line.kind === "shell") for (const one of shells) if (one.begun.run === line.run) shells.delete(one)
  }

  async function make(loop: LoopId): Promise<Post> {
    const record = await loops.record(loop)
    if (!record) throw new Error(`there is no loop ${loop}`)
    const late: TranscriptEvent[] = []
    meanwhile.set(loop, late)
    const history = await readHistory(loop, (await loops.unfinished()).includes(loop))
    // A page may ask before that is known: the turn must not be called lost while its agent still runs.
    const outdated = history.history.turn ? (await adopted).has(loop) : false
    if (leaving) throw new Error(stopping)
    const seen = history.last
    for (const event of late) if (event.seq > seen) remember(history.history, event)
    meanwhile.delete(loop)
    const post = assemble(record, history.history)
    post.suggestions = await readSuggestions(needs, loop)
    posts.set(loop, post)
    await post.actor.recover(record, outdated)
    await bestEffort(needs.log, "go on with commands of an earlier server", () => needs.recoverShells(post))
    return post
  }

  function assemble(record: LoopRecord, history: History): Post {
    const loop = record.id
    const topic = topicOf(loop)
    const marker = createMarker(loops, loop)
    const shells = new Set<RunningShell>()
    const tools = () => needs.sandboxes.tools?.(record.id)
    const suggestions: Post["suggestions"] = []
    const post = {
      ...{ record, marker, markdown, tools, shells, suggestions, accepting: 0 },
      mayAllowHosts: loops.mayAllowHosts,
    } as {
      -readonly [K in keyof Post]: Post[K]
    }
    let told = ""
    const live = createLive({
      loop,
      topic,
      hub,
      clock: needs.clock,
      transcript: loops.transcript(loop),
      looks: createLooks(post),
      isQuiet: () => post.actor.state.phase.kind === "idle" && post.actor.state.queue.length === 0,
    })
    post.live = live
    post.actor = createActor({
      ...needs,
      loop,
      history,
      times,
      marker,
      told: createTold(needs, loop),
      viewers: () => hub.viewers(topic),
      live: {
        ...live,
        changed() {
          live.changed()
          const activity = loopActivity(post)
          const text = JSON.stringify(activity)
          if (text !== told) events.announce("agent.activity", { loop, activity })
          told = text
        },
      },
    })
    return post
  }

  async function readHistory(loop: LoopId, unfinished: boolean): Promise<{ history: History; last: number }> {
    const transcript = loops.transcript(loop)
    let tail: TranscriptEvent[] = []
    for (let bytes = 0; ; bytes += piece) {
      const { events: earlier, atStart } = await transcript.before(tail[0]?.seq, unfinished ? piece : quietTail)
      tail = [...earlier, ...tail]
      if (atStart || !(unfinished || failedWithout(tail) || endsInsideTurn(tail)) || bytes + piece >= atMost) break
    }
    const history = newHistory()
    for (const event of tail) remember(history, event)
    return { history, last: tail.at(-1)?.seq ?? 0 }
  }

  function release(loop: LoopId): void {
    const post = posts.get(loop)
    if (!post?.actor.quiet || post.marker.claims > 0 || hub.viewers(topicOf(loop)) > 0) return
    // A sandbox that went by another way leaves a timer that would end the next one.
    post.actor.viewersChanged()
    posts.delete(loop)
    making.delete(loop)
    asked.delete(loop)
  }

  function releaseResting(): void {
    for (const loop of [...posts.keys()])
      if ((asked.get(loop) ?? 0) + forgottenAfterMs <= needs.clock.now()) release(loop)
  }

  function of(loop: LoopId): Promise<Post> {
    const known = making.get(loop)
    if (!known && leaving) return Promise.reject(new Error(stopping))
    asked.set(loop, needs.clock.now())
    if (known) return known
    releaseResting()
    const post = make(loop)
    making.set(loop, post)
    post.catch(() => {
      making.delete(loop)
      meanwhile.delete(loop)
      asked.delete(loop)
    })
    return post
  }

  return {
    of,
    peek: (loop) => posts.get(loop),
    release,
    get count() {
      return posts.size
    },
    async leaveAll() {
      leaving = true
      leaveTools?.()
      await Promise.allSettled(making.values())
      await Promise.all([...posts.values()].map(({ actor }) => actor.leave()))
    },
  }
}

/** A turn is open, and its begin lies further back. */
function endsInsideTurn(tail: readonly TranscriptEvent[]): boolean {
  const last = tail.at(-1)
  if (!last || last.turn === null || last.kind === "turn-finished" || last.kind === "turn-failed") return false
  return !tail.some((event) => event.kind === "turn-started" && event.turn === last.turn)
}
