import { byteSize } from "../../src/lib/bytes.ts"
import { changesWords } from "../../src/lib/i18n/changes.ts"
import { checkoutWords } from "../../src/lib/i18n/checkouts.ts"
import { historyWords } from "../../src/lib/i18n/history.ts"
import { pictureWords } from "../../src/lib/i18n/pictures.ts"
import { urls } from "../../src/lib/urls.ts"
import type { ChangesView, DiffRowView, FileDiffView, HunkView } from "../props/changes.ts"
import type { Reader } from "../props/reader.ts"
import { Runs } from "./code-text.tsx"
import { CommentForm } from "./comment-form.tsx"
import { PostForm } from "./form.tsx"

interface FileDiffProps {
  file: FileDiffView
  about: Pick<ChangesView, "loop" | "sight" | "split" | "mayWrite">
  reader: Reader
  formToken?: string | undefined
}

/** One file of a diff: its head, what cannot be shown in words, and its parts. */
export function FileDiff({ file, about, reader, formToken }: FileDiffProps) {
  const words = changesWords(reader.locale)
  const hidden = { path: file.token, sight: about.sight }
  const busy = file.commentForm !== undefined || file.hunks.some(({ picking }) => picking)
  return (
    <details class="file-diff" id={file.anchor} open hx-morph-skip={busy ? "" : undefined}>
      <summary>
        <code class="file-path">{file.path}</code>
        {file.from !== undefined && <code class="quiet-line">{words.movedFrom(file.from)}</code>}
        <Counts added={file.added} removed={file.removed} />
      </summary>
      {file.modes !== undefined && <p class="diff-note">{words.modeChanged(file.modes.before, file.modes.after)}</p>}
      <Note file={file} reader={reader} />
      {file.pictures !== undefined && <Pictures pictures={file.pictures} file={file} reader={reader} />}
      {file.commentForm !== undefined && (
        <CommentForm form={file.commentForm} file={file} about={about} reader={reader} formToken={formToken} />
      )}
      {file.hunks.length > 0 && (
        <PostForm action={urls.loopStage(about.loop)} formToken={formToken} class="hunks">
          <input type="hidden" name="path" value={hidden.path} />
          <input type="hidden" name="sight" value={hidden.sight} />
          {file.hunks.map((hunk) => (
            <Hunk hunk={hunk} file={file} about={about} reader={reader} />
          ))}
        </PostForm>
      )}
    </details>
  )
}

export function Counts({ added, removed }: { added?: number | undefined; removed?: number | undefined }) {
  if (added === undefined || removed === undefined) return null
  return (
    <span class="line-counts number">
      <span class="count-added">+{added}</span> <span class="count-removed">−{removed}</span>
    </span>
  )
}

function Note({ file, reader }: { file: FileDiffView; reader: Reader }) {
  const words = changesWords(reader.locale)
  const sentences = {
    binary: words.binaryFile,
    link: words.linkFile,
    large: words.largeFile,
    vault: checkoutWords(reader.locale).vaultFile,
    empty: file.modes ? words.noDifference : words.emptyFile,
  }
  if (file.note === undefined) return null
  return (
    <p class="diff-note">
      {sentences[file.note]} {file.showUrl !== undefined && <a href={file.showUrl}>{words.showAnyway}</a>}{" "}
      <HistoryLink file={file} reader={reader} />
    </p>
  )
}

interface PicturesProps {
  pictures: NonNullable<FileDiffView["pictures"]>
  file: FileDiffView
  reader: Reader
}

/** An image as it was and as it is; one that came or went stands alone. */
function Pictures({ pictures, file, reader }: PicturesProps) {
  const { locale } = reader
  const words = pictureWords(locale)
  return (
    <>
      <div class="pictures">
        {(["before", "after"] as const).map((side) => {
          const picture = pictures[side]
          if (!picture) return null
          const { url, bytes, size } = picture
          return (
            <figure>
              <figcaption>
                {words[side]}{" "}
                <span class="number">
                  {size !== undefined && `${size.width} × ${size.height} · `}
                  {byteSize(bytes, locale)}
                </span>
              </figcaption>
              <img class="file-image" src={url} alt={words.pictureOf(words[side], file.path)} loading="lazy" />
            </figure>
          )
        })}
      </div>
      {file.historyUrl !== undefined && (
        <p class="diff-note">
          <HistoryLink file={file} reader={reader} />
        </p>
      )}
    </>
  )
}

interface HistoryProps {
  file: FileDiffView
  reader: Reader
  class?: string
}

function HistoryLink({ file, reader, class: name }: HistoryProps) {
  if (file.historyUrl === undefined) return null
  return (
    <a class={name} href={file.historyUrl}>
      {historyWords(reader.locale).fileHistory}
    </a>
  )
}

interface HunkProps extends Pick<FileDiffProps, "file" | "about" | "reader"> {
  hunk: HunkView
}

