import type { Clock } from "../clock.ts"
import type { Running } from "../process/processes.ts"
import type { Git, GitCall } from "./git.ts"
import { createPipeReader, type PipeReader } from "./pipe-reader.ts"

export type ObjectKind = "commit" | "tree" | "blob" | "tag"

export interface ObjectHead {
  id: string
  kind: ObjectKind
  bytes: number
}

/**
 * The objects of one repository, read through one `git cat-file` that is kept as long as it is used. Names are ids or
 * such as `refs/heads/main^{commit}`; they hold no newline.
 */
export interface Objects extends AsyncDisposable {
  head(name: string): Promise<ObjectHead | undefined>
  read(name: string): Promise<(ObjectHead & { content: Uint8Array }) | undefined>
}

export interface ObjectsNeeds {
  git: Git
  clock: Clock
  /** `repository`, and `objects` where there are more than the repository's own. */
  place: Pick<GitCall, "repository" | "objects">
  /** Milliseconds without a question after which the program is ended. */
  idleMs?: number
}

interface Reader {
  running: Running
  pipe: PipeReader
  /** Resolves when the answers to all earlier questions were read. */
  last: Promise<unknown>
  open: number
}

export function createObjects({ git, clock, place, idleMs = 30_000 }: ObjectsNeeds): Objects {
  let starting: Promise<Reader> | undefined
  let cancelIdle: (() => void) | undefined

  async function start(): Promise<Reader> {
    const running = await git.start({ ...place, args: ["cat-file", "--batch-command"] })
    return { running, pipe: createPipeReader(running.stdout), last: Promise.resolve(), open: 0 }
  }

  async function ask<T>(line: string, answer: (pipe: PipeReader) => Promise<T>): Promise<T> {
    cancelIdle?.()
    starting ??= start()
    const mine = starting
    const reader = await mine.catch((error: unknown) => {
      if (starting === mine) starting = undefined
      throw error
    })
    reader.open++
    // Asked and queued in one step, so that answers come in the order of the questions.
    const written = reader.running.stdin.write(`${line}\n`)
    const answered = reader.last.then(() => answer(reader.pipe))
    reader.last = answered
    try {
      const [answer] = await Promise.all([answered, written, reader.running.stdin.flush()])
      return answer
    } catch (error) {
      // Where in its output a broken reader is, nobody knows any more.
      if (starting === mine) starting = undefined
      await reader.running[Symbol.asyncDispose]()
      throw error
    } finally {
      reader.open--
      if (reader.open === 0 && starting === mine) restSoon(reader, mine)
    }
  }

  function restSoon(reader: Reader, mine: Promise<Reader>): void {
    cancelIdle?.()
    cancelIdle = clock.after(idleMs, () => {
      if (starting !== mine || reader.open > 0) return
      starting = undefined
      reader.running.kill()
    })
  }

  return {
    head: (name) => ask(`info ${name}`, readHead),
    read: (name) =>
      ask(`contents ${name}`, async (pipe) => {
        const head = await readHead(pipe)
        if (!head) return undefined
        const content = await pipe.bytes(head.bytes)
        await pipe.bytes(1)
        return { ...head, content }
      }),
    async [Symbol.asyncDispose]() {
      cancelIdle?.()
      const mine = starting
      starting = undefined
      if (mine) await (await mine).running[Symbol.asyncDispose]()
    },
  }
}

async function readHead(pipe: PipeReader): Promise<ObjectHead | undefined> {
  const line = await pipe.line()
  const [, id, kind, bytes] = /^([0-9a-f]+) (commit|tree|blob|tag) (\d+)$/.exec(line) ?? []
  if (id !== undefined && isKind(kind)) return { id, kind, bytes: Number(bytes) }
  if (/ (missing|ambiguous)$/.test(line)) return undefined
  throw new Error(`git answered a question about an object with ${line.slice(0, 200)}`)
}

const isKind = (text: string | undefined): text is ObjectKind =>
  text === "commit" || text === "tree" || text === "blob" || text === "tag"
