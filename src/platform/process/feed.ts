import type { Running } from "./processes.ts"

/**
 * Gives a program what comes, at its own pace, and ends its input. A program that ends early is not given the rest; its
 * exit code says whether that was right. Returns the bytes that came; stops with `too-many` beyond `most`.
 */
export async function feedFrom(
  { stdin }: Pick<Running, "stdin">,
  pieces: AsyncIterable<Uint8Array>,
  most: number,
): Promise<number | "too-many"> {
  let size = 0
  let listens = true
  for await (const piece of pieces) {
    size += piece.length
    if (size > most) return "too-many"
    listens &&= await reaches(async () => {
      await stdin.write(piece)
      await stdin.flush()
    })
  }
  if (listens) await reaches(async () => void (await stdin.end()))
  return size
}

async function reaches(give: () => Promise<void>): Promise<boolean> {
  try {
    await give()
    return true
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EPIPE") return false
    throw error
  }
}
