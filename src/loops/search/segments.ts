import { join } from "node:path"
import { z } from "zod"
import { type LoopId, parseLoopId } from "../../lib/ids.ts"
import { parsed } from "../../lib/parsed.ts"
import type { Disk } from "../../platform/disk/disk.ts"
import { mayHold } from "./marks.ts"

/** Lines of one transcript, from one byte to another. */
export interface Block {
  loop: LoopId
  from: number
  to: number
  /** Time of the last line, milliseconds since the epoch. */
  at: number
}

export interface MarkedBlock {
  block: Block
  table: Uint8Array
}

/** What is known of all transcripts, in files that may be deleted at any time. */
export interface Segments {
  /** Up to which byte a transcript is known. */
  knownTo(loop: LoopId): Promise<number>
  add(blocks: readonly MarkedBlock[]): Promise<void>
  /** Blocks of these loops that may have all words. */
  candidates(wanted: { places: number[]; mayRead(loop: LoopId): boolean; signal?: AbortSignal }): Promise<Block[]>
  /** Puts small files together and leaves out loops that are gone. */
  tidy(isThere: (loop: LoopId) => boolean): Promise<void>
}

const Head = z.object({
  version: z.literal(1),
  blocks: z.array(
    z.object({
      loop: parsed(parseLoopId, "loop id"),
      from: z.number(),
      to: z.number(),
      at: z.number(),
      size: z.number(),
    }),
  ),
})
type Kept = z.infer<typeof Head>["blocks"][number]

interface Segment {
  path: string
  bytes: number
  blocks: Kept[]
}

/** Files at most, and the size below which they are put together, in bytes. */
const mostFiles = 24
const small = 2 << 20

export function createSegments({ disk, folder, name }: { disk: Disk; folder: string; name(): string }): Segments {
  let loaded: Promise<Segment[]> | undefined
  const known = new Map<LoopId, number>()
  const segments = () => (loaded ??= load())

  async function load(): Promise<Segment[]> {
    const found: Segment[] = []
    for (const file of (await disk.list(folder)).filter((one) => one.endsWith(".marks"))) {
      const path = join(folder, file)
      const content = await disk.read(path)
      const head = content && headOf(content)
      // What a later or a broken program left is worth nothing here, and can be made again.
      if (!head) await disk.remove(path)
      else found.push(learn({ path, bytes: content.length, blocks: head.blocks }))
    }
    return found
  }

  function learn(segment: Segment): Segment {
    for (const { loop, to } of segment.blocks) known.set(loop, Math.max(known.get(loop) ?? 0, to))
    return segment
  }

  async function write(blocks: readonly MarkedBlock[]): Promise<Segment> {
    const kept = blocks.map(({ block, table }) => ({ ...block, size: table.length }))
    const head = Buffer.from(JSON.stringify({ version: 1, blocks: kept }))
    const length = Buffer.alloc(4)
    length.writeUInt32LE(head.length)
    const content = Buffer.concat([length, head, ...blocks.map(({ table }) => table)])
    const path = join(folder, `${name()}.marks`)
    await disk.makeFolder(folder)
    await disk.write(path, content)
    return learn({ path, bytes: content.length, blocks: kept })
  }

  return {
    async knownTo(loop) {
      await segments()
      return known.get(loop) ?? 0
    },
    async add(blocks) {
      const all = await segments()
      all.push(await write(blocks))
    },
    async candidates({ places, mayRead, signal }) {
      const found = new Map<string, Block>()
      for (const segment of [...(await segments())]) {
        if (signal?.aborted) break
        const content = await disk.read(segment.path)
        if (!content) continue
        for (const { start, size, ...block } of placed(segment, content))
          if (mayRead(block.loop) && mayHold(content, { start, size }, places))
            found.set(`${block.loop} ${block.from}`, block)
      }
      return [...found.values()]
    },
    async tidy(isThere) {
      const all = await segments()
      const few = all.filter(({ bytes }) => bytes < small)
      if (few.length <= mostFiles) return
      const kept: MarkedBlock[] = []
      for (const segment of few) {
        const content = (await disk.read(segment.path)) ?? new Uint8Array()
        for (const { start, size, ...block } of placed(segment, content))
          if (isThere(block.loop)) kept.push({ block, table: content.subarray(start, start + size) })
      }
      const joined = await write(kept)
      loaded = Promise.resolve([...all.filter((one) => !few.includes(one)), joined])
      for (const { path } of few) await disk.remove(path)
    },
  }
}

function headOf(content: Uint8Array): z.infer<typeof Head> | undefined {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.length)
  if (bytes.length < 4) return undefined
  try {
    const read = Head.safeParse(JSON.parse(bytes.toString("utf8", 4, 4 + bytes.readUInt32LE(0))))
    return read.success ? read.data : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Each block with the place of its table in the file. */
function* placed({ blocks }: Segment, content: Uint8Array) {
  let start = content.length - blocks.reduce((sum, { size }) => sum + size, 0)
  for (const block of blocks) {
    yield { ...block, start }
    start += block.size
  }
}
