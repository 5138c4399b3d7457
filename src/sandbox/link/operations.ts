import type { Clock } from "../../platform/clock.ts"
import { LinkFailed } from "./contract.ts"
import { type Failure, failedShape, frame, type FrameType, type Request } from "./protocol.ts"
import { readJson, type Shape } from "./shape.ts"
import type { Wire, WireEnd } from "./wire.ts"

/** Gets a connection for one operation and puts `end` on it before the request is sent. */
export type Operate = (request: Request, end: (wire: Wire) => WireEnd) => Promise<Wire>

export const linkFailed = ({ kind, message }: Failure): LinkFailed => new LinkFailed("refused", message, kind)

export interface Question<T> {
  request: Request
  shape: Shape<T>
  clock: Clock
  timeoutMs?: number
  /** Gets the bytes of `data` frames; throwing cuts the connection. */
  onData?: (bytes: Uint8Array) => void
  /** Sends what belongs to the request once the guest is ready for it. */
  onStarted?: (wire: Wire) => Promise<void>
}

const answerMs = 30_000

/** An operation with one answer. */
export async function ask<T>(operate: Operate, question: Question<T>): Promise<T> {
  const { request, shape, clock, onData, onStarted } = question
  const answer = Promise.withResolvers<T>()
  // Rejections before somebody waits are not lost: the promise is returned below.
  answer.promise.catch(() => undefined)
  let onceStarted = onStarted
  const take = (wire: Wire, type: FrameType, payload: Uint8Array) => {
    if (type === frame.result) answer.resolve(readJson(payload, shape))
    else if (type === frame.failed) answer.reject(linkFailed(readJson(payload, failedShape)))
    else if (type === frame.data && onData) onData(payload)
    else if (type === frame.started && onceStarted) {
      onceStarted(wire).catch(answer.reject)
      onceStarted = undefined
    } else wire.cut("an answer that was not asked for")
  }
  const wire = await operate(request, (opened) => ({
    frame(type, payload) {
      try {
        take(opened, type, payload)
      } catch (error) {
        answer.reject(error instanceof LinkFailed ? error : new LinkFailed("protocol", `the guest's answer: ${error}`))
        opened.cut()
      }
    },
    closed: (why) => answer.reject(why ? new LinkFailed("protocol", why) : new LinkFailed("gone", "the guest hung up")),
  }))
  const cancel = clock.after(question.timeoutMs ?? answerMs, () =>
    answer.reject(new LinkFailed("timeout", `no answer to ${request.op}`)),
  )
  try {
    return await answer.promise
  } finally {
    cancel()
    wire.cut()
  }
}
