import { EventEmitter } from "node:events"
import { PassThrough, Writable } from "node:stream"
import { z } from "zod"
import type { KeptProcess } from "../sandbox/index.ts"
import { createLines, type Line } from "./lines.ts"
import type { AgentEnd } from "./live-agent.ts"
import { parseJson } from "./signals.ts"

/**
 * Stands between the SDK and the agent's pipes. It reads every line before the SDK does, so that what is heard and
 * what is durable can be told to the byte; and it lets a new SDK take over an agent that an earlier server introduced
 * itself to: the introduction is answered from memory, because the agent gives it only once.
 */
export interface ControlTap {
  /** What the SDK takes for the agent's process. */
  readonly child: SdkChild
  readonly ended: Promise<AgentEnd>
  readonly introduced: Promise<void>
  introduction(): unknown
  /** Bytes of output up to here may be forgotten by the sandbox, unless somebody still owes an answer from before. */
  safe(upTo: number): void
  leave(): void
  kill(): Promise<void>
}

export interface TapNeeds {
  /** The SDK wants its process at once; the sandbox needs a moment. */
  kept: Promise<KeptProcess>
  /** The answer of the agent's first introduction; given when joining an agent that runs already. */
  introduction?: unknown
  /** A line that is not control talk, and what it says as JSON; `upTo` is the byte after it. */
  heard(line: string, value: unknown, upTo: number): void
  logged(text: string): void
  end(): Promise<void>
}

/** The part of node's ChildProcess that the SDK asks for. */
export interface SdkChild extends EventEmitter {
  stdin: Writable
  stdout: PassThrough
  killed: boolean
  exitCode: number | null
  kill(signal: NodeJS.Signals): boolean
}

const ToAgent = z.looseObject({
  type: z.string(),
  request_id: z.string().optional(),
  request: z.looseObject({ subtype: z.string() }).optional(),
  response: z.looseObject({ request_id: z.string() }).optional(),
})
const FromAgent = z.looseObject({
  type: z.string(),
  request_id: z.string().optional(),
  response: z.looseObject({ request_id: z.string().optional() }).optional(),
})

/** Bytes; of a longer line only the beginning is heard, and the SDK does not get it. */
const longestLine = 64 << 20
/** Characters of a message, above which the SDK is spared it: it would copy it, and nobody hears it there. */
const longestForSdk = 1 << 20
const lastWordsKept = 4_096
/** Bytes of output that were heard and are not durable yet, above which no more is read: twice what a sandbox keeps. */
const mostUnsafe = 32 << 20
/** Questions of the agent that nobody has answered, above which no more is read. */
const mostOwed = 200
/** Bytes that the SDK has not taken yet. */
const mostUntaken = 8 << 20

