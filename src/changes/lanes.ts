/** Where a commit stands in the picture of a history, and the lines that go through its row. */
export interface LaneRow {
  lane: number
  /** From which lane at the top to which at the bottom; the commit itself stands in the middle of `lane`. */
  lines: { from: number; to: number; part: "through" | "into" | "out" }[]
  width: number
}

/** Lays commits, children first, into lanes: each lane waits for one commit, and a branch keeps its lane. */
export function lanesOf(commits: readonly { id: string; parents: readonly string[] }[]): LaneRow[] {
  const waiting: (string | undefined)[] = []
  return commits.map(({ id, parents }) => {
    const before = [...waiting]
    const lane = before.includes(id) ? before.indexOf(id) : freeLane(waiting)
    before.forEach((wanted, at) => wanted === id && (waiting[at] = undefined))
    const [first, ...others] = parents
    waiting[lane] = first !== undefined && !waiting.includes(first) ? first : undefined
    const out = parents.length === 0 ? [] : [first ?? "", ...others].map((parent) => laneFor(waiting, parent))
    const lines: LaneRow["lines"] = before.flatMap((wanted, at): LaneRow["lines"] => {
      if (wanted === undefined) return []
      return wanted === id ? [{ from: at, to: lane, part: "into" }] : [{ from: at, to: at, part: "through" }]
    })
    lines.push(...out.map((to) => ({ from: lane, to, part: "out" as const })))
    while (waiting.length > 0 && waiting.at(-1) === undefined) waiting.pop()
    return { lane, lines, width: Math.max(lane, ...lines.flatMap(({ from, to }) => [from, to])) + 1 }
  })
}

function freeLane(waiting: (string | undefined)[]): number {
  const free = waiting.indexOf(undefined)
  return free === -1 ? waiting.length : free
}

function laneFor(waiting: (string | undefined)[], parent: string): number {
  const known = waiting.indexOf(parent)
  if (known !== -1) return known
  const lane = freeLane(waiting)
  waiting[lane] = parent
  return lane
}
