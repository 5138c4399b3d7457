import type { Clock } from "../../platform/clock.ts"
import { type BoxProcess, type KeptProcess, LinkFailed, type ScreenStart } from "./contract.ts"
import { Gathered } from "../../lib/gathered.ts"
import { Incoming, Pace } from "./incoming.ts"
import { linkFailed, type Operate } from "./operations.ts"
import { exitShape, failedShape, frame, type FrameType, limits, type RequestOf, startedShape } from "./protocol.ts"
import { readJson } from "./shape.ts"
import type { Wire } from "./wire.ts"

type ProcessRequest = RequestOf<"run"> | RequestOf<"keep"> | RequestOf<"attach">
type Exited = { code: number | null; signal: string | null }

const startMs = 30_000
const unreadErrors = 64 << 10
const nothingSaid = { overflowed: undefined, screen: undefined }

/** Starts or joins a program and resolves once the guest says that it runs. */
export async function openProcess(operate: Operate, request: ProcessRequest, clock: Clock): Promise<KeptProcess> {
  const started = Promise.withResolvers<ReturnType<typeof startedShape>>()
  const exited = Promise.withResolvers<Exited>()
  started.promise.catch(() => undefined)
  const stdout = new Incoming()
  const stderr = new Errors()

  const take = (type: FrameType, payload: Uint8Array) => {
    if (type === frame.stdout) stdout.push(payload)
    else if (type === frame.stderr) stderr.push(payload)
    else if (type === frame.started) started.resolve(payload.length > 0 ? readJson(payload, startedShape) : nothingSaid)
    else if (type === frame.exit) finish(readJson(payload, exitShape))
    else if (type === frame.failed) started.reject(linkFailed(readJson(payload, failedShape)))
    else throw new LinkFailed("protocol", "a frame that no program sends")
  }
  const finish = (exit: Exited) => {
    stdout.end()
    stderr.end()
    exited.resolve(exit)
  }
  const wire = await operate(request, (opened) => {
    const pace = new Pace(opened)
    stdout.paceBy(pace)
    stderr.paceBy(pace)
    return {
      frame(type, payload) {
        try {
          take(type, payload)
        } catch (error) {
          opened.cut(`the guest's answer: ${error}`)
        }
      },
      closed(why) {
        started.reject(new LinkFailed(why ? "protocol" : "gone", why ?? "the guest hung up"))
        finish({ code: null, signal: null })
      },
    }
  })
  const cancel = clock.after(startMs, () => started.reject(new LinkFailed("timeout", "the program did not start")))
  try {
    const { overflowed = false, screen } = await started.promise
    return programOn(wire, {
      id: "id" in request ? request.id : "",
      overflowed,
      screen,
      stdout,
      stderr,
      exited: exited.promise,
    })
  } catch (error) {
    wire.cut()
    throw error
  } finally {
    cancel()
  }
}

interface Parts {
  id: string
  overflowed: boolean
  screen: ScreenStart | undefined
  stdout: Incoming
  stderr: Errors
  exited: Promise<Exited>
}

function programOn(wire: Wire, { id, overflowed, screen, stdout, stderr, exited }: Parts): KeptProcess {
  const detach = () => wire.cut()
  const sized: Pick<BoxProcess, "signal" | "resize"> = {
    signal: (name) => wire.sendJson(frame.signal, { name }),
    resize: (columns, rows) => wire.sendJson(frame.resize, { columns, rows }),
  }
  return {
    id,
    overflowed,
    ...(screen && { screen }),
    stdout: stdout.stream,
    get stderr() {
      return stderr.claim()
    },
    exited,
    ...sized,
    async write(input) {
      const bytes = typeof input === "string" ? new TextEncoder().encode(input) : input
      for (let at = 0; at < bytes.length; at += limits.piece) {
        if (wire.isClosed) throw new LinkFailed("gone", "the program's connection is closed")
        await wire.send(frame.stdin, bytes.subarray(at, at + limits.piece))
      }
    },
    closeInput: () => wire.send(frame.stdinEnd),
    acknowledge: (bytes) => wire.sendJson(frame.acknowledge, { bytes }),
    detach,
    async [Symbol.asyncDispose]() {
      detach()
    },
  }
}

/** Error output that nobody asked for must not stop the program: until it is claimed only its last part is kept. */
class Errors {
  #incoming: Incoming | undefined
  #pace: Pace | undefined
  #unclaimed = new Gathered()
  #ended = false

  paceBy(pace: Pace): void {
    this.#pace = pace
  }

  claim(): ReadableStream<Uint8Array> {
    if (this.#incoming) return this.#incoming.stream
    this.#incoming = new Incoming()
    if (this.#pace) this.#incoming.paceBy(this.#pace)
    this.#incoming.push(this.#unclaimed.take())
    if (this.#ended) this.#incoming.end()
    return this.#incoming.stream
  }

  push(bytes: Uint8Array): void {
    if (this.#incoming) return this.#incoming.push(bytes)
    if (this.#ended) return
    this.#unclaimed.push(bytes)
    if (this.#unclaimed.size > 2 * unreadErrors) this.#unclaimed.keepLast(unreadErrors)
  }

  end(): void {
    this.#ended = true
    this.#incoming?.end()
  }
}
