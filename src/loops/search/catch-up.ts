import type { LoopId } from "../../lib/ids.ts"
import type { JsonlFile } from "../../platform/disk/jsonl-file.ts"
import { createMarks } from "./marks.ts"
import { saidIn } from "./said.ts"
import type { MarkedBlock, Segments } from "./segments.ts"

interface Needs {
  segments: Segments
  /** The lines of a transcript as they lie on disk. */
  lines(id: LoopId): JsonlFile<unknown>
  /** All loops, and when each was used last. */
  ordered(): readonly { id: LoopId; active: number }[]
}

/** Bytes of a transcript under one table, and of tables in one file. */
const blockBytes = 256 * 1024
const segmentBytes = 4 << 20

/** Learns what transcripts have got since the last time, those that were used last first. */
export function createCatchUp({ segments, lines, ordered }: Needs) {
  /** How it stood with a loop when it was looked at. */
  const looked = new Map<LoopId, number>()

  async function newBlocks(id: LoopId, take: (one: MarkedBlock) => Promise<void>, signal: AbortSignal): Promise<void> {
    const file = lines(id)
    const marks = createMarks()
    let from = await segments.knownTo(id)
    for (let atEnd = false; !atEnd && !signal.aborted;) {
      const read = await file.readFrom(from, blockBytes)
      const last = read.lines.at(-1)
      if (last) {
        for (const { value } of read.lines) marks.add(saidIn(value)?.text ?? "")
        const block = { loop: id, from, to: read.next, at: timeOf(last.value) }
        await take({ block, table: marks.take() })
      }
      atEnd = read.atEnd || !last
      from = read.next
    }
  }

  return {
    isCaughtUp: () => ordered().every(({ id, active }) => (looked.get(id) ?? -1) >= active),
    async run(signal: AbortSignal): Promise<void> {
      let waiting: MarkedBlock[] = []
      let finished: [LoopId, number][] = []
      let bytes = 0
      const write = async () => {
        if (waiting.length > 0) await segments.add(waiting)
        for (const [id, active] of finished) looked.set(id, active)
        waiting = []
        finished = []
        bytes = 0
      }
      const take = async (one: MarkedBlock) => {
        waiting.push(one)
        bytes += one.table.length
        if (bytes >= segmentBytes) await write()
      }
      for (const { id, active } of [...ordered()]) {
        if (signal.aborted) break
        if ((looked.get(id) ?? -1) >= active) continue
        try {
          await newBlocks(id, take, signal)
        } catch (error) {
          // Behind a line that is none, nothing is found.
          if (!(error instanceof SyntaxError)) throw error
        }
        if (!signal.aborted) finished.push([id, active])
      }
      await write()
    },
  }
}

function timeOf(line: unknown): number {
  const at = typeof line === "object" && line !== null && "at" in line ? Date.parse(String(line.at)) : 0
  return Number.isFinite(at) ? at : 0
}
