import { changesWords } from "../../src/lib/i18n/changes.ts"
import { historyWords } from "../../src/lib/i18n/history.ts"
import { urls } from "../../src/lib/urls.ts"
import { CommitWords } from "../components/commit-words.tsx"
import { Lines } from "../components/file-diff.tsx"
import { PanelFrame, Unplaced } from "../layouts/panel-frame.tsx"
import type { FileCommitView, FileHistoryPageView, FileHistoryView } from "../props/changes.ts"
import type { Reader } from "../props/reader.ts"

export function FileHistoryPage({ page }: { page: FileHistoryPageView }) {
  const { body, reader, header } = page
  if (body.kind === "unplaced")
    return (
      <PanelFrame page={page} class="changes">
        <Unplaced unplaced={body.unplaced} reader={reader} />
      </PanelFrame>
    )
  const words = changesWords(reader.locale)
  return (
    <PanelFrame page={page} class="changes">
      <div class="changes-bar">
        <a class="quiet-line" href={body.changesUrl}>
          {words.backToChanges}
        </a>
        {body.checkout !== undefined && <code>{body.checkout}</code>}
        <a href={body.fileUrl}>
          <code class="file-path">{body.path}</code>
        </a>
      </div>
      <LinesForm body={body} loop={header.id} reader={reader} />
      {body.told !== undefined && (
        <p class="nothing" role="status">
          {body.told}
        </p>
      )}
      <ol class="commits">
        {body.commits.map((commit) => (
          <Row commit={commit} reader={reader} />
        ))}
      </ol>
      {body.cut && <p class="hint">{historyWords(reader.locale).cutShort}</p>}
      {body.moreUrl !== undefined && (
        <a class="button" href={body.moreUrl}>
          {words.older}
        </a>
      )}
    </PanelFrame>
  )
}

function LinesForm({ body, loop, reader }: { body: FileHistoryView; loop: string; reader: Reader }) {
  const words = historyWords(reader.locale)
  return (
    <form class="history-lines" method="get" action={urls.loopHistory(loop)} aria-describedby="lines-hint">
      {body.checkout !== undefined && <input type="hidden" name="checkout" value={body.checkout} />}
      <input type="hidden" name="file" value={body.token} />
      {(["from", "to"] as const).map((name) => (
        <label>
          {words[name]}{" "}
          <input type="text" inputmode="numeric" name={name} value={body[name]} maxlength="9" autocomplete="off" />
        </label>
      ))}
      <button type="submit" class="button">
        {words.showLines}
      </button>
      <span class="hint" id="lines-hint">
        {words.linesHint}
      </span>
    </form>
  )
}

function Row({ commit, reader }: { commit: FileCommitView; reader: Reader }) {
  return (
    <li class="commit-row file-commit">
      <CommitWords commit={commit} reader={reader} />
      {commit.rows?.map((rows) => (
        <div class="diff" tabindex="0" role="group" aria-label={commit.subject}>
          <Lines rows={rows} reader={reader} />
        </div>
      ))}
    </li>
  )
}
