import { expect, test } from "bun:test"
import type { KnownEvent, NewEvent } from "../loops/index.ts"
import { testClock } from "../testing/clock.ts"
import { createWriter } from "./writer.ts"

const notice = (text: string): NewEvent => ({ kind: "notice", turn: null, code: "c", level: "info", text })

/** A writer over a transcript that takes lines or refuses them. */
function world() {
  const clock = testClock()
  const written: string[] = []
  const disk = { full: false }
  const turned: unknown[] = []
  const writer = createWriter(
    {
      async append(...events) {
        await Promise.resolve()
        if (disk.full) throw new Error("no space")
        for (const event of events) if (event.kind === "notice") written.push(event.text)
        return events as KnownEvent[]
      },
    },
    clock,
    (refusal) => void turned.push(refusal instanceof Error ? refusal.message : refusal),
  )
  return { clock, written, disk, writer, turned }
}

/** Lets everything happen that waits for nothing but its turn. */
const turns = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve()
}

test("lines that come close together are written in their order", async () => {
  const { writer, written, clock } = world()
  void writer.later(notice("a"))
  void writer.later(notice("b"))
  await writer.now(notice("c"))
  void writer.later(notice("d"))
  clock.advance(50)
  await writer.flushed()
  expect(written).toEqual(["a", "b", "c", "d"])
})

test("what the agent said while the disk was full is written when there is room, in order and once", async () => {
  const { writer, written, disk, clock } = world()
  disk.full = true
  const said = writer.later(notice("a"))
  const ended = writer.sure(notice("b"))
  await turns()
  void writer.later(notice("c"))
  clock.advance(1_000)
  await turns()
  expect(written).toEqual([])
  disk.full = false
  clock.advance(1_000)
  await Promise.all([said, ended])
  await writer.flushed()
  expect(written).toEqual(["a", "b", "c"])
})

test("a disk that refuses for long is told of once, and once more when it takes lines again", async () => {
  const { writer, disk, clock, turned } = world()
  disk.full = true
  const said = writer.sure(notice("a"))
  await turns()
  for (let second = 0; second < 3; second++) {
    clock.advance(1_000)
    await turns()
  }
  expect([writer.refused, turned]).toEqual([true, ["no space"]])
  disk.full = false
  clock.advance(1_000)
  await said
  expect([writer.refused, turned]).toEqual([false, ["no space", undefined]])
})

test("a person's line is refused at once by a full disk, and the agent's lines before it are kept", async () => {
  const { writer, written, disk, clock } = world()
  disk.full = true
  void writer.later(notice("said"))
  await expect(writer.now(notice("typed"))).rejects.toThrow("no space")
  await expect(writer.now(notice("typed again"))).rejects.toThrow("no space")
  disk.full = false
  await writer.now(notice("typed at last"))
  clock.advance(5_000)
  await writer.flushed()
  expect(written).toEqual(["said", "typed at last"])
})

test("a stop tries once more and does not wait for a disk that stays full", async () => {
  const { writer, written, disk, clock } = world()
  disk.full = true
  void writer.later(notice("a"))
  await writer.stop()
  expect([written, clock.timers]).toEqual([[], 0])
  const other = world()
  void other.writer.later(notice("a"))
  await other.writer.stop()
  expect([other.written, other.clock.timers]).toEqual([["a"], 0])
})

test("a line that is given in any moment around the end of a write is written", async () => {
  for (let moments = 0; moments < 30; moments++) {
    const { writer, written } = world()
    void writer.now(notice("first"))
    for (let i = 0; i < moments; i++) await Promise.resolve()
    void writer.sure(notice("second"))
    await turns()
    await turns()
    expect([moments, written]).toEqual([moments, ["first", "second"]])
  }
})
