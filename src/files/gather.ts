import { Gathered } from "../lib/gathered.ts"
import type { Clock } from "../platform/clock.ts"
import { type Box, LinkFailed, type RunRequest } from "../sandbox/index.ts"

export interface Patience {
  clock: Clock
  ms: number
  /** Bytes. */
  most: number
}

/** What a program printed until it ended, had said enough, or took too long (`cut`). */
export async function gather(
  box: Pick<Box, "run">,
  request: RunRequest,
  { clock, ms, most }: Patience,
): Promise<{ bytes: Buffer; cut: boolean }> {
  await using program = await box.run(request)
  const output = new Gathered()
  const reader = program.stdout.getReader()
  let late = false
  const cancel = clock.after(ms, () => {
    late = true
    void reader.cancel()
  })
  try {
    for (let next = await reader.read(); !next.done && output.size < most; next = await reader.read())
      output.push(next.value)
  } finally {
    cancel()
  }
  const full = output.size >= most
  if (!late && !full && (await program.exited).code === null) throw new LinkFailed("gone", "the program was cut off")
  return { bytes: output.take(), cut: late || full }
}
