import { isLocalAddress } from "../../platform/git/commands.ts"
import type { RepoEntry } from "../../repos/index.ts"

/** `REPOS.md` (format description A7): what code there is, and of what this loop has a checkout. */
export function reposText(roster: readonly Pick<RepoEntry, "name" | "git">[], here: ReadonlySet<string>): string {
  const lines = roster.map(
    ({ name, git }) => `- **${name}** — \`${addressOf(name, git)}\`${here.has(name) ? " (here)" : ""}`,
  )
  return [
    "# Repositories",
    "",
    "The team's code. What is needed is cloned into this folder: `git clone <address> /loopat/context/repos/<name>`.",
    "This list is written anew with each start.",
    "",
    ...lines,
    "",
  ].join("\n")
}

/** Where something lies on the server's own disk means nothing inside, and is nobody's business there. */
const addressOf = (name: string, git: string): string => (isLocalAddress(git) ? `file:///host/${name}` : git)
