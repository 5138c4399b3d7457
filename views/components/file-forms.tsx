import { editorWords } from "../../src/lib/i18n/editor.ts"
import { fileWords } from "../../src/lib/i18n/files.ts"
import type { Child } from "../../src/lib/jsx/jsx-runtime.ts"
import type { ConflictView, EditView, ThingActionsView } from "../props/files.ts"
import type { Reader } from "../props/reader.ts"
import { targets } from "../targets.ts"
import { Diff } from "./diff.tsx"
import { EditorField, SaveState } from "./editor-field.tsx"
import { PostForm } from "./form.tsx"
import { Mention } from "./open-files.tsx"
import { FoldLabel } from "./small.tsx"

interface EditProps {
  edit: EditView
  reader: Reader
  formToken?: string | undefined
}

export function EditForm({ edit, reader, formToken }: EditProps) {
  const words = fileWords(reader.locale)
  return (
    <>
      <div id={targets.fileNews} />
      <PostForm action={edit.saveUrl} formToken={formToken} class="editor" id="editor" stays>
        <EditorField edit={edit} label={words.text} reader={reader} />
        <div class="file-acts">
          <button type="submit" class="button primary">
            {words.save}
          </button>
          <a class="button quiet" href={edit.cancelUrl}>
            {editorWords(reader.locale).close}
          </a>
          {edit.mention && <Mention mention={edit.mention} reader={reader} />}
          <SaveState reader={reader} />
        </div>
      </PostForm>
    </>
  )
}

interface ConflictProps {
  conflict: ConflictView
  reader: Reader
  formToken?: string | undefined
}

/** Both texts stand here, so that neither is lost. */
export function ConflictForm({ conflict, reader, formToken }: ConflictProps) {
  const words = fileWords(reader.locale)
  const { theirs } = conflict
  return (
    <div class="stack">
      <div class="files-notice error" role="alert">
        <h2>{words.conflictTitle}</h2>
        <p>{theirs ? words.conflictLead : words.conflictGone}</p>
      </div>
      <PostForm action={conflict.saveUrl} formToken={formToken} class="editor">
        <BothTexts
          edit={conflict}
          mine={words.yours}
          theirs={theirs && { name: words.theirs, text: theirs.text }}
          reader={reader}
        />
        <div class="file-acts">
          <button type="submit" class="button primary">
            {words.saveMine}
          </button>
          {theirs && (
            <button type="submit" class="button" name="merge" value="both">
              {words.mergeBoth}
            </button>
          )}
          <a class="button quiet" href={conflict.cancelUrl}>
            {words.keepTheirs}
          </a>
          <SaveState reader={reader} />
        </div>
      </PostForm>
      {theirs && (
        <>
          <h2>{words.difference}</h2>
          <Diff lines={theirs.difference} reader={reader} />
        </>
      )}
    </div>
  )
}

interface BothProps {
  edit: EditView
  /** What the text is called that can be changed. */
  mine: string
  theirs?: { name: string; text: string } | undefined
  reader: Reader
}

/** A text to be changed beside another to be read. */
export const BothTexts = ({ edit, mine, theirs, reader }: BothProps) => (
  <div class="both-texts">
    <div>
      <h2>{mine}</h2>
      <EditorField edit={edit} label={mine} reader={reader} />
    </div>
    {theirs && (
      <div>
        <h2>{theirs.name}</h2>
        <pre class="file-text" tabindex="0" aria-label={theirs.name}>
          {theirs.text}
        </pre>
      </div>
    )}
  </div>
)

interface ThingProps {
  thing: ThingActionsView
  reader: Reader
  formToken?: string | undefined
  /** What else can be chosen when it is moved. */
  children?: Child
}

export function ThingActions({ thing, reader, formToken, children }: ThingProps) {
  const words = fileWords(reader.locale)
  return (
    <details class="fold file-fold">
      <FoldLabel>{words.moreActions}</FoldLabel>
      <div class="fold-body stack">
        <PostForm action={thing.moveUrl} formToken={formToken} class="file-acts">
          <input type="hidden" name="path" value={thing.path} />
          <input type="text" name="to" value={thing.editablePath} aria-label={words.moveTo} required />
          {children}
          <button type="submit" class="button">
            {words.move}
          </button>
        </PostForm>
        <p>
          <a class="button danger" href={thing.deleteUrl}>
            {words.remove}
          </a>
        </p>
      </div>
    </details>
  )
}
