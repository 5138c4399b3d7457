import { Gathered } from "../lib/gathered.ts"
import { type Clock, within } from "../platform/clock.ts"
import type { Log } from "../platform/log.ts"
import { type Box, LinkFailed } from "../sandbox/index.ts"

/** What a page shows of an output, in bytes; of more all is kept inside. */
const shown = 64 << 10
/** Longest output that is kept, in bytes; what comes after it is left out. */
const mostKept = 256 << 20
const folder = "shell-output"
/** A sandbox that takes nothing for so long, in milliseconds, gets nothing more. */
const patienceMs = 10_000

interface WholeNeeds {
  box: Pick<Box, "files">
  /** Of the file, without its ending. */
  name: string
  clock: Clock
  log: Log
}

/** All of a long output, as a file beside the agent's own in the sandbox. A short one makes no file. */
export class WholeOutput {
  readonly #needs: WholeNeeds
  readonly #held = new Gathered()
  #size = 0
  #file: { writer: WritableStreamDefaultWriter<Uint8Array>; written: Promise<boolean> } | undefined
  #isLost = false

  constructor(needs: WholeNeeds) {
    this.#needs = needs
  }

  /** Resolves at the sandbox's pace. */
  async push(bytes: Uint8Array): Promise<void> {
    const room = mostKept - this.#size
    this.#size += bytes.length
    if (this.#file) return this.#write(bytes.subarray(0, Math.max(0, room)))
    this.#held.push(bytes)
    if (this.#held.size <= shown) return
    this.#file = this.#open()
    await this.#write(this.#held.take())
  }

  /** Its path below the agent's folder; undefined when there is none, or when the sandbox did not take it. */
  async end(): Promise<string | undefined> {
    if (!this.#file || this.#isLost) return undefined
    const { writer, written } = this.#file
    void writer.close().catch(alreadyFailed)
    return (await within(this.#needs.clock, patienceMs, written)) ? this.#path : undefined
  }

  get #path(): string {
    return `${folder}/${this.#needs.name}.txt`
  }

  #open() {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
    return { writer: writable.getWriter(), written: this.#put(readable) }
  }

  async #put(content: ReadableStream<Uint8Array>): Promise<boolean> {
    const { files } = this.#needs.box
    try {
      if (!(await files.stat("claude-state", folder))) await files.makeFolder("claude-state", folder)
      await files.put("claude-state", this.#path, { content, most: mostKept })
      return true
    } catch (error) {
      if (!(error instanceof LinkFailed)) throw error
      this.#needs.log.warn("a sandbox did not take all of a command's output", { error })
      this.#isLost = true
      return false
    }
  }

  /** What was given up takes no more, and nobody waits for it. */
  async #write(bytes: Uint8Array): Promise<void> {
    if (!this.#file || this.#isLost || bytes.length === 0) return
    const { writer, written } = this.#file
    const went = writer.write(bytes).then(() => true, alreadyFailed)
    if (await within(this.#needs.clock, patienceMs, Promise.race([went, written]))) return
    this.#isLost = true
    void writer.abort().catch(alreadyFailed)
  }
}

/** The other end of the stream says why. */
const alreadyFailed = () => false
