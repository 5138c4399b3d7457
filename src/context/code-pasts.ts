import type { CodeBodyView } from "../../views/props/code.ts"
import type { CommitView } from "../../views/props/context.ts"
import { diffLines } from "../lib/diff.ts"
import { shownPath } from "../lib/file-path.ts"
import { textIn, toForm } from "../lib/file-text.ts"
import type { Commit, FileAt, OpenCode } from "../repos/index.ts"
import { longestText } from "./books.ts"
import { type CodeVisit, codeUrl } from "./code-visit-routes.ts"

/** Commits on one page. */
const mostCommits = 50

type Past = Extract<CodeBodyView, { kind: "history" | "change" }>

type Reading = CodeVisit & { code: OpenCode }

/** What was done to a file; undefined where that was not asked for, or there never was such a file. */
export async function pastOf({ code, ...visit }: CodeVisit): Promise<Past | undefined> {
  if (!code || visit.path === "" || visit.view === "page") return undefined
  return visit.view === "history" ? historyOf({ ...visit, code }) : changeOf({ ...visit, code })
}

async function historyOf({ name, path, at, from, code }: Reading): Promise<Past | undefined> {
  const { commits, more, cut } = await code.history({ path, skip: from, count: mostCommits })
  if (commits.length === 0 && !cut && from === 0) return undefined
  return {
    ...{ kind: "history", cut },
    commits: commits.map((commit) => commitView(name, commit)),
    ...(more && { moreUrl: codeUrl(name, path, { view: "history", at, from: from + mostCommits }) }),
  }
}

const commitView = (
  name: CodeVisit["name"],
  { id, subject, author, at, path, was }: Commit & { path: string; was?: string | undefined },
): CommitView => ({
  ...{ subject: subject || id.slice(0, 10), author: author.name, at },
  url: codeUrl(name, path, { at: id }),
  changeUrl: codeUrl(name, path, { at: id, view: "change" }),
  ...(was !== undefined && { was: shownPath(was) }),
})

async function changeOf({ name, path, code }: Reading): Promise<Past | undefined> {
  const { commit, before, after, was } = await code.change(path)
  if (!before && !after) return undefined
  const [old, now] = [await textOf(code, before), await textOf(code, after)]
  return {
    kind: "change",
    commit: commitView(name, { ...commit, path, was }),
    ...(old === undefined || now === undefined
      ? { lines: [], odd: true as const }
      : { lines: diffLines(old, now).lines }),
  }
}

/** Nothing where there is no such file; undefined for what is no text, or too long for a page. */
async function textOf(code: OpenCode, file: FileAt | undefined): Promise<string | undefined> {
  if (!file || file.mode === "module") return ""
  const read = await code.read(file.blob, longestText)
  const text = read?.kind === "content" ? textIn(read.content) : undefined
  return text === undefined ? undefined : toForm(text).replaceAll("\0", "\ufffd")
}
