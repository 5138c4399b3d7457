import type { Clock } from "../../platform/clock.ts"
import { LinkFailed } from "./contract.ts"
import { Incoming, Pace } from "./incoming.ts"
import { linkFailed, type Operate } from "./operations.ts"
import { failedShape, frame, type FrameType, limits, type RequestOf } from "./protocol.ts"
import { readJson } from "./shape.ts"
import type { WireEnd } from "./wire.ts"

const firstAnswerMs = 30_000

/** What a file holds, at the reader's pace. A link that is lost on the way is an error of the stream, never its end. */
export async function openRead(
  operate: Operate,
  request: RequestOf<"read">,
  clock: Clock,
): Promise<ReadableStream<Uint8Array>> {
  const begun = Promise.withResolvers<void>()
  begun.promise.catch(() => undefined)
  const incoming = new Incoming()
  let left = request.maxBytes
  const wire = await operate(request, (opened) => {
    incoming.paceBy(new Pace(opened))
    return {
      frame(type, payload) {
        if (type === frame.failed) return fail(linkFailed(readJson(payload, failedShape)))
        if (type === frame.data && payload.length <= left) {
          left -= payload.length
          incoming.push(payload)
        } else if (type === frame.result) incoming.end()
        else return opened.cut("a frame that no file sends")
        begun.resolve()
      },
      closed: (why) => fail(new LinkFailed(why ? "protocol" : "gone", why ?? "the guest hung up")),
    }
  })
  const fail = (error: LinkFailed) => {
    begun.reject(error)
    incoming.fail(error)
  }
  const cancel = clock.after(firstAnswerMs, () => fail(new LinkFailed("timeout", "no answer to read")))
  incoming.left.addEventListener("abort", () => wire.cut())
  try {
    await begun.promise
    return incoming.stream
  } catch (error) {
    wire.cut()
    throw error
  } finally {
    cancel()
  }
}

/** Tells of changes until it is closed, or until it cannot any more. */
export async function openWatch(
  operate: Operate,
  request: RequestOf<"watch">,
  { clock, changed, ended }: { clock: Clock; changed(): void; ended(): void },
): Promise<{ close(): void }> {
  const started = Promise.withResolvers<void>()
  started.promise.catch(() => undefined)
  let isClosed = false
  const take = (type: FrameType, payload: Uint8Array): boolean => {
    if (type === frame.started) started.resolve()
    else if (type === frame.data && payload.length === 0) changed()
    else if (type === frame.failed) started.reject(linkFailed(readJson(payload, failedShape)))
    else return false
    return true
  }
  const wire = await operate(request, (opened): WireEnd => ({
    frame(type, payload) {
      if (!take(type, payload)) opened.cut("a frame that no watch sends")
    },
    closed(why) {
      started.reject(new LinkFailed(why ? "protocol" : "gone", why ?? "the guest hung up"))
      if (!isClosed) ended()
    },
  }))
  const cancel = clock.after(limits.helloMs, () => started.reject(new LinkFailed("timeout", "no answer to watch")))
  const close = () => {
    isClosed = true
    wire.cut()
  }
  try {
    await started.promise
    return { close }
  } catch (error) {
    close()
    throw error
  } finally {
    cancel()
  }
}
