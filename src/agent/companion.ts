import type { LoopId, TurnId } from "../lib/ids.ts"
import type { LoopRecord, NewEvent } from "../loops/index.ts"
import { bestEffort } from "../platform/log.ts"
import type { Box } from "../sandbox/index.ts"
import { type AgentFile, nothingSaved } from "./agent-file.ts"
import { createAgentLog } from "./agent-log.ts"
import { createConversations } from "./conversations.ts"
import { runtimeBlock } from "./doctrine.ts"
import type { AgentEnd, AgentListener, LiveAgent, Mode, Session } from "./live-agent.ts"
import type { AgentNeeds, AgentTimes } from "./needs.ts"
import type { Writer } from "./writer.ts"

/** The one agent process that a loop may have, and the conversation that it continues. */
export interface Companion {
  readonly agent: LiveAgent | undefined
  /** The agent that runs, joined or newly started, thinking with this model. */
  ensure(wanted: Wanted): Promise<Ensured>
  /** Joins an agent that an earlier server left running. */
  join(box: Box, record: LoopRecord): Promise<boolean>
  /** Ends it and everything that it started. */
  end(): Promise<void>
  /** Leaves it running for the next server. */
  leave(): void
}

export interface Wanted {
  box: Box
  record: LoopRecord
  turn: TurnId
  model: string
  /** Of that model, in tokens. */
  window: number
}

export type Ensured = { kind: "ready" } | { kind: "failed"; detail: string }

export interface CompanionNeeds extends Pick<
  AgentNeeds,
  "loops" | "disk" | "clock" | "ids" | "log" | "host" | "doctrine"
> {
  loop: LoopId
  file: AgentFile
  times: AgentTimes
  writer: Pick<Writer, "now">
  listener: Omit<AgentListener, "logged" | "heard">
  /** Another agent is about to speak. */
  another(): AgentListener["heard"]
  /** The agent has taken up a message in this conversation before. */
  hasSpoken(): boolean
  /** A turn that the agent must not remember, because its message is sent again. */
  undone(): TurnId | undefined
  ended(end: AgentEnd): void
  /** The agent forgot everything: its conversation goes on under another id. */
  cleared(session: string): void
}

export const modeOf = (record: LoopRecord): Mode =>
  record.permissionMode === "default" ? "default" : "bypassPermissions"

