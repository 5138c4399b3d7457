import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { isMissing } from "../../platform/disk/calls.ts"

/** Files of the server itself; a sandbox's are its own. */
async function ownFiles(home: string): Promise<string[]> {
  const names = await readdir(home, { recursive: true })
  return names.filter((name) => !/^loops\/(\.deleted\/)?[^/]+\/(workdir|home|\.claude)\//.test(name))
}

/** Half-made files and folders. */
export const leftOver = async (home: string): Promise<string[]> =>
  (await ownFiles(home)).filter((name) => name.endsWith(".tmp"))

/** Files that are no JSON, or have a whole line that is none. */
export async function unparsable(home: string): Promise<string[]> {
  const names: string[] = []
  for (const name of (await ownFiles(home)).filter((one) => /\.jsonl?$/.test(one))) {
    // One that vanished since it was listed was a file of something that is being deleted.
    const text = await readFile(join(home, name), "utf8").catch((error: unknown) => {
      if (!isMissing(error)) throw error
    })
    if (text === undefined) continue
    const pieces = name.endsWith(".jsonl") ? text.split("\n").slice(0, -1) : [text]
    if (!pieces.every(parses)) names.push(name)
  }
  return names
}

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
}
