import type { Clock } from "../platform/clock.ts"
import { ByteReader } from "../platform/http1/byte-reader.ts"
import type { Box } from "../sandbox/index.ts"

/** A connection to a port inside, as HTTP/1.1 uses it: one answer after the other. */
export interface Line {
  readonly reader: ByteReader
  readonly writer: WritableStreamDefaultWriter<Uint8Array>
  /** It has brought an answer before: the program may have closed it since. */
  readonly wasUsed: boolean
  close(): void
}

/** Connections that rest between two requests. All of a port lead to one program, so one may follow another's request. */
export interface Lines extends Disposable {
  resting(box: Box, port: number): Line | undefined
  open(box: Box, port: number): Promise<Line>
  /** Keeps one on which a whole answer has come and nothing after it. */
  rest(box: Box, port: number, line: Line): void
}

/** Shorter than the usual patience of servers, so that they are seldom the first to close. */
const restMs = 4_000
const mostOfPort = 8

interface Resting {
  line: Line
  cancel(): void
}

export function createLines(clock: Clock): Lines {
  const all = new Map<string, Resting[]>()
  const boxes = new WeakMap<Box, number>()
  let count = 0

  /** A box that was started anew is another one. */
  function keyOf(box: Box, port: number): string {
    const number = boxes.get(box) ?? count++
    boxes.set(box, number)
    return `${number}:${port}`
  }

  function leave(key: string, line: Line): void {
    const left = (all.get(key) ?? []).filter((one) => one.line !== line)
    if (left.length > 0) all.set(key, left)
    else all.delete(key)
  }

  return {
    resting(box, port) {
      const key = keyOf(box, port)
      const last = all.get(key)?.at(-1)
      if (!last) return undefined
      last.cancel()
      leave(key, last.line)
      return last.line
    },
    async open(box, port) {
      const { readable, writable, close } = await box.connect(port)
      return { reader: new ByteReader(readable), writer: writable.getWriter(), wasUsed: false, close }
    },
    rest(box, port, given) {
      const key = keyOf(box, port)
      const before = all.get(key) ?? []
      if (before.length >= mostOfPort || box.gone.aborted) return given.close()
      const line = { ...given, wasUsed: true }
      const cancel = clock.after(restMs, () => {
        leave(key, line)
        line.close()
      })
      all.set(key, [...before, { line, cancel }])
    },
    [Symbol.dispose]() {
      for (const { line, cancel } of [...all.values()].flat()) {
        cancel()
        line.close()
      }
      all.clear()
    },
  }
}
