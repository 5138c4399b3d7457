import type { ContextBodyView, CommitView } from "../../views/props/context.ts"
import { diffLines } from "../lib/diff.ts"
import type { LoopId } from "../lib/ids.ts"
import { urls } from "../lib/urls.ts"
import { userOf } from "../platform/http/visitor.ts"
import type { Commit } from "../repos/index.ts"
import type { Book } from "./books.ts"
import type { RouteNeeds } from "./needs.ts"
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
