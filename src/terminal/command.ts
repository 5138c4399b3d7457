import { BothEnds } from "../lib/both-ends.ts"
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

/** Runs what a person typed in the loop's shell, in its working folder, without input. LinkFailed when it never ran. */
export async function runCommand(box: Box, command: string, clock: Clock): Promise<Ran> {
  await using running = await box.run({
    argv: ["bash", "--login", "-c", "--", command],
    env: { TERM: "xterm-256color" },
  })
  const cancel = clock.after(longestMs, () => void running.signal("SIGKILL"))
  try {
    await running.closeInput()
    const ends = new BothEnds()
    const [exit] = await Promise.all([running.exited, gather(running, ends)])
    const { text, end } = ends.take()
    const wasCut = end !== undefined
    return { output: wasCut ? `${text}\n…\n${end}` : text, wasCut, ...exit }
  } finally {
    cancel()
  }
}

async function gather({ stdout, stderr }: Pick<BoxProcess, "stdout" | "stderr">, ends: BothEnds): Promise<void> {
  await Promise.all(
    [stdout, stderr].map(async (stream) => {
      for await (const piece of stream) ends.push(piece)
    }),
  )
}
