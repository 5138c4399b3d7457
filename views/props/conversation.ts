import type { ToolsNoticeView } from "./tools.ts"
import type { SafeHtml } from "../../src/lib/jsx/safe-html.ts"
import type { DiffLine } from "../../src/lib/diff.ts"
import type { FrameView } from "./frame.ts"
import type { RunningShellsView, ShellItem } from "./shell.ts"
import type { BrokenView, LoopHeaderView, PreparingView } from "./loops.ts"
import type { ImageRunView } from "./system.ts"

/** One thing in the conversation. `id` is its DOM id and never changes; `seq` is missing while it is not stored yet. */
export type ConversationItem =
  | UserMessageItem
  | AgentTextItem
  | ThinkingItem
  | ToolItem
  | QuestionItem
  | PermissionItem
  | PlanItem
  | AnsweredItem
  | TurnEndItem
  | FailureItem
  | NoticeItem
  | RefusedItem
  | ShellItem
  | DividerItem

interface Item {
  id: string
  seq?: number
}

export interface UserMessageItem extends Item {
  kind: "user-message"
  author: string
  /** Milliseconds. */
  at: number
  text: string
  clientId?: string
  /** `queued`: accepted, waits for its turn. */
  state: "sent" | "queued"
  images?: { name: string; url: string }[]
}

/** Markdown of the agent. While it streams, finished blocks stand in `html` and the growing one in `tail`. */
export interface AgentTextItem extends Item {
  kind: "agent-text"
  html: SafeHtml
  tail?: SafeHtml
  streaming: boolean
}

export interface ThinkingItem extends Item {
  kind: "thinking"
  text: string
  streaming: boolean
  /** Milliseconds it took, where known. */
  ms?: number
}

export interface ToolItem extends Item {
  kind: "tool"
  /** The tool's own name, written to `data-tool`. */
  tool: string
  state: "pending" | "ok" | "failed"
  body: ToolBody
  /** The tool's words when it failed. */
  error?: string
  ms?: number
  /** Runs inside a sub-agent: indented. */
  nested?: boolean
  /** The page has only the beginning of this many bytes; without an address the rest could not be kept. */
  whole?: { url?: string; bytes: number }
}

/** What a tool was asked and what came of it. `other` shows any tool that nobody has heard of. */
export type ToolBody =
  | { kind: "command"; command: string; description?: string; output?: SafeHtml; background?: boolean }
  | { kind: "edit"; path: string; lines: DiffLine[]; added: number; removed: number }
  | { kind: "write"; path: string; content: string; lines: number }
  | { kind: "read"; path: string; range?: string; result?: string }
  | { kind: "search"; pattern: string; path?: string; matches?: number; result?: string }
  | { kind: "todos"; todos: { text: string; state: "pending" | "in-progress" | "done" }[] }
  | { kind: "agent"; description: string; prompt: string; result?: SafeHtml }
  | { kind: "other"; headline?: string; input: string; result?: string }

interface Ask extends Item {
  loop: string
  ask: string
  /** Only the driver may; others read it. */
  mayAnswer: boolean
  at: number
  formToken?: string
}

/** Posts `answer.<index>` (label, several allowed where `multi`) and `other.<index>`. */
export interface QuestionItem extends Ask {
  kind: "question"
  questions: {
    header: string
    question: string
    multi: boolean
    options: { label: string; description?: string }[]
  }[]
}

/** Posts `decision` (`allow`, `always`, `deny`, `stop`), `command` when edited, `note` with a refusal. */
export interface PermissionItem extends Ask {
  kind: "permission"
  tool: string
  body: ToolBody
  reason?: string
  /** The command may be changed before it is allowed. */
  editable: boolean
  /** What "always" would allow, in the words of the rule. Absent: not offered. */
  rule?: string
}

/** Posts `decision` (`allow`, `deny`, `stop`) and `note`. */
export interface PlanItem extends Ask {
  kind: "plan"
  plan: SafeHtml
}

