import type { ContextBodyView, CommitView } from "../../views/props/context.ts"
import { diffLines } from "../lib/diff.ts"
import type { Commit } from "../repos/index.ts"
import type { Book } from "./books.ts"
import { placeUrl } from "./places.ts"
import type { Visit } from "./visit-routes.ts"

/** Commits on one page. */
const mostCommits = 200

/** What was done to a file or a folder, the newest first. */
export async function historyBody({ book, shown, path }: Visit): Promise<ContextBodyView> {
  const commits = await shown.repository.history({
    from: shown.commit,
    ...(path !== "" && { path }),
    limit: mostCommits,
  })
  return { kind: "history", commits: commits.map((commit) => commitView({ book, path }, commit)) }
}

const commitView = ({ book, path }: Pick<Visit, "book" | "path">, { id, subject, author, at }: Commit): CommitView => ({
  ...{ subject, author: author.name, at },
  url: placeUrl(book.shelf, path, { at: id }),
  changeUrl: placeUrl(book.shelf, path, { at: id, view: "change" }),
})

/** What the commit that is shown changed in one file. */
export async function changeBody({ book, shown, path }: Visit): Promise<ContextBodyView> {
  const [commit] = await shown.repository.history({ from: shown.commit, limit: 1 })
  const parent = commit?.parents[0]
  const before = parent === undefined ? "" : await textBefore(shown, parent, path)
  const file = shown.at(path)
  const after = file ? ((await shown.text(file)) ?? "") : ""
  return {
    kind: "change",
    ...(commit && { commit: commitView({ book, path }, commit) }),
    lines: before === after ? [] : diffLines(before, after).lines,
  }
}

async function textBefore({ repository, text }: Book, commit: string, path: string): Promise<string> {
  const file = (await repository.files(commit)).find((one) => one.path === path)
  return file ? ((await text(file)) ?? "") : ""
}

/** Who wrote which line; said once for lines in a row of one commit. */
export async function blameBody({ book, shown, path }: Visit): Promise<ContextBodyView> {
  const lines = await shown.repository.blame(shown.commit, path)
  return {
    kind: "blame",
    lines: lines.map(({ commit, author, at, subject, text }, index) => ({
      text,
      ...(lines[index - 1]?.commit !== commit && {
        commit: { author: author.name, at, subject, url: placeUrl(book.shelf, path, { at: commit, view: "change" }) },
      }),
    })),
  }
}
