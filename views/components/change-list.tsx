import { changesWords } from "../../src/lib/i18n/changes.ts"
import { historyWords } from "../../src/lib/i18n/history.ts"
import { urls } from "../../src/lib/urls.ts"
import type { ChangeGroupView, ChangesView } from "../props/changes.ts"
import type { Reader } from "../props/reader.ts"
import { targets } from "../targets.ts"
import { PostForm } from "./form.tsx"
import { Time } from "./small.tsx"

interface Props {
  changes: ChangesView
  reader: Reader
  formToken?: string | undefined
}

/** Every changed file by what git has of it, each with what can be done about it. */
export function ChangeList({ changes, reader, formToken }: Props) {
  const words = changesWords(reader.locale)
  return (
    <section class="change-list" id={targets.changeList} aria-label={words.filesChanged}>
      {changes.groups.map((group) => (
        <PostForm action={urls.loopStage(changes.loop)} formToken={formToken}>
          <input type="hidden" name="sight" value={changes.sight} />
          <h2>
            {words[group.group]} <span class="number quiet-line">{group.rows.length}</span>
          </h2>
          <ul>
            {group.rows.map((row) => (
              <ChangeRow row={row} group={group.group} changes={changes} reader={reader} />
            ))}
          </ul>
        </PostForm>
      ))}
    </section>
  )
}

interface RowProps {
  row: ChangeGroupView["rows"][number]
  group: ChangeGroupView["group"]
  changes: ChangesView
  reader: Reader
}

function ChangeRow({ row, group, changes: { loop, mayWrite }, reader }: RowProps) {
  const words = changesWords(reader.locale)
  const deed = (label: string, text: string, action: string) => (
    <button type="submit" class="button quiet" name="path" value={row.token} formaction={action} aria-label={label}>
      {text}
    </button>
  )
  return (
    <li class="change-row">
      <code class="change-letter">{row.letter}</code>
      <a href={`#${row.anchor}`} class="cut">
        <code>{row.path}</code>
      </a>
      {mayWrite && group === "staged" && deed(words.unstageFile(row.path), words.unstage, urls.loopUnstage(loop))}
      {mayWrite && group !== "staged" && deed(words.stageFile(row.path), words.stage, urls.loopStage(loop))}
      {mayWrite && group !== "staged" && deed(words.discardFile(row.path), words.discard, urls.loopDiscard(loop))}
    </li>
  )
}

/** Where the form stands as soon as there is something to commit. */
export function CommitPlace({ open, ...all }: Props & { open: boolean }) {
  return <div id={targets.changeCommit}>{open && <CommitForm {...all} />}</div>
}

function CommitForm({ changes, reader, formToken }: Props) {
  const words = changesWords(reader.locale)
  const { message, error, everything } = changes.commit
  const described = error === undefined ? {} : { "aria-describedby": "commit-error", "aria-invalid": "true" as const }
  return (
    <PostForm action={urls.loopCommit(changes.loop)} formToken={formToken} class="commit-form" label={words.commit}>
      <input type="hidden" name="sight" value={changes.sight} />
      <textarea
        name="message"
        rows="3"
        aria-label={words.message}
        placeholder={words.messagePlaceholder}
        {...described}
      >
        {message}
      </textarea>
      {error !== undefined && (
        <p class="form-error" id="commit-error" role="alert">
          {error}
        </p>
      )}
      <label class="check">
        <input type="checkbox" name="everything" value="1" checked={everything} />
        <span>{words.everything}</span>
      </label>
      <label class="check">
        <input type="checkbox" name="amend" value="1" />
        <span>{historyWords(reader.locale).amend}</span>
      </label>
      <button type="submit" class="button primary">
        {words.commit}
      </button>
    </PostForm>
  )
}

/** What was discarded and can be brought back, and the button that discards everything. */
export function Undo({ changes, reader, formToken }: Props) {
  const words = changesWords(reader.locale)
  const { loop, sight, undo, groups } = changes
  return (
    <section class="undo" id={targets.changeUndo}>
      {groups.length > 0 && (
        <PostForm action={urls.loopDiscard(loop)} formToken={formToken}>
          <input type="hidden" name="sight" value={sight} />
          <button type="submit" class="button" name="all" value="1">
            {words.discardAll}
          </button>
        </PostForm>
      )}
      {undo.length > 0 && (
        <>
          <h2>{words.undoTitle}</h2>
          <p class="quiet-line">{words.undoHint}</p>
          <PostForm action={urls.loopUndo(loop)} formToken={formToken}>
            <input type="hidden" name="sight" value={sight} />
            <ul>
              {undo.map(({ id, at, files, size }) => (
                <li class="change-row">
                  <span class="cut">
                    <Time at={at} reader={reader} /> · {words.undoFiles(files, size)}
                  </span>
                  <button type="submit" class="button quiet" name="undo" value={id}>
                    {words.bringBack}
                  </button>
                </li>
              ))}
            </ul>
          </PostForm>
        </>
      )}
    </section>
  )
}
