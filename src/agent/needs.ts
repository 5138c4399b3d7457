import type { LoopId, NewId } from "../lib/ids.ts"
import type { Gateway, Pick as Choice } from "../gateway/index.ts"
import type { AgentNews, LoopNews, LoopRecord, Loops, ViewedLoop, Workbench } from "../loops/index.ts"
import type { Background } from "../platform/background.ts"
import type { Clock } from "../platform/clock.ts"
import type { Disk } from "../platform/disk/disk.ts"
import type { Events } from "../platform/events.ts"
import type { Log } from "../platform/log.ts"
import type { Hub } from "../platform/sse/hub.ts"
import type { Sandboxes } from "../sandbox/index.ts"
import type { AgentHost } from "./live-agent.ts"
import type { NamedValue } from "./scrub.ts"

export type { Choice }

export interface AgentNeeds {
  loops: Pick<
    Loops,
    | "forViewer"
    | "forDriver"
    | "record"
    | "change"
    | "transcript"
    | "sandboxSpec"
    | "unfinished"
    | "markUnfinished"
    | "serverFile"
  > & {
    /** The workspace lets drivers add hosts to their loop's list. */
    mayAllowHosts(): boolean
  }
  sandboxes: Pick<Sandboxes, "start" | "running" | "stop" | "health" | "onHealth"> &
    Partial<Pick<Sandboxes, "tools" | "onTools">>
  gateway: Pick<Gateway, "pick" | "serve" | "usageOfTurn" | "usageOfLoop" | "lastFailure">
  hub: Hub
  events: Events<LoopNews & AgentNews>
  clock: Clock
  ids: NewId
  log: Log
  disk: Disk
  background: Background
  host: AgentHost
  /** Values that must never be stored or shown: the driver's vault and stored keys. */
  secretsOf(record: LoopRecord): Promise<readonly NamedValue[]>
  /** Whether something besides the agent runs in a loop's sandbox, so that it must not be stopped for idleness. */
  isUsed?(loop: LoopId): Promise<boolean>
  /** Does something in a loop's sandbox for the person who drives it; starts it when it rests. */
  inside: Workbench["write"]
  /** Whether its driver shares a terminal of the loop. */
  sharesTerminal?(loop: ViewedLoop): Promise<boolean>
  /** What is done in a running sandbox before an agent starts there; never fails it. */
  beforeStart?(loop: LoopId): Promise<void>
  /** Whether a loop has used up its disk: its agent then does nothing. */
  isFull?(loop: LoopId): Promise<boolean>
  /** Tools wait for it: the loop's files are kept as they were before the turn. */
  beforeTool?(loop: LoopId): Promise<void>
  /** Whether loops that nobody has named are given titles. */
  autoName(): boolean
  /** The bundled doctrine, in Markdown. */
  doctrine: string
  times?: Partial<AgentTimes>
  /** What an agent may add to the transcript for one message of a person, in characters. */
  mostPerMessage?: number
}

/** In milliseconds. */
export interface AgentTimes {
  /** A process that nobody uses is ended: without and with a viewer. */
  idle: number
  idleViewed: number
  /** An unanswered ask keeps its process this long: without and with a viewer. */
  patience: number
  patienceViewed: number
  /** The container, after the process. */
  sandboxIdle: number
  interruptAbort: number
  interruptKill: number
  introduction: number
  /** Between two looks at whether the agent of an open turn still runs. */
  look: number
}

const minute = 60_000
export const usualTimes: AgentTimes = {
  idle: 5 * minute,
  idleViewed: 30 * minute,
  patience: 30 * minute,
  patienceViewed: 240 * minute,
  sandboxIdle: 30 * minute,
  interruptAbort: 5_000,
  interruptKill: 10_000,
  introduction: minute,
  look: 5_000,
}