export interface AnsweredItem extends Item {
  kind: "answered"
  what: "question" | "permission" | "plan" | "other"
  by: string
  decision: "allow" | "always" | "deny" | "answer" | "withdrawn"
  /** Question and chosen words, tool and input in one line, note. */
  lines: { label?: string; text: string }[]
}

export interface TurnEndItem extends Item {
  kind: "turn-end"
  /** Absent where the end itself stands further back. */
  outcome?: "done" | "interrupted"
  ms?: number
  /** Milliseconds until the first word. */
  firstMs?: number
  tokens?: { input: number; output: number }
  cost?: string
  changed?: TurnChangesView
}

/** How much a turn changed, and where that is shown. */
export interface TurnChangesView {
  url: string
  files: number
  added: number
  removed: number
}

export interface FailureItem extends Item {
  kind: "failure"
  sentence: string
  /** Whether anything was lost, where `sentence` does not say it. */
  kept?: string
  detail?: string
  changed?: TurnChangesView
  /** Another turn has begun since: it is told, and calls nobody any more. */
  passed?: true
  action?: {
    kind: "retry" | "continue" | "settings" | "sandbox"
    loop: string
    formToken?: string
    /** The sentence sends the reader to the provider settings. */
    settings?: boolean
  }
}

export interface NoticeItem extends Item {
  kind: "notice"
  level: "info" | "warning" | "error"
  text: string
}

/** What the network refused. Posts `host` to let the loop reach a place. */
export interface RefusedItem extends Item {
  kind: "refused"
  loop: string
  places: {
    /** Host and port, as they were asked for. */
    text: string
    /** The entry that would let it through. */
    entry: string
    program: string
    times: number
    /** Its name is listed, but leads into this machine or its network. */
    inside: boolean
  }[]
  more: number
  /** The driver may allow, where the workspace lets drivers, or ask; others read. */
  may: "allow" | "ask" | "read"
  formToken?: string
}

export interface DividerItem extends Item {
  kind: "divider"
  text: string
}

export interface SuggestionView {
  id: string
  author: string
  /** Milliseconds. */
  at: number
  text: string
  /** Where it comes from. */
  aboutUrl?: string
  editable: boolean
}

export interface QueueView {
  loop: string
  /** What others would have the agent told. */
  suggestions?: SuggestionView[]
  /** Why nothing is delivered now. */
  held?: string
  messages: { seq: number; clientId?: string; author: string; text: string; editable: boolean }[]
  formToken?: string
}

/** How full the agent's memory was at `at` (milliseconds), in tokens. */
export interface ContextView {
  used: number
  window: number
  compactsAt?: number
  parts: { name: string; tokens: number }[]
  at: number
}

export interface ComposerView {
  loop: string
  /** Undefined: this person may write. Else the sentence that says why not. */
  refused?: string
  /** A turn runs: Stop is offered. */
  working: boolean
  mode: "bypassPermissions" | "default"
  model?: { provider: string; model: string; demo: boolean }
  context?: ContextView
  /** Text to keep after a refused post, with its sentence. */
  text: string
  error?: string
  clientId: string
  /** Whether the agent is to see a command; it does unless somebody says otherwise. */
  agentSees?: boolean
  formToken?: string
}

export interface LoopPageView extends FrameView {
  header: LoopHeaderView
  /** The record's state: `preparing`, `broken`, `driven`, `offered`, `archived`, `deleted`. */
  state: string
  items: ConversationItem[]
  /** Address of what came before, if there is more. */
  earlierUrl?: string
  preparing?: PreparingView
  broken?: BrokenView
  queue: QueueView
  shells?: RunningShellsView
  composer: ComposerView
  /** One line of what the agent does right now. */
  activity?: ActivityView
  /** While the loop waits for the base image. */
  image?: ImageRunView
  tools?: ToolsNoticeView | undefined
}

export interface ActivityView {
  kind: "starting" | "thinking" | "tool" | "writing" | "waiting" | "stopping"
  headline?: string
  since: number
}
