import type { LoopId, TurnId } from "../lib/ids.ts"
import type { NewEvent } from "../loops/index.ts"
import type { Clock } from "../platform/clock.ts"
import type { Log } from "../platform/log.ts"
import type { LiveText } from "./actor.ts"
import type { Companion } from "./companion.ts"
import { flat } from "./flat.ts"
import { answersUuid, messageUuid } from "./effects.ts"
import type { History } from "./history.ts"
import type { AgentListener } from "./live-agent.ts"
import type { AgentNeeds } from "./needs.ts"
import { type Blobs, cutLong, type LongText, notKept } from "./oversize.ts"
import { createPlaces, type Places, type Result } from "./places.ts"
import { resultFailure } from "./result-failure.ts"
import { plainScrubber, type Scrubber } from "./scrub.ts"
import type { Told } from "./shell-told.ts"
import type { AgentMessage, AgentSignal } from "./signals.ts"
import type { AgentEvent } from "./turn.ts"
import type { Writer } from "./writer.ts"

/** Hears one agent: what is whole is stored, what is a piece is shown, and the reducer learns what it means. */
export interface Ear {
  /** When the model began to say something in this turn, in milliseconds since the epoch. */
  readonly firstAt: number | undefined
  /** From here on it hears another agent. What it returns is told what this one says, and up to which byte. */
  another(): AgentListener["heard"]
  scrubWith(scrubber: Scrubber): void
  /** A person has something new for it to say: what it said before counts no more. */
  freshMessage(): void
  /** A turn ended: what comes now belongs to the next. */
  settle(): void
  /** Nothing more comes of what streams right now. */
  brokeOff(): void
  /** Another server's turn goes on here. */
  resumed(turn: NonNullable<History["turn"]>, companion: Pick<Companion, "agent">): void
}

export interface EarNeeds {
  loop: LoopId
  history: History
  writer: Writer
  blobs: Pick<Blobs, "keep">
  live: LiveText
  clock: Clock
  log: Log
  inOrder(what: string, work: () => Promise<void>): void
  dispatch(event: AgentEvent): void
  gateway: Pick<AgentNeeds["gateway"], "lastFailure">
  turn(): TurnId | undefined
  safe(upTo: number): void
  /** It said more than anybody could want to keep: it must be ended. */
  flooded(): void
  told: Pick<Told, "wording" | "images">
  /** In characters. */
  mostPerMessage?: number
}

/** Where something was said, and by which agent. */
interface Place {
  its: Places
  upTo: number
}

/** What an agent may add to the transcript for one message of a person, in characters, unless said otherwise. */
const usualMost = 256 << 20
/** What each line costs besides its words. */
const lineCost = 512
/** Pieces of rubbish that are kept for one message of a person. */
const mostRubbish = 20

