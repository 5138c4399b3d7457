import { type LoopId, parseLoopId } from "../lib/ids.ts"
import type { Background } from "../platform/background.ts"
import { createSerial } from "../platform/disk/serial.ts"
import type { Moved, Repository, Shelves } from "../repos/index.ts"
import type { Loops } from "./contract.ts"
import type { EventOf } from "./transcript-event.ts"

interface ProposedNeeds {
  loops: Pick<Loops, "record" | "transcript">
  shelves: Pick<Shelves, "open" | "onMoved">
  background: Pick<Background, "run">
}

type Step = EventOf<"proposal">["step"]

/** Commits of a proposal that are counted. */
const counted = 100

/** Says in a loop what becomes of what it proposed. Ends with what the returned function stops. */
export function followProposals(needs: ProposedNeeds): () => void {
  const inTurn = createSerial()
  return needs.shelves.onMoved((moved) => {
    const loop = moved.branch.startsWith("loop/") ? parseLoopId(moved.branch.slice("loop/".length)) : undefined
    if (loop) needs.background.run("say what became of a proposal", () => inTurn(loop, () => tell(loop, moved, needs)))
  })
}

async function tell(loop: LoopId, moved: Moved, { loops, shelves }: ProposedNeeds): Promise<void> {
  if (!(await loops.record(loop))) return
  const repository = await shelves.open(moved.shelf)
  const { to, by } = moved
  const step: Step = to === undefined ? await endOf(moved, repository) : "proposed"
  const commits = to === undefined ? 0 : await commitsOf(to, repository)
  // What is on the trunk already is nothing to review.
  if (to !== undefined && commits === 0) return
  const about = { shelf: moved.shelf.context, branch: moved.branch, step, by: by.user, commits }
  await loops.transcript(loop).append({ kind: "proposal", turn: null, ...about })
}

async function endOf({ from, by }: Moved, repository: Repository): Promise<Step> {
  const trunk = await repository.resolve()
  if (trunk !== undefined && from !== undefined && (await repository.tryMerge(trunk, from)).kind === "contained")
    return "merged"
  return by.loop === undefined ? "discarded" : "withdrawn"
}

async function commitsOf(tip: string, repository: Repository): Promise<number> {
  const trunk = await repository.resolve()
  const [mine, theirs] = await Promise.all([
    repository.history({ from: tip, limit: counted }),
    trunk === undefined ? [] : repository.history({ from: trunk, limit: counted * 10 }),
  ])
  const known = new Set(theirs.map(({ id }) => id))
  return mine.filter(({ id }) => !known.has(id)).length
}
