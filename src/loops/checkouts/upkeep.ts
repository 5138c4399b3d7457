import { posix } from "node:path"
import type { LoopId } from "../../lib/ids.ts"
import type { Background } from "../../platform/background.ts"
import { type Clock, timestamp, within } from "../../platform/clock.ts"
import { createSerial } from "../../platform/disk/serial.ts"
import type { Events } from "../../platform/events.ts"
import { bestEffort, type Log } from "../../platform/log.ts"
import type { Repos, Shelves } from "../../repos/index.ts"
import { type Box, LinkFailed } from "../../sandbox/index.ts"
import type { AgentNews, Loops } from "../contract.ts"
import type { LoopRecord } from "../record.ts"
import { gitAt } from "./git-at.ts"
import { contextIn } from "./inside.ts"
import { freshenMemory, GitInsideFailed, keepMemory, type MemoryKept } from "./memory.ts"
import { codeBranch, shelfOf } from "./places.ts"
import { reposText } from "./repos-text.ts"

export interface ContextUpkeepNeeds {
  loops: Pick<Loops, "record" | "change">
  shelves: Pick<Shelves, "open">
  repos: Pick<Repos, "roster">
  running(loop: LoopId): Box | undefined
  events: Events<AgentNews>
  background: Pick<Background, "run">
  clock: Clock
  log: Log
}

/** What happens by itself in a loop's checkouts: its driver's memory, and the list of code that there is. */
export interface ContextUpkeep {
  /** Before an agent starts: memory that others gave is taken over, and the list of code is renewed. */
  freshen(loop: LoopId): Promise<void>
}

const personal = "/loopat/context/personal"
const reposFolder = "/loopat/context/repos"
const scratch = "/tmp/.loopat-memory-index"
/** An agent does not wait for longer. */
const freshenMs = 5_000

export function createContextUpkeep(needs: ContextUpkeepNeeds): ContextUpkeep {
  const { loops, events, background, clock, log } = needs
  const serial = createSerial()

  async function keep(loop: LoopId): Promise<void> {
    const [box, record] = [needs.running(loop), await loops.record(loop)]
    if (!box || !record) return
    await listRepos(box, record, needs)
    const { trunk } = await newest(needs, record)
    const message = `memory: ${record.title}`
    const kept = await keepMemory(gitAt(box, contextIn("personal")), { trunk, message, scratch })
    if (kept.kind !== "nothing" || isHeld(record)) await tell(needs, record, kept)
  }

  const inTurn = (loop: LoopId, what: string, work: () => Promise<void>) =>
    serial(loop, () => bestEffort(log, what, () => work().catch(leaveAlone)))

  events.on("turn.finished", ({ loop }) =>
    background.run("keep what an agent remembered", () =>
      inTurn(loop, "keep what an agent remembered", () => keep(loop)),
    ),
  )

  return {
    async freshen(loop) {
      const work = inTurn(loop, "renew a loop's memory", async () => {
        const [box, record] = [needs.running(loop), await loops.record(loop)]
        if (!box || !record) return
        await listRepos(box, record, needs)
        const { trunk, commit } = await newest(needs, record)
        await freshenMemory(gitAt(box, contextIn("personal")), trunk, commit)
      })
      await within(clock, freshenMs, work)
    },
  }
}

/** A sandbox that goes away or has no such checkout is no fault of the server. */
function leaveAlone(error: unknown): void {
  if (!(error instanceof LinkFailed || error instanceof GitInsideFailed)) throw error
}

async function newest(
  { shelves }: ContextUpkeepNeeds,
  { driver }: LoopRecord,
): Promise<{ trunk: string; commit: string }> {
  const repository = await shelves.open(shelfOf("personal", driver))
  return { trunk: await repository.trunk(), commit: (await repository.resolve()) ?? "" }
}

const isMemory = ({ code }: LoopRecord["warnings"][number]): boolean => code === "memory-held"
const isHeld = ({ warnings }: LoopRecord): boolean => warnings.some(isMemory)

/** Until it is solved the loop's page says so, and the agent is told with its next start. */
async function tell({ loops, clock }: ContextUpkeepNeeds, record: LoopRecord, kept: MemoryKept): Promise<void> {
  const at = timestamp(clock)
  const text = heldText(kept)
  await loops.change(record.id, (now) => {
    const others = now.warnings.filter((one) => !isMemory(one))
    if (text === undefined) return isHeld(now) ? { ...now, warnings: others } : now
    return { ...now, warnings: [...others, { about: "personal", code: "memory-held", text, at }] }
  })
}

/** Read by the agent. */
function heldText(kept: MemoryKept): string | undefined {
  if (kept.kind === "conflict")
    return `Memory in ${personal} collides with what another loop gave: ${kept.paths.join(", ")}. Fetch, merge origin/main and keep both meanings.`
  return kept.kind === "refused" ? `Memory in ${personal} was not taken: ${kept.said.slice(-300)}` : undefined
}

/** Written by the sandbox's own programs, with its rights: what it planted there leads nowhere else. */
async function listRepos(box: Box, { id, title, repo }: LoopRecord, { repos }: ContextUpkeepNeeds): Promise<void> {
  const { stdout } = await box.capture({
    argv: ["find", reposFolder, "-mindepth", "2", "-maxdepth", "2", "-name", ".git", "-printf", "%h\\0"],
  })
  const here = new Set(stdout.split("\0").map((path) => posix.basename(path)))
  await using program = await box.run({ argv: ["tee", "--", `${reposFolder}/REPOS.md`] })
  await program.write(reposText(await repos.roster(), { here, branch: repo?.branch ?? codeBranch(id, title) }))
  await program.closeInput()
  await program.exited
}
