import { commonWords } from "../../src/lib/i18n/common.ts"
import { contextWords } from "../../src/lib/i18n/context.ts"
import { fileWords } from "../../src/lib/i18n/files.ts"
import { editorWords } from "../../src/lib/i18n/editor.ts"
import type { ContextEditView, ContextFolderView, ContextRemoveView } from "../props/context.ts"
import type { ThingActionsView } from "../props/files.ts"
import type { Reader } from "../props/reader.ts"
import { ThingActions } from "./file-forms.tsx"
import { UploadFields } from "./folder-listing.tsx"
import { EditorField, SaveState } from "./editor-field.tsx"
import { PostForm } from "./form.tsx"
import { FoldLabel, Time } from "./small.tsx"

interface Asked {
  reader: Reader
  formToken?: string | undefined
}

/** Rename, move and delete, folded away; links may follow. */
export const MoveForm = (props: Asked & { thing: ThingActionsView }) => (
  <ThingActions {...props}>
    <label class="check">
      <input type="checkbox" name="links" value="1" checked />
      {contextWords(props.reader.locale).moveLinks}
    </label>
  </ThingActions>
)

export function FolderForms({ folder, reader, formToken }: Asked & { folder: ContextFolderView }) {
  const words = contextWords(reader.locale)
  return (
    <>
      <details class="fold file-fold" open>
        <FoldLabel>{fileWords(reader.locale).newOrUpload}</FoldLabel>
        <div class="fold-body stack">
          <form method="get" action={folder.newUrl} class="file-acts">
            <input type="hidden" name="folder" value={folder.path} />
            <input
              type="text"
              name="name"
              aria-label={words.newName}
              placeholder={words.newName}
              maxlength="255"
              data-shortcut="n"
              required
            />
            <button type="submit" class="button">
              {words.newDocument}
            </button>
          </form>
          <form method="post" action={folder.uploadUrl} enctype="multipart/form-data" class="file-acts">
            {formToken !== undefined && <input type="hidden" name="formToken" value={formToken} />}
            <UploadFields files={words.uploadFiles} reader={reader} />
          </form>
        </div>
      </details>
      {folder.thing && <MoveForm thing={folder.thing} reader={reader} formToken={formToken} />}
    </>
  )
}

export function RemoveDocument({ remove, reader, formToken }: Asked & { remove: ContextRemoveView }) {
  const words = contextWords(reader.locale)
  return (
    <div class="panel-notice">
      <h1>{fileWords(reader.locale).removeTitle(remove.name)}</h1>
      {remove.files !== undefined && <p>{words.removeFolder(remove.files)}</p>}
      <p>{words.removeLinks(remove.links)}</p>
      <p>{words.removeLater}</p>
      <PostForm action={remove.deleteUrl} formToken={formToken} class="file-acts">
        <input type="hidden" name="path" value={remove.path} />
        <button type="submit" class="button danger">
          {fileWords(reader.locale).remove}
        </button>
        <a class="button quiet" href={remove.cancelUrl}>
          {commonWords(reader.locale).cancel}
        </a>
      </PostForm>
    </div>
  )
}

/** The button says what becomes of the text: it is there for everybody, or waits for a review. */
export function EditDocument({ edit, reader, formToken }: Asked & { edit: ContextEditView }) {
  const words = contextWords(reader.locale)
  return (
    <>
      {edit.draft && <Draft edit={edit} draft={edit.draft} reader={reader} formToken={formToken} />}
      <PostForm
        action={edit.saveUrl}
        formToken={formToken}
        class="editor"
        id="editor"
        stays={!edit.proposes && !edit.isNew}
      >
        {edit.proposal !== undefined && <input type="hidden" name="proposal" value={edit.proposal} />}
        <input type="hidden" name="shelf" value={edit.shelf} />
        <EditorField edit={edit} label={words.text} reader={reader} />
        <span hidden data-draft={edit.draftUrl} data-kept={words.draftKept} />
        <input
          type="text"
          name="message"
          aria-label={words.message}
          placeholder={words.message}
          maxlength="200"
          autocomplete="off"
        />
        <div class="file-acts">
          <button type="submit" class="button primary">
            {edit.proposes ? words.propose : words.save}
          </button>
          <a class="button quiet" href={edit.cancelUrl}>
            {editorWords(reader.locale).close}
          </a>
          <SaveState reader={reader} />
        </div>
        <p class="hint">{edit.proposes ? words.proposeHint : words.saveHint}</p>
      </PostForm>
    </>
  )
}

interface DraftProps extends Asked {
  edit: ContextEditView
  draft: NonNullable<ContextEditView["draft"]>
}

const Draft = ({ edit, draft, reader, formToken }: DraftProps) => (
  <div class="files-notice info" role="status">
    <p>
      {contextWords(reader.locale).draftShown} <Time at={draft.at} reader={reader} />
    </p>
    <PostForm action={draft.discardUrl} formToken={formToken} class="file-acts">
      <input type="hidden" name="path" value={edit.path} />
      <input type="hidden" name="shelf" value={edit.shelf} />
      <button type="submit" class="button small">
        {contextWords(reader.locale).draftDiscard}
      </button>
    </PostForm>
  </div>
)
