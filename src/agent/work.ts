import type { DrivenLoop, EventOf } from "../loops/index.ts"
import { timestamp } from "../platform/clock.ts"
import { isDiskFailure } from "../platform/disk/calls.ts"
import type { Actor } from "./actor.ts"
import type { Answer, Answered } from "./asks.ts"
import type { Mode } from "./live-agent.ts"
import type { AgentNeeds } from "./needs.ts"
import { parseRule } from "./rules.ts"
import type { Post, Runner } from "./runner.ts"

export interface NewMessage {
  text: string
  clientId: string
  via: EventOf<"user-message">["via"]
  /** Images that are kept already. */
  attachments?: EventOf<"user-message">["attachments"]
}

export type Sent =
  | { kind: "accepted"; line: EventOf<"user-message">; again: boolean }
  | { kind: "empty" }
  /** `most`: characters that a message may have. */
  | { kind: "too-long"; most: number }
  | { kind: "bad-client-id" }
  | { kind: "queue-full" }
  | { kind: "no-space" }

export type Queued =
  { kind: "changed" } | { kind: "already-started" } | { kind: "not-waiting" } | { kind: "empty" } | { kind: "too-long" }

/** What a driver does with the agent. Everything is durable before it is answered. */
export interface Work {
  send(loop: DrivenLoop, message: NewMessage): Promise<Sent>
  stop(loop: DrivenLoop): Promise<void>
  answer(loop: DrivenLoop, ask: string, answer: Answer): Promise<Answered>
  setMode(loop: DrivenLoop, mode: Mode): Promise<void>
  edit(loop: DrivenLoop, message: number, text: string): Promise<Queued>
  remove(loop: DrivenLoop, message: number): Promise<Queued>
  moveUp(loop: DrivenLoop, message: number): Promise<Queued>
  sendNow(loop: DrivenLoop, message: number): Promise<Queued>
  /** Tries again what could not be delivered or was not seen by the model, or sends `text` after another failure. */
  goOn(loop: DrivenLoop, text: string): Promise<"tried" | "sent" | "nothing">
}

const longestMessage = 1_048_576
const mostWaiting = 20