export function createCompanion(needs: CompanionNeeds): Companion {
  const { loop, loops, clock, file } = needs
  const agentLog = createAgentLog(needs)
  let agent: LiveAgent | undefined
  let begun = false
  /** Unknown for one that an earlier server started. */
  let model: string | undefined
  /** The turn that it was started without. */
  let without: string | undefined
  let session: string | undefined

  const read = () =>
    file.read().catch((error: unknown) => {
      needs.log.warn("the agent's file is unreadable, its conversation begins anew", { loop, error })
      return undefined
    })
  const conversations = createConversations({ ...needs, read })

  const start = (
    { box, record, model = "", window }: Pick<Wanted, "box" | "record"> & Partial<Wanted>,
    conversation: Session,
    heard = needs.another(),
  ) => ({
    loop,
    box,
    session: conversation,
    model,
    ...(window !== undefined && { window }),
    mode: modeOf(record),
    doctrine: `${needs.doctrine}\n\n${runtimeBlock(record)}`,
    listener: {
      ...needs.listener,
      logged: agentLog,
      heard(signal: Parameters<AgentListener["heard"]>[0], upTo: number) {
        if (signal.kind === "took") begun = true
        if (signal.kind === "message") follow(signal.session)
        heard(signal, upTo)
      },
    },
  })

  /** A conversation that goes on under another id is another one. */
  function follow(named: string | undefined): void {
    if (named === undefined || session === undefined || named === session) return
    session = named
    needs.cleared(named)
  }

  /** From here on it is the loop's agent, until it ends. */
  function keep(one: LiveAgent): void {
    agent = one
    void one.ended.then((end) => {
      if (agent !== one) return
      agent = undefined
      needs.ended(end)
    })
  }

  async function join(box: Box, record: LoopRecord): Promise<boolean> {
    if (agent) return true
    const kept = await box.kept()
    const saved = await read()
    if (!kept.some(({ id, running }) => id === "agent" && running) || saved?.introduction === undefined) return false
    const joined = await needs.host.attach(
      start({ box, record }, { id: saved.session, resume: true }),
      saved.introduction,
    )
    if (!joined) return false
    begun = saved.begun
    model = undefined
    without = saved.without
    session = saved.session
    if (joined.overflowed) {
      await joined.agent.close()
      return false
    }
    keep(joined.agent)
    return true
  }

  async function launch(wanted: Wanted): Promise<Ensured> {
    const conversation = await conversations.choose(wanted.record)
    await forgetSignIns(wanted.box)
    const outcome = await begin(wanted, conversation)
    const { copied } = conversation
    // An agent that does not find the place still knows the whole conversation.
    return outcome.kind === "failed" && copied ? begin(wanted, await conversations.whole(copied)) : outcome
  }

  async function begin(wanted: Wanted, conversation: Session): Promise<Ensured> {
    const { turn } = wanted
    const { id, resume } = conversation
    session = id
    // What continues exists, also when this process is killed before it can say so.
    begun = resume
    // The next one has not introduced itself yet: who comes after a kill must not join it with the words of another.
    await file.update((saved = nothingSaved) => ({ ...saved, introduction: undefined }))
    const one = await needs.host.start(start(wanted, conversation))
    const end = await introduced(one)
    if (end) {
      if (resume && /no conversation found/i.test(end.lastWords)) return withAnother(wanted, conversation)
      return { kind: "failed", detail: end.lastWords || `the agent ended with code ${end.code ?? end.signal}` }
    }
    keep(one)
    model = wanted.model
    without = needs.undone()
    await saveNow(id, one.introduction)
    const event: NewEvent = { kind: "session", turn, id, why: resume ? "resumed" : "new" }
    await needs.writer.now(event)
    return { kind: "ready" }
  }

  async function withAnother(wanted: Wanted, unknown: Session): Promise<Ensured> {
    const other = await conversations.insteadOf(unknown)
    return other ? begin(wanted, other) : startAnew(wanted)
  }

  async function startAnew(wanted: Wanted): Promise<Ensured> {
    const { record, turn } = wanted
    await loops.change(loop, ({ agentSession: _lost, ...rest }) => rest as LoopRecord)
    const notice: NewEvent = {
      kind: "notice",
      turn,
      code: "memory-lost",
      level: "warning",
      text: "The agent's own record of this conversation is gone. It starts anew and does not know what was said before.",
    }
    await needs.writer.now(notice)
    const { agentSession: _lost, ...fresh } = record
    return launch({ ...wanted, record: fresh as LoopRecord })
  }

  /** `late` when it takes longer than an introduction may. */
  async function inTime<T>(answer: Promise<T>): Promise<T | "late"> {
    const late = Promise.withResolvers<"late">()
    const stop = clock.after(needs.times.introduction, () => late.resolve("late"))
    return Promise.race([answer, late.promise]).finally(stop)
  }

  /** Undefined once the agent has introduced itself; how it ended, or that it did not in time. */
  async function introduced(one: LiveAgent): Promise<AgentEnd | undefined> {
    const first = await inTime(one.ready)
    if (first !== "late" && one.introduction !== undefined) return undefined
    if (first === "late") await one.close()
    return first === "late" ? { code: null, signal: null, lastWords: "the agent did not answer in time" } : one.ended
  }

  const setModel = async (wanted: Wanted) => agent?.setModel(wanted.model, wanted.window)

  async function end(): Promise<void> {
    const one = agent
    agent = undefined
    if (!one) return
    await bestEffort(needs.log, "note that the conversation can be continued", () =>
      file.update((saved = nothingSaved) => ({ ...saved, begun: saved.begun || begun, introduction: undefined })),
    )
    await one.close()
  }

  async function saveNow(id: string, introduction: unknown): Promise<void> {
    // A conversation that begins anew has another memory, and what is unreadable is of no use any more.
    const { context, copies } = (await read()) ?? nothingSaved
    const known = { ...(without && { without }), ...(context && { context }), ...(copies && { copies }) }
    await file.update(() => ({ ...nothingSaved, session: id, introduction, begun, ...known }))
  }

  return {
    get agent() {
      return agent
    },
    join,
    async ensure(wanted) {
      const undone = needs.undone()
      if (undone !== undefined && undone !== without && (agent || (await join(wanted.box, wanted.record)))) await end()
      if (!agent && !(await join(wanted.box, wanted.record))) return launch(wanted)
      if (model !== wanted.model && (await inTime(setModel(wanted))) === "late") {
        needs.log.warn("an agent that does not answer is ended", { loop })
        await end()
        return launch(wanted)
      }
      model = wanted.model
      return { kind: "ready" }
    },
    end,
    leave() {
      agent?.leave()
      agent = undefined
    },
  }

  /** Else new sign-ins would be ignored. */
  async function forgetSignIns(box: Box): Promise<void> {
    for (const name of [".credentials.json", "mcp-needs-auth-cache.json"])
      await bestEffort(needs.log, `remove the agent's ${name}`, async () => {
        if (await box.files.stat("claude-state", name)) await box.files.remove("claude-state", name)
      })
  }
}
