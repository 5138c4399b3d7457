import { commitsBetween } from "../platform/git/outside-commands.ts"
import { CommandFailed } from "../platform/process/command.ts"
import { arrivingOf, refusedAmong, storedBlobs } from "./arriving.ts"
import type { RefusedChange } from "./contract.ts"
import type { Place } from "./place.ts"
import { mostCommits, refusedCommits } from "./push-content.ts"
import { TooManyFiles } from "./trees.ts"

const tooMany: RefusedChange = { kind: "refused", code: "too-many", path: "" }

/** What may be in no commit, looked for in everything that came from outside: as strictly as in a push. */
export async function refusedHistoryOutside(
  place: Place,
  { ours, outside }: { ours: string; outside: string },
): Promise<RefusedChange | undefined> {
  const commits = await commitsFrom(place, ours, outside)
  if (!commits || commits.length > mostCommits) return tooMany
  return told(() => refusedCommits(place, commits))
}

/** What may not be on the trunk. Whoever may push to the team's own repository outside speaks for the team. */
export async function refusedTrunkOutside(
  place: Place,
  { ours, tree }: { ours: string; tree: string },
): Promise<RefusedChange | undefined> {
  const { trees, shelf } = place
  return told(async () => {
    const changed = await trees.changed((await trees.commit(ours))?.tree, tree)
    const paths = (await trees.files(tree)).map(({ path }) => path)
    const landing = { shelf, onTrunk: true, byLoop: false, byAdmin: true }
    return refusedAmong(landing, await arrivingOf(changed, storedBlobs(place)), paths)
  })
}

async function commitsFrom(place: Place, ours: string, outside: string): Promise<string[] | undefined> {
  try {
    const { text } = await place.run(commitsBetween(place.folder, ours, outside))
    return text.split("\n").filter((line) => line !== "")
  } catch (error) {
    if (error instanceof CommandFailed && error.kind === "output") return undefined
    throw error
  }
}

async function told(look: () => Promise<RefusedChange | undefined>): Promise<RefusedChange | undefined> {
  try {
    return await look()
  } catch (error) {
    if (error instanceof TooManyFiles) return tooMany
    throw error
  }
}
