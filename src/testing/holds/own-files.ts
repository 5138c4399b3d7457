import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { isMissing } from "../../platform/disk/calls.ts"

/** Files and folders of the server itself; what is in a sandbox's is its own. */
function* ownFiles(home: string, folder = ""): Generator<string> {
  for (const entry of unlessGone(() => readdirSync(join(home, folder), { withFileTypes: true })) ?? []) {
    const name = join(folder, entry.name)
    yield name
    if (entry.isDirectory() && !isOfSandbox(name)) yield* ownFiles(home, name)
  }
}

const isOfSandbox = (name: string): boolean =>
  /^loops\/(\.deleted\/)?[^/]+\/(workdir|home|\.claude|context\/[^/]+)$/.test(name)

/** Half-made files and folders. */
export const leftOver = (home: string): string[] => [...ownFiles(home)].filter((name) => name.endsWith(".tmp"))

/** Files that are no JSON, or have a whole line that is none. */
export function unparsable(home: string): string[] {
  return [...ownFiles(home)].filter((name) => /\.jsonl?$/.test(name) && !isParsable(join(home, name)))
}

function isParsable(path: string): boolean {
  const text = unlessGone(() => readFileSync(path, "utf8"))
  if (text === undefined) return true
  const pieces = path.endsWith(".jsonl") ? text.split("\n").slice(0, -1) : [text]
  return pieces.every(parses)
}

/** What vanished since it was listed belonged to something that is being deleted. */
function unlessGone<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (!isMissing(error)) throw error
    return undefined
  }
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
