import { branchesNow, logNow, type LogWish } from "../platform/git/inside-history.ts"
import { type GitInside, hasNoRepository } from "../loops/index.ts"

export interface Commit {
  id: string
  parents: string[]
  author: string
  /** Milliseconds. */
  at: number
  /** Branches and tags that stand at it. */
  names: string[]
  subject: string
}

export const commitsAtOnce = 50

export type Log = { kind: "log"; commits: Commit[]; more: boolean } | { kind: "no-repository" } | { kind: "empty" }

/** The newest commits of what is checked out. */
export async function readLog(git: GitInside, wish: Omit<LogWish, "count">): Promise<Log> {
  const { ok, out, said } = await git.ask(logNow({ ...wish, count: commitsAtOnce + 1 }))
  if (!ok) return { kind: hasNoRepository(said) ? "no-repository" : "empty" }
  const commits = parseLog(out.toString("utf8"))
  return { kind: "log", commits: commits.slice(0, commitsAtOnce), more: commits.length > commitsAtOnce }
}

export const fieldsOfCommit = 7

export function parseLog(text: string): Commit[] {
  const fields = text.split("\0")
  const commits: Commit[] = []
  for (let at = 0; at + fieldsOfCommit <= fields.length; at += fieldsOfCommit) {
    const [id = "", parents = "", author = "", , seconds = "", names = "", subject = ""] = fields.slice(at)
    if (!/^[0-9a-f]{40,64}$/.test(id)) break
    commits.push({
      ...{ id, author, subject, at: Number(seconds) * 1_000 || 0 },
      parents: parents.split(" ").filter(Boolean),
      names: names.split(", ").filter(Boolean),
    })
  }
  return commits
}

export interface Branch {
  name: string
  upstream?: string
  ahead: number
  behind: number
  current: boolean
}

export async function readBranches(git: GitInside): Promise<Branch[]> {
  const { ok, out } = await git.ask(branchesNow)
  return ok ? parseBranches(out.toString("utf8")) : []
}

export const parseBranches = (text: string): Branch[] =>
  text.split("\n").flatMap((line) => {
    const [name = "", , upstream = "", track = "", head] = line.split("\0")
    if (name === "" || head === undefined) return []
    const count = (word: string) => Number(new RegExp(`${word} (\\d+)`).exec(track)?.[1] ?? 0)
    const counts = { ahead: count("ahead"), behind: count("behind"), current: head === "*" }
    return [{ name, ...(upstream !== "" && { upstream }), ...counts }]
  })