export function createEar(needs: EarNeeds): Ear {
  const { history, writer, live, dispatch, inOrder } = needs
  let scrubber: Scrubber = plainScrubber
  let places = createPlaces()
  let introduced = ""
  /** The message that the agent says it took up last, until its result comes. */
  let took: string | undefined
  let firstAt: number | undefined
  let spent = 0
  let rubbish = 0
  /** It said too much and is being ended: nothing more of it is heard. */
  let isFlooding = false

  /** Whether that much more may be stored; the first time that it may not ends the agent. */
  function spend(size: number): boolean {
    if (isFlooding) return false
    spent += size + lineCost
    isFlooding = spent > (needs.mostPerMessage ?? usualMost)
    if (isFlooding) needs.flooded()
    return !isFlooding
  }

  function store(said: AgentMessage, uuid: string | undefined): void {
    if (uuid !== undefined && history.uuids.has(uuid)) return
    const { fields, size } = flat(said)
    const message: AgentMessage = { ...fields, type: said.type }
    if (isKnownInit(message) || !spend(size)) return
    // Before anything is cut: half a secret would be none that is known.
    const { message: stored, long } = cutLong(scrubber.deep(message))
    const event = { kind: "agent", turn: needs.turn() ?? null, message: stored } as const
    writer
      .later(long.length === 0 ? event : withLong(event, long))
      .catch((error: unknown) => needs.log.error("could not store what the agent said", { loop: needs.loop, error }))
  }

  async function withLong(event: Extract<NewEvent, { kind: "agent" }>, long: readonly LongText[]): Promise<NewEvent> {
    const kept = await needs.blobs.keep(needs.loop, long).catch((error: unknown) => {
      needs.log.error("could not keep a long text of the agent", { loop: needs.loop, error })
      return notKept(long)
    })
    return { ...event, blobs: kept }
  }

  /** Text that was shown and never became whole is kept, as far as it came. */
  function brokeOff(): void {
    const part = live.unfinished()
    if (part?.of === "text" && part.text !== "") store(partOf(part.text), undefined)
    live.still(part?.of === "text")
  }

  /** The agent introduces its tools with every turn: once is enough. */
  function isKnownInit(message: AgentMessage): boolean {
    if (message.type !== "system" || message.subtype !== "init") return false
    const { uuid: _, user_message_uuids: __, ...rest } = message
    const text = JSON.stringify(rest)
    const known = text === introduced
    introduced = text
    return known
  }

  function afterResult(signal: Extract<AgentSignal, { kind: "result" }>, tellSafe: () => void): void {
    const answers = signal.answers ?? (took === undefined ? [] : [took])
    took = undefined
    inOrder("end a turn", async () => {
      await writer.flushed()
      const turn = needs.turn()
      const ours = turn !== undefined && answers.some((uuid) => isOf(uuid, turn))
      const refused = needs.gateway.lastFailure(needs.loop)
      const failure = resultFailure(signal.outcome, { refused, answered: history.turn?.answered === true })
      const aborted = signal.outcome.kind === "aborted"
      dispatch({ kind: "result", ours, ...(aborted && { aborted }), ...(failure && { failure }) })
      // After the end of the turn, which was decided just now: until that is durable, the sandbox keeps the result.
      tellSafe()
    })
  }

  /**
   * Of this turn: its first message, or one that brought a parked agent back. An agent that is joined may say once more
   * how an earlier turn ended.
   */
  const isOf = (uuid: string, turn: TurnId) =>
    uuid === messageUuid(turn) || [...history.asks.keys()].some((ask) => uuid === answersUuid(turn, ask))

  /** Once everything that was decided so far is done. */
  function tellSafe(of: Places, result?: Result): void {
    inOrder("tell the sandbox what is safe", async () => {
      if (result) of.ended(result)
      const upTo = of.safe()
      await writer.flushed()
      if (of === places) needs.safe(upTo)
    })
  }

  const reactions: { [K in AgentSignal["kind"]]: (signal: Extract<AgentSignal, { kind: K }>, place: Place) => void } = {
    message({ message, uuid }) {
      const main = message.type === "assistant" && typeof message.parent_tool_use_id !== "string"
      const known = uuid !== undefined && history.uuids.has(uuid)
      if (main && !known && needs.turn() === undefined) dispatch({ kind: "agent-began" })
      store(message, uuid)
      if (main) live.still(!known)
    },
    result(signal, { its, upTo }) {
      const result = its.result(upTo)
      brokeOff()
      store(signal.message, signal.uuid)
      afterResult(signal, () => tellSafe(its, result))
    },
    block({ block, of, tool }) {
      firstAt ??= needs.clock.now()
      live.block(block, of, tool)
    },
    piece: ({ block, text }) => live.piece(block, text),
    took({ uuid }) {
      took = uuid
    },
    activity() {},
    retrying: ({ attempt, of }) => live.retrying(attempt, of),
    mode() {},
    tick() {},
    malformed({ text }) {
      if (!spend(text.length) || ++rubbish > mostRubbish) return
      const code = rubbish === mostRubbish ? "malformed-flood" : "malformed-output"
      writer
        .later({ kind: "notice", turn: needs.turn() ?? null, code, level: "warning", text: scrubber.text(text) })
        .catch((error: unknown) => needs.log.error("could not store a notice", { loop: needs.loop, error }))
    },
  }

  return {
    get firstAt() {
      return firstAt
    },
    another() {
      const its = createPlaces()
      places = its
      return (signal, upTo) => {
        if (isFlooding) return
        const react = reactions[signal.kind] as (signal: AgentSignal, place: Place) => void
        react(signal, { its, upTo })
        its.heard(upTo)
        if (its.isDue) tellSafe(its)
      }
    },
    scrubWith: (next) => void (scrubber = next),
    brokeOff,
    freshMessage() {
      spent = 0
      rubbish = 0
    },
    settle() {
      isFlooding = false
      firstAt = undefined
    },
    resumed(turn, companion) {
      if (turn.spoke) took ??= messageUuid(turn.id)
      // Said again in case the agent never heard it; if it did, it knows the uuid.
      const { message, commands } = turn
      if (!message || turn.spoke) return
      inOrder("say a message again", async () => {
        const text = await needs.told.wording(message.text, commands)
        companion.agent?.say(text, messageUuid(turn.id), await needs.told.images(message.attachments))
      })
    },
  }
}

/** In the form of the agent's own messages, marked as a part. */
const partOf = (text: string): AgentMessage => ({
  type: "assistant",
  parent_tool_use_id: null,
  partial: true,
  message: { role: "assistant", content: [{ type: "text", text }] },
})
