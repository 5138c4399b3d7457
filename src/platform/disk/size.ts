import { isMissing } from "./calls.ts"

/** Bytes of a file; undefined where there is none. */
export async function readSize(path: string): Promise<number | undefined> {
  try {
    return (await Bun.file(path).stat()).size
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}
