import { byteSize } from "../../src/lib/bytes.ts"
import { fileWords } from "../../src/lib/i18n/files.ts"
import { Icon, type IconName } from "../icons/icon.tsx"
import type { EntryView, FolderActionsView, FolderView } from "../props/files.ts"
import type { Reader } from "../props/reader.ts"
import { targets } from "../targets.ts"
import { ThingActions } from "./file-forms.tsx"
import { PostForm } from "./form.tsx"
import { FoldLabel, Time } from "./small.tsx"

interface FolderProps {
  folder: FolderView
  reader: Reader
  formToken?: string | undefined
}

export function FolderListing({ folder, reader, formToken }: FolderProps) {
  const words = fileWords(reader.locale)
  return (
    <>
      <FolderEntries folder={folder} reader={reader} />
      <p class="folder-foot">
        <a class="quiet-line" href={folder.hidden.url}>
          {folder.hidden.shown ? words.hideAgain : words.showHidden}
        </a>
        <a class="quiet-line" href={folder.downloadUrl}>
          {words.downloadFolder}
        </a>
      </p>
      {folder.may && <FolderActions may={folder.may} reader={reader} formToken={formToken} />}
    </>
  )
}

/** Live: `<Replace target={targets.folder}>`. */
export function FolderEntries({ folder, reader }: { folder: FolderView; reader: Reader }) {
  const words = fileWords(reader.locale)
  return (
    <div id={targets.folder}>
      {folder.entries.length === 0 ? (
        <p class="hint">{words.emptyFolder}</p>
      ) : (
        <ul class="entries" aria-label={words.list}>
          {folder.entries.map((entry) => (
            <Entry entry={entry} reader={reader} />
          ))}
        </ul>
      )}
      {folder.moreUrl !== undefined && (
        <p class="folder-foot">
          <a class="button small" href={folder.moreUrl}>
            {words.more}
          </a>
        </p>
      )}
    </div>
  )
}

const icons: Record<EntryView["kind"], IconName> = { folder: "folder", file: "file", link: "link", other: "ask" }

const markWords = {
  new: "markNew",
  changed: "markChanged",
  conflict: "markConflict",
  inside: "markInside",
  ignored: "markIgnored",
} as const

function Entry({ entry, reader }: { entry: EntryView; reader: Reader }) {
  const words = fileWords(reader.locale)
  return (
    <li class="entry-line">
      <a class="entry-name" href={entry.url}>
        <Icon name={icons[entry.kind]} />
        <span class="unseen">{words[entry.kind]}</span>
        <span class="cut">{entry.name}</span>
        {entry.mark && <span class={["entry-mark", entry.mark]}>{words[markWords[entry.mark]]}</span>}
      </a>
      <span class="number entry-size">{entry.size === undefined ? "" : byteSize(entry.size, reader.locale)}</span>
      <Time at={entry.modified} reader={reader} />
    </li>
  )
}

interface ActionsProps {
  may: FolderActionsView
  reader: Reader
  formToken?: string | undefined
}

function FolderActions({ may, reader, formToken }: ActionsProps) {
  const words = fileWords(reader.locale)
  return (
    <>
      <details class="fold file-fold" open>
        <FoldLabel>{words.newOrUpload}</FoldLabel>
        <div class="fold-body stack">
          <PostForm action={may.newUrl} formToken={formToken} class="file-acts">
            <input type="hidden" name="folder" value={may.path} />
            <input type="text" name="name" aria-label={words.name} placeholder={words.name} maxlength="255" required />
            <button type="submit" class="button" name="kind" value="file">
              {words.newFile}
            </button>
            <button type="submit" class="button" name="kind" value="folder">
              {words.newFolder}
            </button>
          </PostForm>
          <UploadForm may={may} reader={reader} formToken={formToken} />
        </div>
      </details>
      {may.thing && <ThingActions thing={may.thing} reader={reader} formToken={formToken} />}
    </>
  )
}

/** Works by itself; the script sends the files one by one and shows how far they are. */
function UploadForm({ may, reader, formToken }: ActionsProps) {
  const words = fileWords(reader.locale)
  return (
    <form
      method="post"
      action={may.uploadUrl}
      enctype="multipart/form-data"
      class="file-acts"
      data-upload
      data-uploading={words.uploading}
      data-failed={words.uploadFailed}
      data-ask={words.askReplace}
    >
      {formToken !== undefined && <input type="hidden" name="formToken" value={formToken} />}
      <UploadFields files={words.uploadFiles} reader={reader} />
      <span class="hint only-script">{words.dropHere}</span>
      <ul class="uploads" role="status" data-uploads />
    </form>
  )
}

/** Which files, and whether they take the place of others. `files`: what is asked for. */
export function UploadFields({ files, reader }: { files: string; reader: Reader }) {
  const words = fileWords(reader.locale)
  return (
    <>
      <label class="check">
        <input type="checkbox" name="replace" value="1" />
        {words.replaceFiles}
      </label>
      <input type="file" name="file" multiple required aria-label={files} />
      <button type="submit" class="button">
        {words.upload}
      </button>
    </>
  )
}
