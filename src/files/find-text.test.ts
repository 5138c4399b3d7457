import { expect, test } from "bun:test"
import type { BoxProcess } from "../sandbox/index.ts"
import { testClock } from "../testing/clock.ts"
import { findByText } from "./find-text.ts"

/** A search whose output the test writes, and what became of it. */
function searching() {
  let output: ReadableStreamDefaultController<Uint8Array> | undefined
  let disposed = 0
  const ended = Promise.withResolvers<{ code: number | null; signal: string | null }>()
  const empty = () => new ReadableStream<Uint8Array>({ start: (controller) => controller.close() })
  const program: BoxProcess = {
    write: async () => {},
    closeInput: async () => {},
    stdout: new ReadableStream<Uint8Array>({
      start(controller) {
        output = controller
      },
    }),
    stderr: empty(),
    exited: ended.promise,
    signal: async () => {},
    resize: async () => {},
    [Symbol.asyncDispose]: async () => void disposed++,
  }
  return {
    box: { run: async () => program },
    say: (text: string) => output?.enqueue(new TextEncoder().encode(text)),
    end(code: number | null) {
      output?.close()
      ended.resolve({ code, signal: null })
    },
    disposed: () => disposed,
  }
}

test("hits are there before the search has ended, also those whose line comes in two pieces", async () => {
  const search = searching()
  const hits = await findByText(search.box, "x", testClock())
  search.say("./a.ts\u00003:const x\n./b.ts\u000014:x = ")
  expect((await hits.next()).value).toEqual([{ path: "a.ts", line: { number: 3, text: "const x" } }])
  search.say("1\n")
  expect((await hits.next()).value).toEqual([{ path: "b.ts", line: { number: 14, text: "x = 1" } }])
  search.end(0)
  expect(await hits.next()).toEqual({ done: true, value: false })
  expect(search.disposed()).toBe(1)
})

test("a search that takes too long or finds too much says that there may be more, and ends", async () => {
  const slow = searching()
  const time = testClock()
  const hits = await findByText(slow.box, "x", time)
  slow.say("a\u00001:x\n")
  await hits.next()
  const next = hits.next()
  time.advance(10_000)
  expect(await next).toEqual({ done: true, value: true })
  const many = searching()
  const found = await findByText(many.box, "x", testClock())
  many.say("a\u00001:x\n".repeat(1_200))
  expect((await found.next()).value).toHaveLength(1_000)
  expect(await found.next()).toEqual({ done: true, value: true })
  expect([slow.disposed(), many.disposed()]).toEqual([1, 1])
})

test("whoever leaves ends the search, and one that is cut off is no end", async () => {
  const left = searching()
  const hits = await findByText(left.box, "x", testClock())
  left.say("a\u00001:x\n")
  await hits.next()
  await hits.return(false)
  expect(left.disposed()).toBe(1)
  const cut = searching()
  const lost = await findByText(cut.box, "x", testClock())
  cut.end(null)
  expect(lost.next()).rejects.toThrow("the search was cut off")
})
