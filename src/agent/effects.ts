import type { TurnId } from "../lib/ids.ts"
import type { NewEvent } from "../loops/index.ts"
import { bestEffort } from "../platform/log.ts"
import type { ActorNeeds } from "./actor.ts"
import type { Asks } from "./asks.ts"
import type { Companion } from "./companion.ts"
import type { Context } from "./context-usage.ts"
import type { Ear } from "./ear.ts"
import type { Starting } from "./starting.ts"
import type { AgentEvent, Effect, Failure } from "./turn.ts"
import type { Writer } from "./writer.ts"

export interface EffectsNeeds extends ActorNeeds {
  writer: Writer
  asks: Asks
  companion: Companion
  context: Pick<Context, "ask">
  starting: Starting
  ear: Pick<Ear, "settle" | "firstAt" | "freshMessage">
  /** As the actor says it. */
  idle(): boolean
  dispatch(event: AgentEvent): void
}

/** Does what the reducer decided. Called one after the other. */
export interface Effects {
  perform(effect: Effect): Promise<void>
}

/** One turn's message for the agent: the same turn is the same uuid, so it can be said twice and is heard once. */
export function messageUuid(turn: string): string {
  const hex = new Bun.CryptoHasher("sha256").update(turn).digest("hex")
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** The same for the message that brings a turn back to which this question was the last one open. */
export const answersUuid = (turn: string, ask: string): string => messageUuid(`${turn} ${ask}`)

export function createEffects(needs: EffectsNeeds): Effects {
  const { loop, history, writer, companion, starting, events } = needs

  async function recordStart(effect: Extract<Effect, { do: "record-start" }>): Promise<void> {
    const { turn, messages, by } = effect
    const { choice } = starting
    const named =
      choice?.kind === "usable" ? { model: choice.model, provider: choice.provider } : { model: "", provider: "" }
    if (by === "agent") events.announce("turn.begins", { loop, turn })
    // Also a turn that the agent begins by itself must be found by a server that comes after a kill.
    await bestEffort(needs.log, "mark a loop as unfinished", () => needs.marker.set(true))
    const commands = by === "person" ? await commandsFor(messages) : []
    const begun: NewEvent = { kind: "turn-started", turn, messages: [...messages], by, ...named }
    await writer.sure(commands.length === 0 ? begun : { ...begun, commands })
  }

  /** What people ran since the agent was last told of it. */
  async function commandsFor(messages: readonly number[]): Promise<number[]> {
    const text = history.waiting.find(({ seq }) => messages.includes(seq))?.text ?? ""
    let commands: number[] = []
    await bestEffort(needs.log, "look for commands that people ran", async () => {
      commands = await needs.told.untold(text)
    })
    return commands
  }

  /** A model that said nothing may not have seen them: they come with the next message once more. */
  async function told(turn: typeof history.turn): Promise<void> {
    if (!turn?.answered || turn.commands.length === 0) return
    await bestEffort(needs.log, "note what the agent was told", () => needs.told.heard(turn.commands))
  }

  async function recordEnd(turn: TurnId, outcome: "done" | "interrupted"): Promise<void> {
    await writer.flushed()
    const { turn: open } = history
    // A turn ends whether or not the ledger can be read.
    let usage: Awaited<ReturnType<typeof usageOf>> | undefined
    await bestEffort(needs.log, "read what a turn used", async () => void (usage = await usageOf(turn)))
    await writer.sure({ kind: "turn-finished", turn, outcome, ...(usage && { usage }) })
    await told(open)
    await over(turn, outcome)
  }

  async function recordFailure(turn: TurnId, failure: Failure): Promise<void> {
    const { turn: open } = history
    await writer.sure({ kind: "turn-failed", turn, ...failure })
    await told(open)
    await over(turn, "failed")
  }

  async function over(turn: TurnId, outcome: "done" | "interrupted" | "failed"): Promise<void> {
    needs.ear.settle()
    needs.context.ask()
    events.announce("turn.finished", { loop, turn, outcome })
    if (needs.idle()) await needs.marker.set(false)
  }

  async function usageOf(turn: TurnId) {
    const now = needs.clock.now()
    const since = history.turn?.since ?? now
    const { firstAt } = needs.ear
    const first = firstAt === undefined || firstAt < since ? {} : { firstMs: firstAt - since }
    const { input, output, cacheRead, cacheWrite, cost } = await needs.gateway.usageOfTurn(loop, turn)
    return { input, output, cacheRead, cacheWrite, ms: Math.max(0, now - since), ...first, ...(cost && { cost }) }
  }

  async function endInterrupted(): Promise<void> {
    await companion.end()
    needs.dispatch({ kind: "process-ended", failure: { reason: "interrupted", sentence: "The agent was ended." } })
  }

  /** With the conversation's own text, quoted: the agent left while it waited for this. */
  function answersText(asks: readonly string[]): string {
    return asks
      .flatMap((ask) => {
        const known = history.asks.get(ask)
        if (!known?.answered) return []
        const { asked, answered } = known
        const question =
          asked.what === "question" ? JSON.stringify(asked.questions) : `${asked.tool} ${JSON.stringify(asked.input)}`
        const words = [answered.decision, answered.note, answered.answers && JSON.stringify(answered.answers)]
        return [`You had asked: ${question}\nThe answer is: ${words.filter(Boolean).join(" · ")}`]
      })
      .concat("Go on from where you were.")
      .join("\n\n")
  }

  const perform: { [D in Effect["do"]]: (effect: Extract<Effect, { do: D }>) => Promise<void> } = {
    start: async ({ turn }) => starting.begin(turn),
    return: async ({ turn }) => starting.begin(turn),
    "record-start": recordStart,
    async "hand-over"({ turn, message }) {
      needs.ear.freshMessage()
      const { turn: open } = history
      if (open?.message?.seq !== message) return
      const text = await needs.told.wording(open.message.text, open.commands)
      companion.agent?.say(text, messageUuid(turn), await needs.told.images(open.message.attachments))
    },
    async "hand-over-answers"({ turn, asks }) {
      needs.ear.freshMessage()
      companion.agent?.say(answersText(asks), answersUuid(turn, asks.at(-1) ?? ""))
    },
    "record-end": ({ turn, outcome }) => recordEnd(turn, outcome),
    "record-failure": ({ turn, failure }) => recordFailure(turn, failure),
    withdraw: ({ asks }) => needs.asks.withdraw(asks),
    async interrupt() {
      starting.cancel()
      // Not awaited: its answer comes with the result, and the reducer knows what to do when it does not.
      const { agent } = companion
      if (agent)
        needs.background.run("interrupt the agent", () =>
          bestEffort(needs.log, "interrupt the agent", () => agent.interrupt()),
        )
    },
    abort: endInterrupted,
    kill: endInterrupted,
    async "stop-sandbox"() {
      if (await needs.isUsed?.(loop)) return
      await needs.sandboxes.stop(loop, "idle")
      const text = "The sandbox was stopped, because nothing had happened in it for a while."
      await writer.sure({ kind: "notice", turn: null, code: "sandbox-idle", level: "info", text })
    },
    async "end-process"() {
      starting.cancel()
      await companion.end()
    },
  }

  return {
    perform(effect) {
      const one = perform[effect.do] as (effect: Effect) => Promise<void>
      return one(effect)
    },
  }
}
