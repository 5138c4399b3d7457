import type { z } from "zod"
import { FileHistoryPage } from "../../views/pages/file-history.tsx"
import type { FileHistoryView } from "../../views/props/changes.ts"
import { parsePath, pathText, shownPath } from "../lib/file-path.ts"
import { languageOf } from "../lib/highlight.ts"
import { checkoutWords } from "../lib/i18n/checkouts.ts"
import { historyWords } from "../lib/i18n/history.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import { urls } from "../lib/urls.ts"
import { type GitInside, isVaultPath, unplacedView } from "../loops/index.ts"
import { htmlPage } from "../platform/http/html.ts"
import { visitorOf } from "../platform/http/visitor.ts"
import { type FileCommit, type FileLog, readFileLog, readLinesLog } from "./file-history.ts"
import { commitsAtOnce } from "./history.ts"
import type { Doing, FileHistoryQuery, Visit } from "./needs.ts"
import { rowViews } from "./present.ts"
import { gitOf, pageAround, showNoCheckout } from "./replies.tsx"
import { addressOf, plainSight } from "./sight.ts"

type Asked = z.infer<typeof FileHistoryQuery>
type Log = FileLog | { kind: "bad-lines" } | { kind: "vault" }

/** The commits of one file, or of some of its lines. */
export async function showFileHistory(doing: Doing, visit: Visit, asked: Asked): Promise<Response> {
  const { request, loop, sight } = visit
  const path = parsePath(asked.file)
  if (!path) return doing.showProblem({ status: 422, code: "invalid" }, request)
  const around = await pageAround(doing, visit)
  const log = await gitOf(doing, visit, async (git): Promise<Log> => logOf(git, path, asked))
  if (log.kind === "no-checkout") return showNoCheckout(doing, visit)
  const { checkout } = sight
  const token = pathText(path)
  const at = { checkout, file: token, from: asked.from || undefined, to: asked.to || undefined }
  if (log.kind === "not-placed") {
    const unplaced = unplacedView(request, log, urls.loopHistory(loop.record.id, at))
    return htmlPage(<FileHistoryPage page={{ ...around, body: { kind: "unplaced", unplaced } }} />, { status: 503 })
  }
  const lines = asked.from + asked.to !== ""
  const found = log.kind === "commits" ? log : { commits: [], more: false, cut: false }
  const moreUrl = urls.loopHistory(loop.record.id, { ...at, skip: asked.skip + commitsAtOnce })
  const body: FileHistoryView = {
    ...{ checkout, path: shownPath(path), token, from: asked.from.slice(0, 20), to: asked.to.slice(0, 20) },
    changesUrl: addressOf(loop.record.id, plainSight(checkout)),
    fileUrl: urls.loopFiles(loop.record.id, { ...(checkout !== undefined && { checkout }), path: token }),
    told: toldOf(log, visitorOf(request).locale),
    commits: found.commits.map((commit) => commitView(commit, visit)),
    moreUrl: found.more && !lines ? moreUrl : undefined,
    cut: found.cut || (found.more && lines),
  }
  return htmlPage(<FileHistoryPage page={{ ...around, body: { kind: "file-history", ...body } }} />)
}

function logOf(git: GitInside, path: string, { from, to, skip }: Asked): Promise<Log> | Log {
  if (isVaultPath(git.checkout.name, path)) return { kind: "vault" }
  if (from + to === "") return readFileLog(git, { path, skip })
  const lines = [from, to === "" ? from : to].map((text) => (/^\d{1,9}$/.test(text.trim()) ? Number(text) : 0))
  const [first = 0, last = 0] = lines
  if (first < 1 || last < first) return { kind: "bad-lines" }
  return readLinesLog(git, { path, from: first, to: last })
}

function toldOf(log: Log, locale: Locale): string | undefined {
  const words = historyWords(locale)
  switch (log.kind) {
    case "commits":
      return undefined
    case "uncommitted":
      return words.uncommitted
    case "outside":
      return words.outside(log.lines)
    case "odd-name":
      return words.oddName
    case "no-repository":
      return words.noRepository
    case "bad-lines":
      return words.badLines
    case "vault":
      return checkoutWords(locale).vaultFile
  }
}

function commitView({ hunks, path, was, ...commit }: FileCommit, { loop, sight }: Visit) {
  const closed = isVaultPath(sight.checkout, path)
  const opened = { ...plainSight(sight.checkout), scope: { kind: "commit" as const, id: commit.id }, file: path, was }
  return {
    ...commit,
    url: addressOf(loop.record.id, opened),
    was: was === undefined ? undefined : shownPath(was),
    rows: closed ? undefined : hunks?.map((hunk) => rowViews(hunk, languageOf(shownPath(path)))),
  }
}