export function createWork(needs: Pick<AgentNeeds, "loops" | "ids" | "clock">, runner: Runner): Work {
  const { loops } = needs
  const postOf = ({ record }: DrivenLoop) => runner.of(record.id)

  async function send(loop: DrivenLoop, { text, clientId, via, attachments = [] }: NewMessage): Promise<Sent> {
    const refused = refusal(text, clientId)
    // An image may say it all.
    if (refused && !(refused.kind === "empty" && attachments.length > 0)) return refused
    const post = await postOf(loop)
    const { actor, marker } = post
    const { waiting } = actor.history
    const known = waiting.some((message) => message.clientId === clientId)
    if (!known && waiting.length + post.accepting >= mostWaiting) return { kind: "queue-full" }
    const message = { by: loop.viewer, via, clientId, text, attachments }
    post.accepting++
    try {
      return await marker.during(async () => {
        const { line, again } = await loops.transcript(loop.record.id).accept(message)
        if (!again) actor.dispatch({ kind: "accepted", message: line.seq })
        return { kind: "accepted", line, again }
      })
    } catch (error) {
      if (isDiskFailure(error)) return { kind: "no-space" }
      throw error
    } finally {
      post.accepting--
    }
  }

  /** One change of the queue: written, then acted on; a message that begins meanwhile is left alone. */
  async function change(
    loop: DrivenLoop,
    message: number,
    { op, ...more }: Pick<EventOf<"queue-changed">, "op" | "text" | "before">,
  ): Promise<{ kind: "changed"; post: Post } | { kind: "already-started" } | { kind: "not-waiting" }> {
    const post = await postOf(loop)
    const { actor } = post
    const isWaiting = () => actor.history.waiting.some(({ seq }) => seq === message)
    const hasBegun = () => actor.history.turn?.message?.seq === message
    if (!isWaiting()) return { kind: hasBegun() ? "already-started" : "not-waiting" }
    await actor.writer.now({ kind: "queue-changed", turn: null, message, op, by: loop.viewer, ...more })
    if (op === "remove" ? hasBegun() : !isWaiting()) return { kind: "already-started" }
    return { kind: "changed", post }
  }

  return {
    send,
    async stop(loop) {
      const { actor } = await postOf(loop)
      actor.dispatch({ kind: "interrupt" })
    },
    async answer(loop, ask, answer) {
      const { actor } = await postOf(loop)
      const outcome = await actor.asks.answer(ask, answer, loop.viewer)
      if (outcome.kind !== "answered") return outcome
      const rule = outcome.rule === undefined ? undefined : parseRule(outcome.rule)
      if (rule) {
        const added = { ...rule, by: loop.viewer, at: timestamp(needs.clock) }
        await loops.change(loop.record.id, (record) => ({ ...record, rules: [...record.rules, added] }))
      }
      if (outcome.stop) actor.dispatch({ kind: "interrupt" })
      return outcome
    },
    async setMode(loop, mode) {
      const { actor } = await postOf(loop)
      const from = loop.record.permissionMode
      if (from === mode) return
      await loops.change(loop.record.id, (record) => ({ ...record, permissionMode: mode }))
      // The record has changed, and that is what counts: the line is written when the disk takes it.
      void actor.writer.sure({ kind: "set", turn: null, what: "mode", from, to: mode, by: loop.viewer })
    },
    async edit(loop, message, text) {
      const refused = refusal(text, "edit")
      if (refused?.kind === "empty" || refused?.kind === "too-long") return { kind: refused.kind }
      const outcome = await change(loop, message, { op: "edit", text })
      if (outcome.kind !== "changed") return outcome
      outcome.post.live.changed()
      return { kind: "changed" }
    },
    async remove(loop, message) {
      const outcome = await change(loop, message, { op: "remove" })
      if (outcome.kind !== "changed") return outcome
      outcome.post.actor.dispatch({ kind: "removed", message })
      return { kind: "changed" }
    },
    async moveUp(loop, message) {
      const { actor } = await postOf(loop)
      const { waiting } = actor.history
      const at = waiting.findIndex(({ seq }) => seq === message)
      // The one before it began meanwhile: it is where it should go.
      if (at === 0) return { kind: "changed" }
      const before = waiting[at - 1]
      if (!before) return { kind: actor.history.turn?.message?.seq === message ? "already-started" : "not-waiting" }
      const outcome = await change(loop, message, { op: "move", before: before.seq })
      if (outcome.kind !== "changed") return outcome
      outcome.post.actor.dispatch({ kind: "moved", message, before: before.seq })
      return { kind: "changed" }
    },
    async sendNow(loop, message) {
      const outcome = await change(loop, message, { op: "now" })
      if (outcome.kind !== "changed") return outcome
      outcome.post.actor.dispatch({ kind: "now", message })
      return { kind: "changed" }
    },
    async goOn(loop, text) {
      const { actor, marker } = await postOf(loop)
      const { phase, queue } = actor.state
      if (phase.kind !== "idle") return "nothing"
      const { unheard } = actor.history
      if (unheard) {
        await marker.during(() => sendAgain(actor, unheard.message.seq, loop.viewer))
        return "tried"
      }
      if (queue.length > 0) {
        actor.dispatch({ kind: "retry" })
        return "tried"
      }
      if (!actor.history.failed) return "nothing"
      await send(loop, { text, clientId: needs.ids.uuid(), via: "web" })
      return "sent"
    },
  }
}

/** The model saw nothing of it, so the same words are the same message, not another one. */
async function sendAgain(actor: Actor, message: number, by: DrivenLoop["viewer"]): Promise<void> {
  await actor.writer.now({ kind: "queue-changed", turn: null, message, op: "now", by })
  // Another turn may have been written down just before: then it is too late, and it does not wait.
  if (actor.history.waiting.some(({ seq }) => seq === message)) actor.dispatch({ kind: "again", message })
}

/** A client id is a name that a page made up for a message; the same one twice is the same message. */
function refusal(text: string, clientId: string): Sent | undefined {
  if (!/^[\w.:-]{1,100}$/.test(clientId)) return { kind: "bad-client-id" }
  if (text.length > longestMessage) return { kind: "too-long", most: longestMessage }
  return text.trim() === "" ? { kind: "empty" } : undefined
}
