import type { Child } from "../../src/lib/jsx/jsx-runtime.ts"
import { fileWords } from "../../src/lib/i18n/files.ts"
import { Checkouts } from "../components/checkouts.tsx"
import { Crumbs } from "../components/crumbs.tsx"
import { ConflictForm, EditForm } from "../components/file-forms.tsx"
import { FileShown } from "../components/file-shown.tsx"
import { FolderListing } from "../components/folder-listing.tsx"
import { OpenFiles } from "../components/open-files.tsx"
import { PostForm } from "../components/form.tsx"
import { Icon } from "../icons/icon.tsx"
import { PanelFrame, Unplaced } from "../layouts/panel-frame.tsx"
import type { FilesPageView, NoticeView, RemoveView } from "../props/files.ts"
import type { Reader } from "../props/reader.ts"

interface FilesProps {
  page: FilesPageView
  /** What a search finds, or a long text: it may come after the page, as it is found or read. */
  children?: Child
}

export function FilesPage({ page, children }: FilesProps) {
  const { crumbs, search, notice, reader } = page
  return (
    <PanelFrame page={page} class="files">
      <Checkouts checkouts={page.checkouts} reader={reader} />
      <div class="files-head">
        <Crumbs crumbs={crumbs} label={fileWords(reader.locale).where} />
        <Search search={search} reader={reader} />
      </div>
      <OpenFiles open={page.open} reader={reader} />
      {notice && <Notice notice={notice} />}
      <Body page={page}>{children}</Body>
    </PanelFrame>
  )
}

function Body({ page, children }: FilesProps) {
  const { body, reader, formToken } = page
  switch (body.kind) {
    case "unplaced":
      return <Unplaced unplaced={body.unplaced} reader={reader} />
    case "nothing":
      return <p class="hint">{fileWords(reader.locale).notThere}</p>
    case "folder":
      return <FolderListing folder={body.folder} reader={reader} formToken={formToken} />
    case "file":
      return (
        <FileShown file={body.file} reader={reader} formToken={formToken}>
          {children}
        </FileShown>
      )
    case "edit":
      return <EditForm edit={body.edit} reader={reader} formToken={formToken} />
    case "conflict":
      return <ConflictForm conflict={body.conflict} reader={reader} formToken={formToken} />
    case "remove":
      return <RemoveForm remove={body.remove} reader={reader} formToken={formToken} />
    case "found":
      return <div class="found">{children}</div>
  }
}

function Search({ search, reader }: { search: FilesPageView["search"]; reader: Reader }) {
  const words = fileWords(reader.locale)
  return (
    <form class="files-search" action={search.url} role="search" aria-label={words.findWhat}>
      {search.checkout !== undefined && <input type="hidden" name="checkout" value={search.checkout} />}
      <input type="search" name="q" value={search.words} aria-label={words.findWhat} placeholder={words.findWhat} />
      <select name="in" class="quiet-select" aria-label={words.where}>
        <option value="name" selected={search.within === "name"}>
          {words.byName}
        </option>
        <option value="text" selected={search.within === "text"}>
          {words.byText}
        </option>
      </select>
      <button type="submit" class="button square" aria-label={words.find}>
        <Icon name="search" />
      </button>
    </form>
  )
}

const Notice = ({ notice }: { notice: NoticeView }) => (
  <div class={["files-notice", notice.level]} role={notice.level === "error" ? "alert" : "status"}>
    {notice.sentences.map((sentence) => (
      <p>{sentence}</p>
    ))}
  </div>
)

interface RemoveProps {
  remove: RemoveView
  reader: Reader
  formToken?: string | undefined
}

const lossWords = { nothing: "lossNothing", kept: "lossKept", lost: "lossForGood" } as const

function RemoveForm({ remove, reader, formToken }: RemoveProps) {
  const words = fileWords(reader.locale)
  const folder = remove.count === undefined ? words.removeMany : words.removeFolder(remove.count)
  return (
    <div class="panel-notice">
      <h2>{words.removeTitle(remove.name)}</h2>
      {remove.isFolder && <p>{folder}</p>}
      <p>{words[lossWords[remove.loss]]}</p>
      <PostForm action={remove.deleteUrl} formToken={formToken} class="file-acts">
        <input type="hidden" name="path" value={remove.path} />
        <input type="hidden" name="loss" value={remove.loss} />
        <button type="submit" class="button danger">
          {words.remove}
        </button>
        <a class="button quiet" href={remove.cancelUrl}>
          {words.cancel}
        </a>
      </PostForm>
    </div>
  )
}