function Hunk({ hunk, file, about, reader }: HunkProps) {
  const words = changesWords(reader.locale)
  return (
    <section class="hunk">
      <div class="hunk-head">
        <code class="hunk-title cut">{hunk.title}</code>
        {hunk === file.hunks[0] && <HistoryLink file={file} reader={reader} class="button quiet" />}
        {file.commentUrl !== undefined && (
          <a class="button quiet" href={`${file.commentUrl}&line=${hunk.line}`} data-comment>
            {words.comment}
          </a>
        )}
        {hunk.picking && <input type="hidden" name="picking" value={hunk.name} />}
        {about.mayWrite && hunk.pickUrl !== undefined && (
          <a class="button quiet" href={hunk.pickUrl}>
            {words.pickLines}
          </a>
        )}
        {about.mayWrite && <HunkDeeds hunk={hunk} file={file} about={about} reader={reader} />}
      </div>
      <div class="diff" tabindex="0">
        {about.split && !hunk.picking ? (
          <SplitLines rows={hunk.rows} reader={reader} />
        ) : (
          <Lines rows={hunk.rows} picking={hunk.picking} reader={reader} />
        )}
      </div>
    </section>
  )
}

function HunkDeeds({ hunk, file, about: { loop }, reader }: HunkProps) {
  const words = changesWords(reader.locale)
  const names = { stage: words.stage, unstage: words.unstage, discard: words.discard }
  const labels = { stage: words.stageHunk, unstage: words.unstageHunk, discard: words.discardHunk }
  const actions = {
    stage: urls.loopStage(loop),
    unstage: urls.loopUnstage(loop),
    discard: urls.loopDiscard(loop),
  }
  return (
    <>
      {file.deeds.map((deed) => (
        <button
          type="submit"
          class="button quiet"
          name="hunk"
          value={hunk.name}
          formaction={actions[deed]}
          aria-label={labels[deed]}
        >
          {names[deed]}
        </button>
      ))}
    </>
  )
}

const signs: Record<DiffRowView["kind"], string> = { same: " ", added: "+", removed: "−" }

/** Signs as well as colours say what came and what went. */
export function Lines({ rows, picking, reader }: { rows: DiffRowView[]; picking?: true | undefined; reader: Reader }) {
  return (
    <table>
      <tbody>
        {rows.map((row, index) => (
          <tr class={`diff-${row.kind}`}>
            {picking && <Choice row={row} index={index} reader={reader} />}
            <td class="diff-number" data-line={row.before} />
            <td class="diff-number" data-line={row.after} />
            <td class="diff-sign">{signs[row.kind]}</td>
            <Code row={row} reader={reader} />
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Choice({ row, index, reader }: { row: DiffRowView; index: number; reader: Reader }) {
  const label = changesWords(reader.locale).pickLine(row.after ?? row.before ?? 0)
  if (row.kind === "same") return <td />
  return (
    <td class="diff-choice">
      <input type="checkbox" name="line" value={String(index)} aria-label={label} />
    </td>
  )
}

function Code({ row, reader }: { row: DiffRowView; reader: Reader }) {
  return (
    <td class={["diff-text", `diff-${row.kind}`]}>
      <code>
        <Runs runs={row.runs} />
      </code>
      {row.openEnd && <span class="open-end" title={changesWords(reader.locale).openEnd} />}
    </td>
  )
}

/** What went on the left, what came on the right. */
function SplitLines({ rows, reader }: { rows: DiffRowView[]; reader: Reader }) {
  return (
    <table class="split">
      <tbody>
        {pairs(rows).map(([old, now]) => (
          <tr>
            <Side row={old} line={old?.before} reader={reader} />
            <Side row={now} line={now?.after} reader={reader} />
          </tr>
        ))}
      </tbody>
    </table>
  )
}

interface SideProps {
  row: DiffRowView | undefined
  line: number | undefined
  reader: Reader
}

function Side({ row, line, reader }: SideProps) {
  if (!row) return <td class="diff-none" colspan="3" />
  return (
    <>
      <td class={["diff-number", `diff-${row.kind}`]} data-line={line} />
      <td class={["diff-sign", `diff-${row.kind}`]}>{signs[row.kind]}</td>
      <Code row={row} reader={reader} />
    </>
  )
}

type Pair = [old: DiffRowView | undefined, now: DiffRowView | undefined]

function pairs(rows: readonly DiffRowView[]): Pair[] {
  const paired: Pair[] = []
  let waiting = 0
  for (const row of rows) {
    if (row.kind === "same") {
      paired.push([row, row])
      waiting = 0
    } else if (row.kind === "removed") {
      paired.push([row, undefined])
      waiting++
    } else {
      const open = paired[paired.length - waiting]
      if (waiting > 0 && open) open[1] = row
      else paired.push([undefined, row])
      waiting = Math.max(0, waiting - 1)
    }
  }
  return paired
}
