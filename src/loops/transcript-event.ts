import { z } from "zod"

/**
 * What a loop's transcript (`messages.jsonl`, format description B3) may hold. Every line also has `seq` (from 1,
 * without gaps), `at` (RFC 3339) and `turn` (`turn_<20 hex>` or null). Lines of an unknown kind are kept and passed on.
 */
const kinds = {
  "loop-created": { version: z.literal(1), by: z.string() },
  "user-message": {
    by: z.string(),
    via: z.enum(["web", "api", "chat", "card"]),
    clientId: z.string(),
    text: z.string(),
    attachments: z.array(z.looseObject({ name: z.string(), type: z.string(), bytes: z.number(), sha256: z.string() })),
    mode: z.string().optional(),
  },
  /** `message` and `before` are the seq of user-message lines. */
  "queue-changed": {
    message: z.number(),
    op: z.enum(["edit", "remove", "move", "hold", "now"]),
    by: z.string(),
    text: z.string().optional(),
    before: z.number().optional(),
  },
  "turn-started": {
    messages: z.array(z.number()),
    by: z.enum(["person", "agent"]),
    model: z.string(),
    provider: z.string(),
    /** Numbers of the `shell` lines that the agent is given with the message. */
    commands: z.array(z.number()).optional(),
  },
  "turn-finished": {
    outcome: z.enum(["done", "interrupted"]),
    why: z.string().optional(),
    usage: z
      .looseObject({
        input: z.number(),
        output: z.number(),
        cacheRead: z.number(),
        cacheWrite: z.number(),
        ms: z.number(),
        /** Until the model began to say something. */
        firstMs: z.number().optional(),
      })
      .optional(),
  },
  "turn-failed": {
    reason: z.string(),
    sentence: z.string(),
    /** What the page offers: `retry`, `continue`, `settings`, `image`. */
    action: z.string().optional(),
    /** The words from below, folded on the page. */
    detail: z.string().optional(),
    /** What the gateway heard from the provider, where that was the reason. */
    refused: z.unknown().optional(),
  },
  agent: {
    message: z.looseObject({ type: z.string() }),
    /** Texts of which the message holds only the beginning: their place (a JSON pointer), file in `blobs/` and size. */
    blobs: z.array(z.looseObject({ at: z.string(), sha256: z.string(), bytes: z.number() })).optional(),
  },
  asked: {
    ask: z.string(),
    what: z.enum(["permission", "question", "plan", "elicitation", "budget", "secret", "sign-in"]),
    tool: z.string().optional(),
    toolUse: z.string().optional(),
    input: z.unknown().optional(),
    questions: z.array(z.unknown()).optional(),
    /** Why the agent asks, in its words. */
    reason: z.string().optional(),
    /** What "always" would allow; absent where it must not be offered. */
    rule: z.string().optional(),
  },
  answered: {
    ask: z.string(),
    by: z.string(),
    /** `allow`, `always`, `deny`, `answer`, `withdrawn`. */
    decision: z.string(),
    answers: z.record(z.string(), z.unknown()).optional(),
    rule: z.string().optional(),
    note: z.string().optional(),
  },
  /** A command that a person ran beside the agent, with what it printed. */
  shell: {
    /** Differs from one command to the next, and nothing inside the sandbox knows it. */
    run: z.string(),
    by: z.string(),
    clientId: z.string(),
    command: z.string(),
    /**
     * `stopped` by a person; `too-long`: at its limit; `lost`: the sandbox went away; `cut-off`: the server stopped;
     * `not-run`: it never reached the sandbox, and `why` says the reason.
     */
    how: z.enum(["ended", "stopped", "too-long", "lost", "cut-off", "not-run"]),
    why: z.string().optional(),
    /** Its exit code; null where it has none. */
    exit: z.number().nullable(),
    signal: z.string().optional(),
    /** What it printed; of a long output the beginning, the end, and how many bytes are left out between them. */
    text: z.string(),
    end: z.string().optional(),
    cut: z.number(),
    /** Where all of it is, below the agent's folder in the sandbox. */
    file: z.string().optional(),
    ms: z.number().optional(),
    /** The agent is told of it with the next message. */
    agentSees: z.boolean(),
  },
  set: { what: z.string(), from: z.unknown().optional(), to: z.unknown().optional(), by: z.string() },
  session: { id: z.string(), why: z.enum(["new", "resumed", "cleared", "compacted", "forked"]) },
  archived: { by: z.string() },
  restored: { by: z.string() },
  deleted: { by: z.string() },
  /** Programs inside were not let out: what they asked for, and how many places more. */
  "network-refused": {
    places: z.array(
      z.object({
        host: z.string(),
        port: z.number(),
        program: z.string(),
        times: z.number(),
        why: z.enum(["name", "address"]),
      }),
    ),
    more: z.number(),
  },
  /** What the turn `of` changed in the loop's files; it may come after the beginning of the next one. */
  "turn-changed": { of: z.string(), files: z.number(), added: z.number(), removed: z.number() },
  /** What became of what the loop proposed. `commits`: how many wait, at `proposed`. */
  proposal: {
    shelf: z.enum(["knowledge", "notes", "personal"]),
    branch: z.string(),
    step: z.enum(["proposed", "merged", "discarded", "withdrawn", "sent-back"]),
    by: z.string(),
    commits: z.number(),
  },
  notice: { code: z.string(), text: z.string(), level: z.enum(["info", "warning", "error"]) },
} as const

type Kinds = typeof kinds
type Fields<K extends keyof Kinds> = z.infer<z.ZodObject<Kinds[K]>>

/** A line before it has its number and time. */
export type NewEvent = { [K in keyof Kinds]: { kind: K; turn: string | null } & Fields<K> }[keyof Kinds]

interface Numbered {
  seq: number
  at: string
  turn: string | null
}
export type KnownEvent = Numbered & NewEvent
/** A kind this program does not know, kept as it came. */
export interface UnknownEvent extends Numbered {
  kind: "unknown"
  original: Record<string, unknown>
}
export type TranscriptEvent = KnownEvent | UnknownEvent
export type EventOf<K extends keyof Kinds> = Extract<KnownEvent, { kind: K }>

const numbered = { seq: z.number().int().positive(), at: z.string(), turn: z.string().nullable() }
const known = z.discriminatedUnion(
  "kind",
  Object.entries(kinds).map(([kind, fields]) => z.object({ kind: z.literal(kind), ...numbered, ...fields })) as never,
)
const any = z.looseObject({ kind: z.string(), ...numbered })

/**
 * Parses one line; throws only when even `seq`, `at`, `turn` or `kind` is missing. The schemas change nothing, so a line
 * that fits is given back as it came, with what later versions added to it.
 */
export function parseTranscriptEvent(value: unknown): TranscriptEvent {
  const result = known.safeParse(value)
  if (result.success) return value as KnownEvent
  const original = any.parse(value)
  return { kind: "unknown", seq: original.seq, at: original.at, turn: original.turn, original }
}
