import type { ContextBodyView, CommitView } from "../../views/props/context.ts"
import { diffLines } from "../lib/diff.ts"
import { shownPath } from "../lib/file-path.ts"
import type { LoopId } from "../lib/ids.ts"
import { urls } from "../lib/urls.ts"
import { userOf } from "../platform/http/visitor.ts"
import type { FileAt, FileCommit } from "../repos/index.ts"
import type { Book } from "./books.ts"
import type { RouteNeeds } from "./needs.ts"
import { placeUrl } from "./places.ts"
import type { Visit } from "./visit-routes.ts"

/** Commits on one page. */
const mostCommits = 50

/** What was done to a file, the newest first, also under its former names. */
export async function historyBody({ book, shown, path, from, at }: Visit): Promise<ContextBodyView> {
  const wanted = { from: shown.commit, path, skip: from, count: mostCommits }
  const { commits, more, cut } = await shown.repository.fileHistory(wanted)
  const older = placeUrl(book.shelf, path, { view: "history", at, from: from + mostCommits })
  return {
    ...{ kind: "history", cut, commits: commits.map((commit) => commitView(book, commit)) },
    ...(more && { moreUrl: older }),
  }
}

const commitView = (
  { shelf }: Pick<Book, "shelf">,
  { id, subject, author, at, path, was }: FileCommit,
): CommitView => ({
  ...{ subject, author: author.name, at },
  url: placeUrl(shelf, path, { at: id }),
  changeUrl: placeUrl(shelf, path, { at: id, view: "change" }),
  ...(was !== undefined && { was: shownPath(was) }),
})

/** What the commit that is shown changed in one file. */
export async function changeBody({ book, shown, path }: Visit): Promise<ContextBodyView> {
  const change = await shown.repository.fileChange(shown.commit, path)
  if (!change) return { kind: "change", lines: [] }
  const { commit, was } = change
  const textOf = async (file: FileAt | undefined) => (file && (await shown.text(file))) ?? ""
  const [before, after] = [await textOf(change.before), await textOf(change.after)]
  return {
    kind: "change",
    commit: commitView(book, { ...commit, path, ...(was !== undefined && { was }) }),
    lines: before === after ? [] : diffLines(before, after).lines,
  }
}

/** Who wrote which line; said once for lines in a row of one commit. */
export async function blameBody(needs: RouteNeeds, { request, book, shown, path }: Visit): Promise<ContextBodyView> {
  const lines = await shown.repository.blame(shown.commit, path)
  const loops = await loopsOf(needs, { request, book }, new Set(lines.map(({ commit }) => commit)))
  return {
    kind: "blame",
    lines: lines.map(({ commit, author, at, subject, text }, index) => ({
      text,
      ...(lines[index - 1]?.commit !== commit && {
        commit: {
          ...{ author: author.name, at, subject, loop: loops.get(commit) },
          url: placeUrl(book.shelf, path, { at: commit, view: "change" }),
        },
      }),
    })),
  }
}

/** The loop in which a commit was made, for those who may read it. */
async function loopsOf(
  { loopCommits, loops }: RouteNeeds,
  { request, book }: Pick<Visit, "request" | "book">,
  commits: ReadonlySet<string>,
): Promise<Map<string, { title: string; url: string }>> {
  const user = userOf(request)
  const brought = await loopCommits.origins(book.repository.shelf, commits)
  const told = new Map<LoopId, { title: string; url: string }>()
  for (const id of new Set(brought.values())) {
    const found = await loops.forViewer(id, user)
    if (found.kind === "viewed") told.set(id, { title: found.loop.record.title, url: urls.loop(id) })
  }
  return new Map(
    [...brought].flatMap(([commit, id]) => {
      const loop = told.get(id)
      return loop ? [[commit, loop]] : []
    }),
  )
}
