import { changesWords } from "../../src/lib/i18n/changes.ts"
import { checkoutWords } from "../../src/lib/i18n/checkouts.ts"
import type { SafeHtml } from "../../src/lib/jsx/safe-html.ts"
import { urls } from "../../src/lib/urls.ts"
import { ChangeList, CommitPlace, Undo } from "../components/change-list.tsx"
import { Checkouts } from "../components/checkouts.tsx"
import { Review } from "../components/comment-form.tsx"
import { Counts } from "../components/file-diff.tsx"
import { PostForm } from "../components/form.tsx"
import { NoTurn, TurnBar, StartToLook } from "../components/turn-bar.tsx"
import { Notice } from "../components/changes-notice.tsx"
import { Lock, UnderWay } from "../components/under-way.tsx"
import { KeptText } from "../components/kept-text.tsx"
import { PanelFrame, Unplaced } from "../layouts/panel-frame.tsx"
import { targets } from "../targets.ts"
import type { ChangesPageView, ChangesView } from "../props/changes.ts"
import type { Reader } from "../props/reader.ts"

/** The diff comes in pieces, in place of `children`. */
export function ChangesPage({ page, children }: { page: ChangesPageView; children?: SafeHtml | null }) {
  const { body, reader, formToken } = page
  return (
    <PanelFrame page={page} class="changes">
      <div id={targets.changesNews} />
      {body.kind === "unplaced" && (
        <Unplaced unplaced={body.unplaced} reader={reader}>
          {body.kept && <KeptText kept={body.kept} reader={reader} formToken={formToken} />}
        </Unplaced>
      )}
      {body.kind === "no-repository" && <NoRepository page={page} body={body} />}
      {body.kind === "asleep" && <Asleep page={page} body={body} />}
      {body.kind === "no-turn" && <NoTurn body={body} loop={page.header.id} reader={reader} formToken={formToken} />}
      {body.kind === "changes" && (
        <Changes changes={body.changes} reader={reader} formToken={formToken}>
          {children}
        </Changes>
      )}
    </PanelFrame>
  )
}

interface BodyProps<Kind extends ChangesPageView["body"]["kind"]> {
  page: Pick<ChangesPageView, "header" | "reader" | "formToken">
  body: Extract<ChangesPageView["body"], { kind: Kind }>
}

function NoRepository({ page: { header, reader, formToken }, body }: BodyProps<"no-repository">) {
  const words = changesWords(reader.locale)
  return (
    <>
      <Checkouts checkouts={body.checkouts} reader={reader} />
      <div class="panel-notice">
        <h2>{words.noRepository}</h2>
        <p>{words.noRepositoryHint}</p>
        {body.mayBegin && (
          <PostForm action={urls.loopRepository(header.id)} formToken={formToken}>
            <input type="hidden" name="sight" value={body.sight} />
            <button type="submit" class="button primary">
              {words.beginRepository}
            </button>
          </PostForm>
        )}
        {body.lastTurnUrl !== undefined && (
          <p>
            <a href={body.lastTurnUrl}>{words.lastTurn}</a>
          </p>
        )}
      </div>
    </>
  )
}

/** A checkout that is seen in the running sandbox alone. */
function Asleep({ page: { header, reader, formToken }, body }: BodyProps<"asleep">) {
  const words = changesWords(reader.locale)
  const by = checkoutWords(reader.locale)
  return (
    <div class="panel-notice">
      <h2>{by.asleep}</h2>
      <p>{by.asleepHint}</p>
      <StartToLook loop={header.id} sight={body.sight} reader={reader} formToken={formToken} />
      <p>
        <a href={body.workdirUrl}>{words.backToChanges}</a>
      </p>
    </div>
  )
}

interface ChangesProps {
  changes: ChangesView
  reader: Reader
  formToken?: string | undefined
  children?: SafeHtml | null | undefined
}

