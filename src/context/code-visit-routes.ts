import { type CodePlace, contextUrls } from "../lib/context-urls.ts"
import { parsePath, pathText } from "../lib/file-path.ts"
import { parseRepoName, type RepoName } from "../lib/ids.ts"
import type { OpenCode } from "../repos/index.ts"
import type { RouteNeeds } from "./needs.ts"
import { parseCommitId } from "./visit-routes.ts"

/** Somebody at a place of a repository of code that every member may read. */
export interface CodeVisit {
  request: Request
  name: RepoName
  path: string
  from: number
  /** The commit of an older version. */
  at?: string | undefined
  view: "history" | "change" | "page"
  code: OpenCode | undefined
}

interface Asked {
  request: Request
  params: { name: string }
  query: Record<string, unknown>
}

/** The same for everything that is read of code: what every member may read. */
export async function atCode(
  needs: RouteNeeds,
  { request, params, query }: Asked,
  answer: (needs: RouteNeeds, visit: CodeVisit) => Promise<Response>,
): Promise<Response> {
  const [name, path] = [parseRepoName(params.name), parsePath(query["path"])]
  const from = Number(query["from"] ?? 0)
  if (path === undefined || !Number.isSafeInteger(from) || from < 0)
    return needs.showProblem({ status: 422, code: "invalid" }, request)
  const at = parseCommitId(query["at"])
  const isNone = name === undefined || (query["at"] !== undefined && at === undefined)
  const code = isNone ? "unknown" : await needs.reading.open(name, at)
  if (isNone || code === "unknown") return needs.showProblem({ status: 404, code: "no-such-repository" }, request)
  const view = views.find((one) => one === query["view"]) ?? "page"
  return answer(needs, { request, name, path, from, at, view, code: code === "not-here" ? undefined : code })
}

const views = ["history", "change"] as const

export const codeUrl = (name: RepoName, path: string, more: Omit<CodePlace, "path"> = {}): string =>
  contextUrls.code(name, { ...(path !== "" && { path: pathText(path) }), ...more })
