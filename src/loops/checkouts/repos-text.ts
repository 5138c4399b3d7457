import { addressInside, type RepoEntry } from "../../repos/index.ts"

/** `REPOS.md` (format description A7): what code there is, and of what this loop has a checkout. */
export function reposText(
  roster: readonly Pick<RepoEntry, "name" | "git" | "access">[],
  { here, branch }: { here: ReadonlySet<string>; branch: string },
): string {
  const lines = roster.map(
    (entry) => `- **${entry.name}** — \`${addressInside(entry)}\`${here.has(entry.name) ? " (here)" : ""}`,
  )
  return [
    "# Repositories",
    "",
    "The team's code. What is needed is cloned into this folder: `git clone <address> /loopat/context/repos/<name>`.",
    `Work there on a branch of your own: \`git switch -c ${branch}\`. This list is written anew as clones come and go.`,
    "",
    ...lines,
    "",
  ].join("\n")
}
