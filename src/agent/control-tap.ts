import { EventEmitter } from "node:events"
import { PassThrough, Writable } from "node:stream"
import { z } from "zod"
import type { KeptProcess } from "../sandbox/index.ts"
import type { AgentEnd } from "./live-agent.ts"

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
  /** A line that is not control talk; `upTo` is the byte after it. */
  heard(line: string, upTo: number): void
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

const longestLine = 64 << 20
const lastWordsKept = 4_096

export function createControlTap(needs: TapNeeds): ControlTap {
  const owed = new Map<string, number>()
  let introduction = needs.introduction
  let introducing: string | undefined
  let left = false
  let read = 0
  let forgotten = 0
  let wanted = 0
  let lastWords = ""
  let introduced = () => {}
  const whenIntroduced = new Promise<void>((resolve) => (introduced = resolve))

  const child: SdkChild = Object.assign(new EventEmitter(), {
    stdin: lineSink(fromSdk),
    stdout: new PassThrough(),
    killed: false,
    exitCode: null as number | null,
    kill() {
      if (!left) void needs.end().catch((error) => needs.logged(`could not end the agent: ${error}`))
      return true
    },
  })
  child.stdin.on("finish", () => {
    const close = async () => (await needs.kept).closeInput()
    if (!left) void close().catch(() => needs.logged("the agent's input was closed already"))
  })

  async function fromSdk(line: string): Promise<void> {
    if (left) return
    const message = parse(ToAgent, line)
    if (message?.request?.subtype === "initialize") {
      introducing = message.request_id
      if (needs.introduction !== undefined) return answerIntroduction()
    }
    await (await needs.kept).write(`${line}\n`)
    const answered = message?.type === "control_response" ? message.response?.request_id : undefined
    if (answered !== undefined && owed.delete(answered)) forget()
  }

  function answerIntroduction(): void {
    const response = { subtype: "success", request_id: introducing, response: introduction }
    child.stdout.write(`${JSON.stringify({ type: "control_response", response })}\n`)
    introduced()
  }

  function fromAgent(line: string, start: number, end: number): void {
    const message = line.startsWith("{") ? parse(FromAgent, line) : undefined
    if (message?.type.startsWith("control_")) takeControl(message, start)
    else needs.heard(line, end)
    if (message) child.stdout.write(`${line}\n`)
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
    let rest: Uint8Array = new Uint8Array()
    for await (const piece of kept.stdout) {
      if (left) return
      rest = rest.length === 0 ? piece : Buffer.concat([rest, piece])
      for (let at = rest.indexOf(10); at >= 0; at = rest.indexOf(10)) {
        const start = read
        read += at + 1
        fromAgent(new TextDecoder().decode(rest.subarray(0, at)), start, read)
        rest = rest.subarray(at + 1)
      }
      if (rest.length > longestLine) throw new Error("the agent wrote a line of more than 64 MiB")
    }
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
    child.exitCode = code
    child.stdout.end()
    child.emit("exit", code, signal)
    introduced()
    return { code, signal, lastWords: lastWords.trim() }
  }

  async function untilEnd(kept: KeptProcess): Promise<{ code: number | null; signal: string | null }> {
    const read = Promise.allSettled([readOutput(kept), readErrors(kept)])
    const exit = await kept.exited
    for (const one of await read) if (one.status === "rejected") needs.logged(String(one.reason))
    return exit
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
    },
    leave() {
      left = true
      void needs.kept.then((kept) => kept.detach())
    },
    kill: () => needs.end(),
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

function parse<T>(schema: z.ZodType<T>, line: string): T | undefined {
  try {
    const result = schema.safeParse(JSON.parse(line))
    return result.success ? result.data : undefined
  } catch {
    return undefined
  }
}
