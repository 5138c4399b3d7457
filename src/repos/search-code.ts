import { dirname } from "node:path"
import type { RepoName } from "../lib/ids.ts"
import type { Git, GitCall } from "../platform/git/git.ts"
import { CommandFailed } from "../platform/process/command.ts"
import type { Repos } from "./code-repos.ts"

export interface CodeLine {
  path: string
  number: number
  text: string
}

export type FoundCode =
  /** `all`: there is no more. */
  | { kind: "found"; lines: CodeLine[]; all: boolean }
  /** It would take too long, or there would be too much of it. */
  | { kind: "too-much" }
  /** The server has nothing of it yet. */
  | { kind: "not-here" }

/** Search in what the server has of the workspace's code, when somebody asks for it. */
export interface CodeSearch {
  /** Repositories that every member may read. */
  names(): Promise<RepoName[]>
  /** Files of the trunk that have all words, with the lines that have any. */
  search(name: RepoName, words: readonly string[]): Promise<FoundCode>
}

const mostLines = 200
const mostOfFile = 20
const longestLine = 300

export function createCodeSearch({
  git,
  repos,
}: {
  git: Git
  repos: Pick<Repos, "roster" | "resolve" | "objects">
}): CodeSearch {
  const names = async () => (await repos.roster()).filter(({ access }) => access !== "direct").map(({ name }) => name)
  return {
    names,
    async search(name, words) {
      const trunk = (await names()).includes(name) ? await repos.resolve(name) : undefined
      if (!trunk) return { kind: "not-here" }
      try {
        const { text } = await git.run(grep(dirname(repos.objects(name)), trunk.commit, words))
        const lines = linesIn(text)
        return { kind: "found", lines: lines.slice(0, mostLines), all: lines.length <= mostLines }
      } catch (error) {
        if (error instanceof CommandFailed && (error.kind === "timeout" || error.kind === "output"))
          return { kind: "too-much" }
        throw error
      }
    },
  }
}

/** Fixed strings, whatever their case, in files that are no binaries. */
const grep = (repository: string, commit: string, words: readonly string[]): GitCall => ({
  repository,
  args: [
    ...["grep", "--threads=1", "-z", "-n", "-I", "-F", "-i", "--all-match", `--max-count=${mostOfFile}`],
    ...words.flatMap((word) => ["-e", word.replaceAll("\0", "")]),
    ...[commit, "--"],
  ],
  answers: [0, 1],
  timeoutMs: 3_000,
})

/** Of each line: commit and path, its number, and what it says, each behind a NUL. */
const linesIn = (text: string): CodeLine[] =>
  text.split("\n").flatMap((line) => {
    const [, path, number, said] = /^[0-9a-f]+:([^\0]+)\0(\d+)[\0:](.*)$/s.exec(line) ?? []
    if (path === undefined || said === undefined) return []
    return [{ path, number: Number(number), text: said.slice(0, longestLine).trim() }]
  })
