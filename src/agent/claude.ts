import type { HookCallback, Options, PermissionUpdate, Query, SDKUserMessage } from "@anthropic-ai/claude-agent-sdk"
import type { LoopId } from "../lib/ids.ts"
import type { KeptProcess } from "../sandbox/index.ts"
import type { AgentImage } from "./attachments.ts"
import { ContextUsage } from "./agent-file.ts"
import { type ControlTap, createControlTap } from "./control-tap.ts"
import type { AgentHost, AgentListener, AgentStart, LiveAgent } from "./live-agent.ts"
import { signalOf } from "./signals.ts"

/** The id under which a sandbox keeps the agent's program. */
const program = "agent"
const executable = "/opt/loopat/bin/claude"
/** Skills that every loop has, laid there by the program. */
const builtinPlugin = "/opt/loopat/plugins/loopat"
const foreverSeconds = 30 * 86_400
/** Tokens; the agent takes no smaller one. */
const smallestWindow = 100_000

/** The only file that knows the Agent SDK. It is loaded with the first agent: 16 MB that a quiet server saves. */
export function createClaude(): AgentHost {
  return {
    async start(start) {
      await start.box.endKept(program)
      return run(start, (argv, env) => start.box.keep(program, { argv, env, cwd: workdir(start.loop) }))
    },
    async attach(start, introduction) {
      const kept = await start.box.attach(program)
      if (!kept) return undefined
      return { agent: await run(start, async () => kept, introduction), overflowed: kept.overflowed }
    },
  }
}

type Open = (argv: [string, ...string[]], env: Record<string, string>) => Promise<KeptProcess>

async function run(start: AgentStart, open: Open, introduction?: unknown): Promise<LiveAgent> {
  const { query } = await import("@anthropic-ai/claude-agent-sdk")
  const inbox = createInbox()
  /** Aborts before we end or leave the agent: what the SDK gives up then, the agent has not taken back. */
  const parting = new AbortController()
  let tap: ControlTap | undefined
  let opened: Promise<KeptProcess> | undefined
  const conversation = query({
    prompt: inbox.messages,
    options: {
      ...optionsOf(start, parting.signal),
      spawnClaudeCodeProcess({ args, env }) {
        opened = open([executable, ...args], defined(env))
        tap = createControlTap({
          kept: opened,
          ...(introduction !== undefined && { introduction }),
          heard: (line, value, upTo) => start.listener.heard(signalOf(value, line), upTo),
          logged: start.listener.logged,
          end: () => start.box.endKept(program),
        })
        return tap.child
      },
    },
  })
  // Once the SDK reads no more, what the agent says must not pile up before it.
  void drain(conversation, start.listener).then(() => tap?.child.stdout.resume())
  await opened
  if (!tap) throw new Error("the SDK started no agent")
  return liveAgent({ conversation, tap, inbox, parting })
}

interface Parts {
  conversation: Query
  tap: ControlTap
  inbox: Inbox
  parting: AbortController
}

function liveAgent({ conversation, tap, inbox, parting }: Parts): LiveAgent {
  // The SDK leaves a request open for ever when it is closed before the answer.
  const gone = tap.ended.then((): never => {
    throw new Error("the agent ended before it answered")
  })
  gone.catch(() => undefined)
  const answered = <T>(request: Promise<T>): Promise<T> => Promise.race([request, gone])
  return {
    get introduction() {
      return tap.introduction()
    },
    ended: tap.ended,
    ready: tap.introduced,
    say: (text, uuid, images = []) => inbox.put(text, uuid, images),
    interrupt: async () => {
      await answered(conversation.interrupt())
    },
    async setModel(model, window) {
      await answered(conversation.setModel(model))
      await answered(conversation.applyFlagSettings(compacting(window)))
    },
    contextUsage: async () => contextOf(await answered(conversation.getContextUsage({ detail: "summary" }))),
    setMode: (mode) => answered(conversation.setPermissionMode(mode)),
    safe: tap.safe,
    leave() {
      parting.abort()
      tap.leave()
      conversation.close()
    },
    async close() {
      parting.abort()
      conversation.close()
      await tap.kill()
      await tap.ended
    },
  }
}

/** What it says is heard at the tap, in order and with its place; here only the SDK's own talk is kept going. */
async function drain(conversation: Query, listener: AgentListener): Promise<void> {
  try {
    for await (const _message of conversation);
  } catch (error) {
    listener.logged(`the SDK stopped: ${error instanceof Error ? error.message : String(error)}\n`)
  }
}

/** The agent takes a model that it has not heard of for a very large one, and would never make room in time. */
const compacting = (window: number) => ({ autoCompactWindow: Math.max(smallestWindow, window) })

type SdkUsage = Awaited<ReturnType<Query["getContextUsage"]>>

function contextOf({ categories, totalTokens, maxTokens, autoCompactThreshold }: SdkUsage): ContextUsage | undefined {
  const reserve = categories.find(({ kind }) => kind === "buffer")?.tokens
  const compactsAt = autoCompactThreshold ?? (reserve === undefined ? undefined : maxTokens - reserve)
  const parts = categories
    .filter(({ kind }) => kind === "used")
    .map(({ id, name, tokens }) => ({ name, tokens, ...(id !== undefined && { id }) }))
  return ContextUsage.safeParse({ used: totalTokens, window: maxTokens, compactsAt, parts }).data
}

