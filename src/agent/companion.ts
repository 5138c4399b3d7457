import { z } from "zod"
import type { LoopId, TurnId } from "../lib/ids.ts"
import type { LoopRecord, NewEvent } from "../loops/index.ts"
import type { JsonFile } from "../platform/disk/json-file.ts"
import { bestEffort } from "../platform/log.ts"
import type { Box } from "../sandbox/index.ts"
import { createAgentLog } from "./agent-log.ts"
import { runtimeBlock } from "./doctrine.ts"
import type { AgentEnd, AgentListener, LiveAgent, Mode } from "./live-agent.ts"
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
}

export type Ensured = { kind: "ready" } | { kind: "failed"; detail: string }

interface Session {
  id: string
  resume: boolean
}

export interface CompanionNeeds extends Pick<
  AgentNeeds,
  "loops" | "disk" | "clock" | "ids" | "log" | "host" | "doctrine"
> {
  loop: LoopId
  times: AgentTimes
  writer: Pick<Writer, "now">
  listener: Omit<AgentListener, "logged">
  /** The agent has taken up a message in this conversation before. */
  hasSpoken(): boolean
  ended(end: AgentEnd): void
}

/** `loops/<uuid>/agent-process.json`: what a later server needs to go on with the same agent. */
const Saved = z.looseObject({
  version: z.literal(1),
  session: z.string(),
  /** How the agent introduced itself; it does so only once. */
  introduction: z.unknown().optional(),
  /** The conversation exists: it can be continued. */
  begun: z.boolean(),
})
type Saved = z.infer<typeof Saved>

export const modeOf = (record: LoopRecord): Mode =>
  record.permissionMode === "default" ? "default" : "bypassPermissions"

export function createCompanion(needs: CompanionNeeds): Companion {
  const { loop, loops, clock } = needs
  const file: JsonFile<Saved> = needs.disk.jsonFile(loops.serverFile(loop, "agent-process.json"), (value) =>
    Saved.parse(value),
  )
  const agentLog = createAgentLog(needs)
  let agent: LiveAgent | undefined
  let begun = false
  /** Unknown for one that an earlier server started. */
  let model: string | undefined

  const read = () =>
    file.read().catch((error: unknown) => {
      needs.log.warn("the agent's file is unreadable, its conversation begins anew", { loop, error })
      return undefined
    })

  const start = (
    { box, record, model = "" }: Omit<Wanted, "turn" | "model"> & { model?: string },
    session: Session,
  ) => ({
    loop,
    box,
    session,
    model,
    mode: modeOf(record),
    doctrine: `${needs.doctrine}\n\n${runtimeBlock(record)}`,
    listener: {
      ...needs.listener,
      logged: agentLog,
      heard(signal: Parameters<AgentListener["heard"]>[0], upTo: number) {
        if (signal.kind === "took") begun = true
        needs.listener.heard(signal, upTo)
      },
    },
  })

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
    if (joined.overflowed) {
      await joined.agent.close()
      return false
    }
    keep(joined.agent)
    return true
  }

  async function launch(wanted: Wanted): Promise<Ensured> {
    const { box, record, turn } = wanted
    const session = await chooseSession(record)
    await forgetSignIns(box)
    const one = await needs.host.start(start(wanted, session))
    const end = await introduced(one)
    if (end) {
      if (session.resume && /no conversation found/i.test(end.lastWords)) return startAnew(wanted)
      return { kind: "failed", detail: end.lastWords || `the agent ended with code ${end.code ?? end.signal}` }
    }
    keep(one)
    model = wanted.model
    await saveNow(session.id, one.introduction)
    const event: NewEvent = { kind: "session", turn, id: session.id, why: session.resume ? "resumed" : "new" }
    await needs.writer.now(event)
    return { kind: "ready" }
  }

  async function chooseSession(record: LoopRecord): Promise<Session> {
    const saved = await read()
    const known = record.agentSession
    if (known !== undefined && (needs.hasSpoken() || (saved?.session === known && saved.begun)))
      return { id: known, resume: true }
    const id = needs.ids.uuid()
    // Recorded before the agent first hears of it: a kill in between cannot lose the conversation.
    await loops.change(loop, (newest) => ({ ...newest, agentSession: id }))
    return { id, resume: false }
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

  /** Undefined once the agent has introduced itself; how it ended, or that it did not in time. */
  async function introduced(one: LiveAgent): Promise<AgentEnd | undefined> {
    const late = Promise.withResolvers<"late">()
    const stop = clock.after(needs.times.introduction, () => late.resolve("late"))
    const first = await Promise.race([one.ready, late.promise])
    stop()
    if (first !== "late" && one.introduction !== undefined) return undefined
    if (first === "late") await one.close()
    return first === "late" ? { code: null, signal: null, lastWords: "the agent did not answer in time" } : one.ended
  }

  async function saveNow(session: string, introduction: unknown): Promise<void> {
    await file.update(() => ({ version: 1, session, introduction, begun }))
  }

  return {
    get agent() {
      return agent
    },
    join,
    async ensure(wanted) {
      if (!agent && !(await join(wanted.box, wanted.record))) return launch(wanted)
      if (model !== wanted.model) await agent?.setModel(wanted.model)
      model = wanted.model
      return { kind: "ready" }
    },
    async end() {
      const one = agent
      agent = undefined
      if (!one) return
      await bestEffort(needs.log, "note that the conversation can be continued", () =>
        file.update((saved) =>
          saved
            ? { ...saved, begun: saved.begun || begun, introduction: undefined }
            : { version: 1, session: "", begun },
        ),
      )
      await one.close()
    },
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
