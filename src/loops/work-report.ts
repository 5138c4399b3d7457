import { statusInside, unpushedInside } from "../platform/git/inside.ts"
import { type Box, LinkFailed } from "../sandbox/index.ts"

/** What would be lost with a loop's working folder. */
export interface WorkReport {
  /** Paths with changes that are in no commit, the first ones. */
  uncommitted: string[]
  /** `<short id> <subject>` of commits that are on no remote, the first ones. */
  unpushed: string[]
  /** How many more there are than are listed. */
  more: number
  /** The working folder is no repository: all of it would be lost. */
  loose?: true
}

const listed = 20
const longestText = 200
const limits = { timeoutMs: 20_000, maxOutput: 1 << 20 }

/**
 * Looks at the working folder through the link. Undefined when it could not be looked at: the loop then counts as
 * having work. What comes back was written by programs that nobody trusts.
 */
export async function inspectWork(box: Box, workdir: string): Promise<WorkReport | undefined> {
  try {
    if (!(await box.files.stat("workdir", ".git"))) return await looseFiles(box)
    const status = await box.capture({ argv: statusInside, cwd: workdir }, limits)
    const log = await box.capture({ argv: unpushedInside, cwd: workdir }, limits)
    if (status.code !== 0 || log.code !== 0) return undefined
    return workReport(parseStatus(status.stdout), parseLog(log.stdout))
  } catch (error) {
    if (error instanceof LinkFailed) return undefined
    throw error
  }
}

/** Without a repository every file is one that exists nowhere else. */
async function looseFiles(box: Box): Promise<WorkReport> {
  const { entries, more } = await box.files.list("workdir", "", { maxEntries: 200 })
  const names = entries.map((entry) => (entry.kind === "folder" ? `${entry.name}/` : entry.name))
  const report = { ...workReport(names, []), loose: true as const }
  return more ? { ...report, more: report.more + 1 } : report
}

/** Paths of `git status --porcelain=v2 -z` (git-status(1), "Porcelain Format Version 2"). */
export function parseStatus(text: string): string[] {
  const paths: string[] = []
  for (const record of text.split("\0")) {
    const fields = fieldsBeforePath[record[0] ?? ""]
    if (fields === undefined) continue
    const path = record.split(" ").slice(fields).join(" ")
    if (path !== "") paths.push(path)
  }
  return paths
}

/** How many fields stand before the path, by the first letter of the record. */
const fieldsBeforePath: Readonly<Record<string, number>> = { "1": 8, u: 10, "?": 1 }

export const parseLog = (text: string): string[] => text.split("\0").filter((line) => line !== "")

export function workReport(uncommitted: string[], unpushed: string[]): WorkReport {
  const cut = (lines: string[]) => lines.slice(0, listed).map(readable)
  return {
    uncommitted: cut(uncommitted),
    unpushed: cut(unpushed),
    more: Math.max(0, uncommitted.length - listed) + Math.max(0, unpushed.length - listed),
  }
}

export const hasWork = (report: WorkReport | undefined): boolean =>
  report === undefined || report.uncommitted.length > 0 || report.unpushed.length > 0

const readable = (text: string) =>
  text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "�").slice(0, longestText)