function optionsOf(start: AgentStart, parting: AbortSignal): Options {
  const { loop, session, mode, model, window, doctrine, listener } = start
  return {
    cwd: workdir(loop),
    pathToClaudeCodeExecutable: executable,
    env: environment(loop),
    ...conversationOf(session),
    systemPrompt: { type: "preset", preset: "claude_code", append: doctrine },
    // A repository's own settings are not trusted: they could allow what a person has to decide.
    settingSources: ["user"],
    model,
    ...(window !== undefined && { settings: compacting(window) }),
    mcpServersDelivery: "initialize",
    plugins: [{ type: "local", path: builtinPlugin }],
    pluginDelivery: "initialize",
    includePartialMessages: true,
    forwardSubagentText: true,
    // Not by the option of that name: with it the SDK warns on every start that a person will not be asked.
    extraArgs: { "permission-mode": mode },
    allowDangerouslySkipPermissions: true,
    hooks: { PreToolUse: [{ hooks: [askFirst(listener)], timeout: foreverSeconds }] },
    async canUseTool(tool, input, call) {
      const verdict = await listener.decide({
        tool,
        input,
        toolUse: call.toolUseID,
        suggestions: (call.suggestions ?? []).flatMap(rulesOf),
        noAlways: call.suppressAlwaysAllowRule === true,
        withdrawn: takenBack(call.signal, parting),
        ...(call.decisionReason !== undefined && { reason: call.decisionReason }),
        ...(call.blockedPath !== undefined && { blockedPath: call.blockedPath }),
      })
      if (verdict.kind === "allow") return { behavior: "allow", updatedInput: verdict.input }
      return { behavior: "deny", message: verdict.words }
    },
  }
}

function conversationOf({ id, resume, copied }: AgentStart["session"]): Options {
  if (copied) return { resume: copied.of, resumeSessionAt: copied.upTo, forkSession: true, sessionId: id }
  return resume ? { resume: id } : { sessionId: id }
}

/** A question stays open when we part from the agent that asked it. */
function takenBack(given: AbortSignal, parting: AbortSignal): AbortSignal {
  const back = new AbortController()
  given.addEventListener("abort", () => parting.aborted || back.abort(), { once: true })
  return back.signal
}

/** The agent's own settings and its list of harmless commands would otherwise skip the question. */
const askFirst =
  (listener: AgentListener): HookCallback =>
  async (input) => {
    if (input.hook_event_name !== "PreToolUse") return {}
    await listener.beforeTool()
    if (!listener.mustAsk(input.tool_name)) return {}
    return { hookSpecificOutput: { hookEventName: "PreToolUse", permissionDecision: "ask" } }
  }

const rulesOf = (update: PermissionUpdate) =>
  update.type === "addRules" && update.behavior === "allow"
    ? update.rules.map(({ toolName, ruleContent }) => ({
        tool: toolName,
        ...(ruleContent !== undefined && { content: ruleContent }),
      }))
    : []

const workdir = (loop: LoopId) => `/loopat/loop/${loop}/workdir`

/** Variables of the format description's A9, plus what keeps the agent from calling anybody but the gateway. */
function environment(loop: LoopId): Record<string, string> {
  return {
    HOME: "/home/loopat",
    USER: "loopat",
    LANG: "C.UTF-8",
    PATH: "/opt/loopat/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    CLAUDE_CONFIG_DIR: `/loopat/loop/${loop}/.claude`,
    LOOPAT_LOOP_ID: loop,
    LOOPAT_GATEWAY: "http://127.0.0.1:4180",
    ANTHROPIC_BASE_URL: "http://127.0.0.1:4180",
    ANTHROPIC_UNIX_SOCKET: "/run/loopat/gateway.sock",
    ANTHROPIC_API_KEY: "loopat",
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    DISABLE_TELEMETRY: "1",
    DISABLE_ERROR_REPORTING: "1",
    DISABLE_AUTOUPDATER: "1",
    DISABLE_BUG_COMMAND: "1",
    CLAUDE_CODE_ENABLE_TELEMETRY: "0",
  }
}

const defined = (env: Record<string, string | undefined>) =>
  Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined))

interface Inbox {
  messages: AsyncIterable<SDKUserMessage>
  put(text: string, uuid: string, images: readonly AgentImage[]): void
}

/** Messages on their way to the agent: the SDK takes them as soon as it can. It never ends by itself. */
function createInbox(): Inbox {
  const waiting: SDKUserMessage[] = []
  let wake = () => {}
  return {
    put(text, uuid, images) {
      waiting.push({
        type: "user",
        message: {
          role: "user",
          content: images.length === 0 ? text : [...images.map(imageBlock), ...textBlocks(text)],
        },
        parent_tool_use_id: null,
        uuid: uuid as Uuid,
      })
      wake()
    },
    messages: {
      async *[Symbol.asyncIterator]() {
        while (true) {
          for (let next = waiting.shift(); next; next = waiting.shift()) yield next
          await new Promise<void>((resolve) => (wake = resolve))
        }
      },
    },
  }
}

/** A model takes no empty one. */
const textBlocks = (text: string) => (text.trim() === "" ? [] : [{ type: "text" as const, text }])
const imageBlock = ({ type, data }: AgentImage) => ({
  type: "image" as const,
  source: { type: "base64" as const, media_type: type, data },
})

type Uuid = NonNullable<SDKUserMessage["uuid"]>
