import { bestMatches } from "../lib/best-matches.ts"
import { pathOf } from "../lib/file-path.ts"
import type { Clock } from "../platform/clock.ts"
import type { Box, RunRequest } from "../sandbox/index.ts"
import { gather } from "./gather.ts"
import { recordsIn } from "./records.ts"

export const mostHits = 1_000
const mostNames = 50_000
export const searchMs = 10_000
const mostBytes = 8 << 20

export interface Hit {
  path: string
  line?: { number: number; text: string }
}

const namesInside: RunRequest["argv"] = [
  "find",
  ...[".", "(", "-name", ".git", "-o", "-name", "node_modules", ")", "-prune"],
  ...["-o", "-type", "f", "-printf", "%P\\0"],
]

/**
 * By name: letters in their order, not necessarily beside each other. The best come first, so all come at once; at the
 * end, whether there may be more.
 */
export async function findByName(box: Box, words: string, clock: Clock): Promise<AsyncGenerator<Hit[], boolean>> {
  const within = { root: "workdir" as const, path: "" }
  const { bytes, cut } = await gather(box, { argv: namesInside, within }, { clock, ms: searchMs, most: mostBytes })
  const names = recordsIn(bytes, 0).records.slice(0, mostNames).map(pathOf)
  const hits = bestMatches(names, words)
  return inOne(
    hits.slice(0, mostHits).map((path) => ({ path })),
    cut || hits.length > mostHits,
  )
}

async function* inOne(hits: Hit[], part: boolean): AsyncGenerator<Hit[], boolean> {
  if (hits.length > 0) yield hits
  return part
}
