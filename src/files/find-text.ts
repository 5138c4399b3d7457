import { pathOf } from "../lib/file-path.ts"
import { vaultsFolder } from "../loops/index.ts"
import type { Clock } from "../platform/clock.ts"
import { type Box, type BoxProcess, LinkFailed, type RunRequest } from "../sandbox/index.ts"
import { type Hit, mostHits, searchMs } from "./find.ts"
import { recordsIn } from "./records.ts"

/** Longer lines are cut by the programs that search; what has no end in so much is none of theirs. */
const longestLine = 64 << 10

type Argv = RunRequest["argv"]

/** By content, literally. Hits come as they are found; at the end, whether there may be more. */
export async function findByText(
  box: Pick<Box, "run">,
  words: string,
  clock: Clock,
): Promise<AsyncGenerator<Hit[], boolean>> {
  return hitsOf(await start(box, words), clock)
}

async function start(box: Pick<Box, "run">, words: string): Promise<BoxProcess> {
  const within = { root: "workdir" as const, path: "" }
  try {
    return await box.run({ argv: quick(words), within })
  } catch (error) {
    if (error instanceof LinkFailed && error.kind === "refused") return box.run({ argv: plain(words), within })
    throw error
  }
}

const quick = (words: string): Argv => [
  ...(["rg", "--null", "--line-number", "--no-heading", "--color=never", "--no-messages", "--sort=path"] as const),
  ...["--max-filesize=16M", "--fixed-strings", "--max-columns=400", "--max-columns-preview", "-e", words, "--", "."],
]

/** Where the sandbox has no rg(1). */
const plain = (words: string): Argv => [
  "find",
  // As rg(1) does, which looks into nothing that hides; vaults are nobody's to read.
  ...[".", "(", "-name", ".git", "-o", "-name", "node_modules", "-o", "-ipath", `./${vaultsFolder}`, ")", "-prune"],
  ...["-o", "-type", "f"],
  ...["-size", "-16384k", "-exec", "grep", "-HnIZGs", "-e", literally(words), "--", "{}", "+"],
]

/** As a basic regular expression without braces beside each other, which mean the found files to find(1). */
const literally = (words: string) => words.replaceAll(/[.*[\]^$\\]/g, "\\$&").replaceAll("{", "[{]")

async function* hitsOf(program: BoxProcess, clock: Clock): AsyncGenerator<Hit[], boolean, void> {
  await using search = program
  const reader = search.stdout.getReader()
  let late = false
  const cancel = clock.after(searchMs, () => {
    late = true
    void reader.cancel()
  })
  try {
    let begun = Buffer.alloc(0)
    let count = 0
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const { records, rest } = recordsIn(Buffer.concat([begun, next.value]), 0x0a)
      if (rest.length > longestLine) return true
      begun = Buffer.from(rest)
      const hits = records.flatMap(hitOf).slice(0, mostHits - count)
      count += hits.length
      if (hits.length > 0) yield hits
      if (count >= mostHits) return true
    }
    if (late) return true
    if ((await search.exited).code === null) throw new LinkFailed("gone", "the search was cut off")
    return false
  } finally {
    cancel()
  }
}

/** `<path> NUL <line>:<text>`, as rg(1) and grep(1) print it with a NUL after the name. */
function hitOf(line: Buffer): Hit[] {
  const end = line.indexOf(0)
  const found = end < 0 ? undefined : /^(\d+):(.*)$/s.exec(line.toString("utf8", end + 1))
  if (!found) return []
  const path = pathOf(line.subarray(0, end)).replace(/^\.\//, "")
  return [{ path, line: { number: Number(found[1]), text: (found[2] ?? "").slice(0, 400) } }]
}
