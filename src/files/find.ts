import { pathOf } from "../lib/file-path.ts"
import type { Clock } from "../platform/clock.ts"
import { type Box, LinkFailed, type RunRequest } from "../sandbox/index.ts"
import { gather } from "./gather.ts"

const mostHits = 1_000
const mostNames = 50_000
const searchMs = 10_000
const mostBytes = 8 << 20

/** `part`: not everything was looked through, or not every hit is here. */
export interface Found {
  hits: Hit[]
  part: boolean
}

export interface Hit {
  path: string
  line?: { number: number; text: string }
}

type Argv = RunRequest["argv"]

const namesInside: Argv = [
  "find",
  ...[".", "(", "-name", ".git", "-o", "-name", "node_modules", ")", "-prune"],
  ...["-o", "-type", "f", "-printf", "%P\\0"],
]

/** By name: letters in their order, not necessarily beside each other. */
export async function findByName(box: Box, words: string, clock: Clock): Promise<Found> {
  const { bytes, cut } = await search(box, namesInside, clock)
  const names = splitBytes(bytes, 0).slice(0, mostNames).map(pathOf)
  const hits = bestMatches(names, words)
  return { hits: hits.slice(0, mostHits).map((path) => ({ path })), part: cut || hits.length > mostHits }
}

/** By content, literally. */
export async function findByText(box: Box, words: string, clock: Clock): Promise<Found> {
  const { bytes, cut } = await gatherHits(box, words, clock)
  const lines = splitBytes(bytes, 0x0a)
  const hits = lines.slice(0, mostHits).flatMap(hitOf)
  return { hits, part: cut || lines.length > mostHits }
}

async function gatherHits(box: Box, words: string, clock: Clock) {
  const quick: Argv = [
    "rg",
    ...[
      "--null",
      "--line-number",
      "--no-heading",
      "--color=never",
      "--no-messages",
      "--sort=path",
      "--max-filesize=16M",
    ],
    ...["--fixed-strings", "--max-columns=400", "--max-columns-preview", "-e", words, "--", "."],
  ]
  const plain: Argv = [
    "find",
    ...[".", "(", "-name", ".git", "-o", "-name", "node_modules", ")", "-prune", "-o", "-type", "f"],
    ...["-size", "-16384k", "-exec", "grep", "-HnIZGs", "-e", literally(words), "--", "{}", "+"],
  ]
  try {
    return await search(box, quick, clock)
  } catch (error) {
    if (error instanceof LinkFailed && error.kind === "refused") return search(box, plain, clock)
    throw error
  }
}

/** As a basic regular expression without braces beside each other, which mean the found files to find(1). */
const literally = (words: string) => words.replaceAll(/[.*[\]^$\\]/g, "\\$&").replaceAll("{", "[{]")

const search = (box: Box, argv: Argv, clock: Clock) =>
  gather(box, { argv, within: { root: "workdir", path: "" } }, { clock, ms: searchMs, most: mostBytes })

/** `<path> NUL <line>:<text>`, as rg(1) and grep(1) print it with a NUL after the name. */
function hitOf(line: Buffer): Hit[] {
  const end = line.indexOf(0)
  const found = end < 0 ? undefined : /^(\d+):(.*)$/s.exec(line.toString("utf8", end + 1))
  if (!found) return []
  const path = pathOf(line.subarray(0, end)).replace(/^\.\//, "")
  return [{ path, line: { number: Number(found[1]), text: (found[2] ?? "").slice(0, 400) } }]
}

function splitBytes(bytes: Buffer, at: number): Buffer[] {
  const parts: Buffer[] = []
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(at, start)
    if (end < 0) break
    parts.push(bytes.subarray(start, end))
    start = end + 1
  }
  return parts
}

/** The best first: a name that holds the words as they are, before one that holds their letters. */
export function bestMatches(names: readonly string[], words: string): string[] {
  const wanted = words.toLowerCase().replaceAll(/\s+/g, "")
  const rated = names.flatMap((name) => {
    const rate = rating(name.toLowerCase(), wanted)
    return rate === undefined ? [] : [{ name, rate }]
  })
  return rated.sort((a, b) => a.rate - b.rate || a.name.length - b.name.length).map(({ name }) => name)
}

function rating(name: string, wanted: string): number | undefined {
  const last = name.slice(name.lastIndexOf("/") + 1)
  if (last === wanted) return 0
  if (last.startsWith(wanted)) return 1
  if (last.includes(wanted)) return 2
  if (name.includes(wanted)) return 3
  let at = -1
  for (const letter of wanted) {
    at = name.indexOf(letter, at + 1)
    if (at < 0) return undefined
  }
  return 4
}
