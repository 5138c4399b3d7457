import { pathOf } from "../lib/file-path.ts"
import type { Clock } from "../platform/clock.ts"
import { insideEnvironment } from "../platform/git/inside-changes.ts"
import { folderPrefix, folderStatus } from "../platform/git/inside-folder.ts"
import { type Box, LinkFailed } from "../sandbox/index.ts"
import { gather } from "./gather.ts"
import { recordsIn } from "./records.ts"

/** `inside`: of a folder, something in it. */
export type Mark = "new" | "changed" | "conflict" | "inside"

/** What git says of the names in a folder. */
export interface Marks {
  ignored: ReadonlySet<string>
  changed: ReadonlyMap<string, Mark>
}

const noMarks: Marks = { ignored: new Set(), changed: new Map() }

/** Longer than a checkout of many thousand files takes; a folder is never shown later than that for want of marks. */
const waitMs = 2_000
const mostBytes = 1 << 20

/** None where there is no repository, or where git has too much to say or takes too long. */
export async function marksIn(box: Box, path: string, clock: Clock): Promise<Marks> {
  const env = insideEnvironment(`/loopat/loop/${box.loop}:/loopat/context:/loopat/context/repos`)
  const within = { root: "workdir" as const, path }
  const ask = (argv: typeof folderStatus) => gather(box, { argv, within, env }, { clock, ms: waitMs, most: mostBytes })
  try {
    const [prefix, status] = await Promise.all([ask(folderPrefix), ask(folderStatus)])
    if (prefix.cut || status.cut) return noMarks
    return readMarks(status.bytes, pathOf(prefix.bytes.subarray(0, Math.max(0, prefix.bytes.length - 1))))
  } catch (error) {
    if (error instanceof LinkFailed && error.kind !== "gone") return noMarks
    throw error
  }
}

/** `prefix`: what all paths of the folder begin with. */
export function readMarks(status: Buffer, prefix: string): Marks {
  const ignored = new Set<string>()
  const changed = new Map<string, Mark>()
  for (const record of recordsIn(status, 0).records) {
    const entry = entryOf(pathOf(record))
    if (!entry?.path.startsWith(prefix)) continue
    const rest = entry.path.slice(prefix.length)
    const [name = "", ...deeper] = rest.replace(/\/$/, "").split("/")
    // The folder itself, which somebody looks into although it is ignored, or new as a whole.
    if (name === "") continue
    if (entry.mark !== "ignored") changed.set(name, deeper.length > 0 ? "inside" : entry.mark)
    else if (deeper.length === 0) ignored.add(name)
  }
  return { ignored, changed }
}

/** `1 XY sub mH mI mW hH hI path`, `u XY sub m1 m2 m3 mW h1 h2 h3 path`, `? path`, `! path`. */
function entryOf(line: string): { path: string; mark: Exclude<Mark, "inside"> | "ignored" } | undefined {
  const after = (fields: number) => line.split(" ").slice(fields).join(" ")
  switch (line[0]) {
    case "!":
      return { path: after(1), mark: "ignored" }
    case "?":
      return { path: after(1), mark: "new" }
    case "u":
      return { path: after(10), mark: "conflict" }
    case "1":
      return { path: after(8), mark: line[2] === "A" ? "new" : "changed" }
    default:
      return undefined
  }
}
