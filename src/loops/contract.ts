import type { LoopId, UserName } from "../lib/ids.ts"
import type { SignedIn } from "../platform/http/visitor.ts"
import type { SandboxSpec } from "../sandbox/contract.ts"
import type { LoopRecord } from "./record.ts"
import type { EventOf, KnownEvent, NewEvent, TranscriptEvent } from "./transcript-event.ts"

/** A loop together with the right to read it. */
export interface ViewedLoop {
  readonly record: LoopRecord
  readonly viewer: UserName
  readonly drives: boolean
  readonly owns: boolean
}

/** A loop together with the right to act as its driver. Only `forDriver` makes one. */
export interface DrivenLoop extends ViewedLoop {
  readonly drives: true
  /** Keeps this type from being written by hand. */
  readonly right: symbol
}

export interface ActingLoop {
  readonly driver: UserName
  readonly rests?: "archived" | "deleted" | "offered"
}

export type NotViewed = { kind: "not-found" }
export type NotDriven =
  | NotViewed
  | { kind: "archived" }
  | { kind: "deleted" }
  | { kind: "offered"; to?: UserName }
  | { kind: "not-driver"; driver: UserName }

export interface Loops extends AsyncDisposable {
  forViewer(id: unknown, user: SignedIn): Promise<{ kind: "viewed"; loop: ViewedLoop } | NotViewed>
  forDriver(id: unknown, user: SignedIn): Promise<{ kind: "driven"; loop: DrivenLoop } | NotDriven>
  /**
   * For what comes from inside a loop, on its own channel: it has its driver's rights, and while it rests it changes
   * nothing. Undefined where there is no such loop.
   */
  asItself(id: LoopId): Promise<ActingLoop | undefined>
  /** For the program itself (agent, gateway, recovery): no person asks. */
  record(id: LoopId): Promise<LoopRecord | undefined>
  /** A change of one intention; the function sees the newest record. Announces `loop.changed`. */
  change(id: LoopId, change: (record: LoopRecord) => LoopRecord): Promise<LoopRecord>
  transcript(id: LoopId): Transcript
  /** What the sandbox of a prepared loop is made of. Undefined while it is not prepared. */
  sandboxSpec(id: LoopId): Promise<SandboxSpec | undefined>
  /** Makes what its sandbox is to have mounted and is not there yet; before each start. */
  layOut(id: LoopId): Promise<void>
  /** Ids of loops marked as having accepted work that is not finished; survives a kill. */
  unfinished(): Promise<LoopId[]>
  markUnfinished(id: LoopId, unfinished: boolean): Promise<void>
  /** Host path of a loop's own `agent.log`, `usage.jsonl` and the like: server-side files only, never the sandbox's. */
  serverFile(
    id: LoopId,
    name:
      | "agent.log"
      | "usage.jsonl"
      | "chat_history.jsonl"
      | "agent-process.json"
      | "review.json"
      | "blobs"
      | "attachments"
      | "shell.json"
      | "terminals.json"
      | "suggestions.json"
      | "backup",
  ): string
}

/** The one writer of `messages.jsonl` for a loop. */
export interface Transcript {
  /** Numbered, durable, then returned, and announced as `transcript.appended`. */
  append(...events: NewEvent[]): Promise<KnownEvent[]>
  /**
   * Accepts a message once: the same clientId again returns the line of the first time.
   * At most 20 may wait; the caller says how many do.
   */
  accept(
    message: Omit<EventOf<"user-message">, "seq" | "at" | "turn" | "kind">,
  ): Promise<{ line: EventOf<"user-message">; again: boolean }>
  lastSeq(): Promise<number>
  /** Events after `seq`, oldest first, in pieces of at most about `maxBytes`. */
  after(seq: number, maxBytes?: number): Promise<{ events: TranscriptEvent[]; atEnd: boolean }>
  /** The last events before `seq` (or before the end), in file order. */
  before(seq: number | undefined, maxBytes?: number): Promise<{ events: TranscriptEvent[]; atStart: boolean }>
}

/** News of this feature. */
export type LoopNews = {
  "loop.created": { loop: LoopId; by: UserName }
  /** Record changed: title, state, mode, choice… `rights`: also who may do what with it. */
  "loop.changed": { loop: LoopId; record: LoopRecord; rights: boolean }
  /** Prepared: its sandbox can be started and its queue delivered. */
  "loop.ready": { loop: LoopId }
  "loop.archived": { loop: LoopId; by: UserName }
  "loop.restored": { loop: LoopId; by: UserName }
  "loop.deleted": { loop: LoopId; by: UserName }
  "transcript.appended": { loop: LoopId; events: KnownEvent[] }
}

/** What the agent tells the lists; loops keeps the newest per loop, in memory. */
export interface LoopActivity {
  status: "idle" | "working" | "queued" | "needs-you" | "failed" | "preparing"
  /** When it began, milliseconds. */
  since: number
  /** Tool headline, reason in a few words, kind of ask. May quote the transcript: shown to readers of it only. */
  headline?: string
  waiting: number
}
export type AgentNews = {
  "agent.activity": { loop: LoopId; activity: LoopActivity }
  /** Its sandbox runs, and nothing that the turn brings about has happened yet. A turn that comes back begins again. */
  "turn.begins": { loop: LoopId; turn: string }
  "turn.finished": { loop: LoopId; turn: string; outcome: "done" | "interrupted" | "failed" }
}