export function createControlTap(needs: TapNeeds): ControlTap {
  const owed = new Map<string, number>()
  let introduction = needs.introduction
  let introducing: string | undefined
  let left = false
  let over = false
  let heardUpTo = 0
  let forgotten = 0
  let wanted = 0
  const door = createDoor()
  let lastWords = ""
  let introduced = () => {}
  const whenIntroduced = new Promise<void>((resolve) => (introduced = resolve))

  const child: SdkChild = Object.assign(new EventEmitter(), {
    stdin: lineSink(fromSdk),
    stdout: new PassThrough(),
    killed: false,
    exitCode: null as number | null,
    // Some seconds after it let go, the SDK makes sure; by then another agent may run in this one's place.
    kill() {
      if (!left && !over) void endIt(needs)
      return true
    },
  })
  child.stdout.on("drain", door.look)
  child.stdin.on("finish", () => {
    if (!left) void closeInput(needs)
  })

  async function fromSdk(line: string): Promise<void> {
    if (left) return
    const message = ToAgent.safeParse(parseJson(line)).data
    if (message?.request?.subtype === "initialize") {
      introducing = message.request_id
      if (needs.introduction !== undefined) return answerIntroduction()
    }
    await (await needs.kept).write(`${line}\n`)
    const answered = message?.type === "control_response" ? message.response?.request_id : undefined
    if (answered !== undefined && owed.delete(answered)) forget()
    door.look()
  }

  function answerIntroduction(): void {
    const response = { subtype: "success", request_id: introducing, response: introduction }
    child.stdout.write(`${JSON.stringify({ type: "control_response", response })}\n`)
    introduced()
  }

  function fromAgent({ text, start, end }: Line): void {
    const value = text.startsWith("{") ? parseJson(text) : undefined
    const message = FromAgent.safeParse(value).data
    const isControl = message?.type.startsWith("control_") === true
    if (isControl) takeControl(message, start)
    else {
      heardUpTo = end
      needs.heard(text, value, end)
    }
    if (message && (isControl || text.length <= longestForSdk)) child.stdout.write(`${text}\n`)
  }

  function takeControl({ type, request_id: id, response }: z.infer<typeof FromAgent>, start: number): void {
    if (type === "control_response") learnIntroduction(response)
    if (type === "control_request" && id !== undefined) owed.set(id, start)
    if (type === "control_cancel_request" && id !== undefined) owed.delete(id)
  }

  function learnIntroduction(response: { request_id?: string; [key: string]: unknown } | undefined): void {
    if (introduction !== undefined || response?.request_id !== introducing) return
    introduction = response?.response
    introduced()
  }

  async function readOutput(kept: KeptProcess): Promise<void> {
    const lines = createLines(longestLine, fromAgent)
    for await (const piece of kept.stdout) {
      if (left) return
      lines.push(piece)
      await door.whileFull(isFull)
    }
  }

  /** More is on its way through here than should be: the agent then waits. */
  function isFull(): boolean {
    if (left || over) return false
    return heardUpTo - wanted > mostUnsafe || owed.size > mostOwed || child.stdout.writableLength > mostUntaken
  }

  async function readErrors(kept: KeptProcess): Promise<void> {
    const decoder = new TextDecoder()
    for await (const piece of kept.stderr) {
      const text = decoder.decode(piece, { stream: true })
      lastWords = (lastWords + text).slice(-lastWordsKept)
      needs.logged(text)
    }
  }

  async function watch(): Promise<AgentEnd> {
    const { code, signal } = await needs.kept.then(untilEnd, (error) => {
      needs.logged(String(error))
      return { code: null, signal: null }
    })
    over = true
    child.exitCode = code
    child.stdout.end()
    child.emit("exit", code, signal)
    introduced()
    return { code, signal, lastWords: lastWords.trim() }
  }

  async function untilEnd(kept: KeptProcess): Promise<{ code: number | null; signal: string | null }> {
    // An agent that nobody hears would wait for ever.
    const heard = readOutput(kept).catch((error: unknown) => {
      needs.logged(`what the agent says cannot be read: ${error}`)
      return kill()
    })
    const read = Promise.allSettled([heard, readErrors(kept)])
    const exit = await kept.exited
    for (const one of await read) if (one.status === "rejected") needs.logged(String(one.reason))
    return exit
  }

  async function kill(): Promise<void> {
    await endIt(needs)
    // Whatever the sandbox says or does not say about it: here it has ended.
    over = true
    door.look()
    await needs.kept.then((kept) => kept.detach(), alreadyLogged)
  }

  function forget(): void {
    const upTo = Math.min(wanted, ...owed.values())
    if (left || upTo <= forgotten) return
    const bytes = upTo - forgotten
    forgotten = upTo
    const tell = async () => (await needs.kept).acknowledge(bytes)
    void tell().catch(() => needs.logged("the sandbox was gone before it could forget"))
  }

  return {
    child,
    ended: watch(),
    introduced: whenIntroduced,
    introduction: () => introduction,
    safe(upTo) {
      wanted = Math.max(wanted, upTo)
      forget()
      door.look()
    },
    leave() {
      left = true
      door.look()
      void needs.kept.then((kept) => kept.detach())
    },
    kill,
  }
}

async function endIt({ end, logged }: TapNeeds): Promise<void> {
  await end().catch((error: unknown) => logged(`could not end the agent: ${error}`))
}

async function closeInput({ kept, logged }: TapNeeds): Promise<void> {
  await kept.then((program) => program.closeInput()).catch(() => logged("the agent's input was closed already"))
}

/** A program that could not be started ends its tap with the reason. */
const alreadyLogged = () => undefined

/** Where a reader waits while something is full; `look` makes it look again. */
function createDoor(): { whileFull(isFull: () => boolean): Promise<void>; look(): void } {
  let wake = () => {}
  return {
    async whileFull(isFull) {
      while (isFull()) await new Promise<void>((resolve) => (wake = resolve))
    },
    look: () => wake(),
  }
}

/** Whole lines, one after the other; the next only when the one before was taken. */
function lineSink(take: (line: string) => Promise<void>): Writable {
  let rest = ""
  const decoder = new TextDecoder()
  return new Writable({
    write(piece: Uint8Array, _encoding, done) {
      rest += decoder.decode(piece, { stream: true })
      const lines = rest.split("\n")
      rest = lines.pop() ?? ""
      const all = async () => {
        for (const line of lines) await take(line)
      }
      all().then(() => done(), done)
    },
  })
}
