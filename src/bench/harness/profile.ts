/** Reads a CPU profile (the format of Chrome's developer tools) and says where the time went. */
import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { quantile } from "./verdict.ts"

interface Profile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[]
  samples: number[]
  timeDeltas: number[]
}

/** Milliseconds by function, largest first, of its own code. */
function selfTimes(profile: Profile): { place: string; ms: number }[] {
  const places = new Map(
    profile.nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => [
      id,
      `${functionName || "(anonymous)"} ${url.replace(/^.*?\/(src|views|node_modules)\//, "$1/")}:${lineNumber + 1}`,
    ]),
  )
  const times = new Map<string, number>()
  // Nothing is sampled while the program sleeps: the first sample afterwards would get all of that time.
  const longest = 3 * quantile(profile.timeDeltas, 0.5)
  for (const [index, id] of profile.samples.entries()) {
    const place = places.get(id) ?? "?"
    times.set(place, (times.get(place) ?? 0) + Math.min(longest, profile.timeDeltas[index] ?? 0) / 1_000)
  }
  return [...times].map(([place, ms]) => ({ place, ms })).sort((a, b) => b.ms - a.ms)
}

/** The newest profile of a folder, as lines for people. */
export async function printProfile(folder: string, count = 25): Promise<string> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".cpuprofile")).sort()
  const name = names.at(-1)
  if (!name) return `no profile in ${folder}`
  const profile = (await Bun.file(join(folder, name)).json()) as Profile
  const lines = selfTimes(profile)
    .slice(0, count)
    .map(({ place, ms }) => `${ms.toFixed(1).padStart(9)} ms  ${place}`)
  return [join(folder, name), ...lines].join("\n")
}