function Changes({ changes, reader, formToken, children }: ChangesProps) {
  const all = { changes, reader, formToken }
  const clean = changes.groups.length === 0
  return (
    <>
      <Checkouts checkouts={changes.checkouts} reader={reader} />
      <Bar changes={changes} reader={reader} />
      {changes.underWay !== undefined && <UnderWay {...all} operation={changes.underWay} />}
      <Lock {...all} />
      {changes.turn !== undefined && <TurnBar {...all} turn={changes.turn} />}
      {changes.notice !== undefined && <Notice notice={changes.notice} reader={reader} />}
      <div class="changes-columns">
        <div class="changes-side">
          {changes.mayWrite && <Review {...all} />}
          <ChangeList {...all} />
          {changes.mayWrite && <CommitPlace {...all} open={!clean} />}
          {changes.mayWrite && <Undo {...all} />}
        </div>
        <div class="changes-files" id={targets.diffFiles}>
          {children}
        </div>
      </div>
    </>
  )
}

function Bar({ changes, reader }: Pick<ChangesProps, "changes" | "reader">) {
  const words = changesWords(reader.locale)
  const start = changes.checkout === undefined ? words.sinceStart : checkoutWords(reader.locale).notShared
  const names = { start, work: words.notStaged, index: words.stagedOnly, turn: words.turn }
  return (
    <div class="changes-bar">
      <nav class="segments" aria-label={words.compare}>
        {changes.compare.map(({ name, url, current }) => (
          <a href={url} aria-current={current ? "page" : undefined}>
            {names[name]}
          </a>
        ))}
      </nav>
      <a class="quiet-line wide-only" href={changes.splitUrl}>
        {changes.split ? words.oneColumn : words.sideBySide}
      </a>
      <a class="quiet-line" href={changes.spaceUrl}>
        {changes.ignoresSpace ? words.showSpace : words.hideSpace}
      </a>
      <a class="quiet-line" href={urls.loopHistory(changes.loop, { checkout: changes.checkout })}>
        {words.history}
      </a>
      <a class="quiet-line" href={urls.loopBranches(changes.loop, { checkout: changes.checkout })}>
        {words.branches}
      </a>
      {changes.commitShown !== undefined && <code>{words.commitShown(changes.commitShown)}</code>}
      {changes.allUrl !== undefined && <a href={changes.allUrl}>{words.backToAll}</a>}
      <Branch changes={changes} reader={reader} />
    </div>
  )
}

export function Branch({ changes: { branch }, reader }: Pick<ChangesProps, "changes" | "reader">) {
  const words = changesWords(reader.locale)
  if (branch === undefined) return <span id={targets.changeBranch} />
  const { name, ahead, behind } = branch
  return (
    <span class="quiet-line" id={targets.changeBranch}>
      <code>{name === undefined ? words.noBranch : words.onBranch(name)}</code>
      {ahead !== undefined && behind !== undefined && <span> · {words.aheadBehind(ahead, behind)}</span>}
    </span>
  )
}

interface SummaryProps {
  files: number
  added: number
  removed: number
  reader: Reader
}

/** The first piece of a diff. */
export function DiffSummary({ files, added, removed, reader }: SummaryProps) {
  const words = changesWords(reader.locale)
  if (files > 0)
    return (
      <p class="quiet-line diff-summary" id={targets.diffSummary}>
        {words.totals(files, added, removed)}
      </p>
    )
  return (
    <div class="nothing" id={targets.diffSummary}>
      <p>{words.nothingChanged}</p>
      <p class="quiet-line">{words.nothingHint}</p>
    </div>
  )
}

export interface FoldedFile {
  path: string
  url: string
  added?: number | undefined
  removed?: number | undefined
}

/** The last piece: files that are too many to be shown at once. */
export function FoldedFiles({ files, reader }: { files: FoldedFile[]; reader: Reader }) {
  const words = changesWords(reader.locale)
  if (files.length === 0) return null
  return (
    <details class="folded-files">
      <summary>{words.notShown(files.length)}</summary>
      <ul>
        {files.map(({ path, url, added, removed }) => (
          <li class="change-row">
            <code class="cut">{path}</code>
            <Counts added={added} removed={removed} />
            <a href={url}>{words.showOne}</a>
          </li>
        ))}
      </ul>
    </details>
  )
}

/** In place of the rest, when it did not come. */
export function CutShort({ reader }: { reader: Reader }) {
  return (
    <p class="form-error" role="alert">
      {changesWords(reader.locale).cutShort}
    </p>
  )
}
