import type { InsideArgv } from "../platform/git/inside-changes.ts"
import { cloneInto, commitNamed, emptyFolder, startBranch, trunkName } from "../platform/git/inside-clone.ts"
import { parseRef } from "../platform/git/commands.ts"
import { CommandFailed } from "../platform/process/command.ts"
import { hostWords } from "../repos/index.ts"
import { type Box, LinkFailed, type Sandboxes, type SandboxSpec } from "../sandbox/index.ts"
import { type GitAnswer, type GitAt, gitAt } from "./checkouts/git-at.ts"
import { workdirIn } from "./checkouts/inside.ts"
import type { Breakage } from "./loop.ts"
import type { LoopRecord } from "./record.ts"

export interface CloneNeeds {
  sandboxes: Pick<Sandboxes, "start" | "stop">
  /** Of a loop that is still being prepared. */
  specOf(record: LoopRecord): Promise<SandboxSpec>
  signal: AbortSignal
}

export type Cloned = { kind: "cloned"; ref: string; start: string } | ({ kind: "broken" } & Breakage)

/**
 * Fills a loop's working folder inside its sandbox, with what its driver has there to be let in. Whether that is enough
 * is for the outside host to say; the server has nothing of the repository, and never asks for it itself.
 */
export async function cloneInside(
  record: LoopRecord,
  about: { repo: Repo; address: string },
  needs: CloneNeeds,
): Promise<Cloned> {
  const { sandboxes, specOf, signal } = needs
  const started = await sandboxes.start(await specOf(record), { signal })
  if (started.kind === "failed") return { kind: "broken", reason: "direct-no-sandbox", sentence: started.detail }
  const cloned = await cloneIn(started.box, about)
  if (cloned.kind === "broken") await sandboxes.stop(record.id, "its repository could not be cloned")
  return cloned
}

const patience = 600_000

type Repo = NonNullable<LoopRecord["repo"]>

const failed = ({ code, said }: GitAnswer) => new CommandFailed("exit", "git", { code, stderr: said })

async function cloneIn(box: Box, { repo, address }: { repo: Repo; address: string }): Promise<Cloned> {
  const git = gitAt(box, workdirIn(box))
  try {
    // What a try that was cut short has left there is no work of anybody.
    await git(emptyFolder)
    const cloned = await git(cloneInto(address), {}, patience)
    return cloned.ok ? await begin(git, repo) : broken("direct-refused", hostWords(failed(cloned)))
  } catch (error) {
    if (error instanceof LinkFailed) return broken("direct-refused", error.message)
    throw error
  }
}

/** On its branch, from what was asked for or else from the trunk. */
async function begin(git: GitAt, { name, ref: asked, branch }: Repo): Promise<Cloned> {
  const ref = asked || (parseRef((await git(trunkName)).out.replace(/^origin\//, "")) ?? "")
  const start = ref === "" ? undefined : await firstCommit(commitNamed(ref), git)
  if (start === undefined) return asked ? broken("ref-unknown", asked) : broken("repo-empty", name)
  const begun = await git(startBranch(branch, start), {}, patience)
  return begun.ok ? { kind: "cloned", ref, start } : broken("checkout-failed", hostWords(failed(begun)))
}

async function firstCommit(ways: readonly InsideArgv[], git: GitAt): Promise<string | undefined> {
  for (const way of ways) {
    const { out } = await git(way)
    if (/^[0-9a-f]{40,64}$/.test(out)) return out
  }
  return undefined
}

const broken = (reason: string, sentence: string): Cloned => ({ kind: "broken", reason, sentence })
