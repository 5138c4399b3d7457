import { Gathered } from "../lib/gathered.ts"
import type { Clock } from "../platform/clock.ts"
import type { Box, BoxProcess } from "../sandbox/index.ts"

/** What became of one command. Without code and signal it was ended for its time, or its sandbox went away. */
export interface Ran {
  output: string
  /** The middle of the output was left out. */
  wasCut: boolean
  code: number | null
  signal: string | null
}

export const longestCommand = 4_096
const longestMs = 10 * 60_000
/** Of the beginning and of the end, in bytes. */
const shownPart = 32 << 10

/** Runs what a person typed in the loop's shell, in its working folder, without input. LinkFailed when it never ran. */
export async function runCommand(box: Box, command: string, clock: Clock): Promise<Ran> {
  await using running = await box.run({ argv: ["bash", "--login", "-c", command], env: { TERM: "xterm-256color" } })
  const cancel = clock.after(longestMs, () => void running.signal("SIGKILL"))
  try {
    await running.closeInput()
    const parts = new Ends()
    const [exit] = await Promise.all([running.exited, gather(running, parts)])
    return { ...parts.text(), ...exit }
  } finally {
    cancel()
  }
}

async function gather({ stdout, stderr }: Pick<BoxProcess, "stdout" | "stderr">, parts: Ends): Promise<void> {
  await Promise.all(
    [stdout, stderr].map(async (stream) => {
      for await (const piece of stream) parts.push(piece)
    }),
  )
}

/** The beginning and the end of a long text. */
class Ends {
  #first = new Gathered()
  #last = new Gathered()
  #left = 0

  push(bytes: Uint8Array): void {
    const room = Math.max(0, shownPart - this.#first.size)
    this.#first.push(bytes.subarray(0, room))
    this.#last.push(bytes.subarray(room))
    if (this.#last.size <= 2 * shownPart) return
    this.#left += this.#last.size - shownPart
    this.#last.keepLast(shownPart)
  }

  text(): { output: string; wasCut: boolean } {
    this.#left += Math.max(0, this.#last.size - shownPart)
    this.#last.keepLast(shownPart)
    const wasCut = this.#left > 0
    const between = wasCut ? "\n…\n" : ""
    return { output: this.#first.take().toString() + between + this.#last.take().toString(), wasCut }
  }
}
