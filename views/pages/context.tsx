import { contextWords } from "../../src/lib/i18n/context.ts"
import { Beside, FileOfContext } from "../components/context-document.tsx"
import { EditDocument, FolderForms, RemoveDocument } from "../components/context-forms.tsx"
import { Blame, ChangeOfFile, Entries, History } from "../components/context-lists.tsx"
import { Tabs } from "../components/context-tabs.tsx"
import { ContextFrame } from "../layouts/context-frame.tsx"
import type { ContextBodyView, ContextPageView } from "../props/context.ts"

/** Something in one of the contexts: a folder, a document, its history, or a form about it. */
export function ContextPage({ page }: { page: ContextPageView }) {
  const { reader, beside, heading, body } = page
  return (
    <ContextFrame page={page}>
      <div class={["context-thing", beside && "has-beside"]}>
        <article>
          {page.tabs && (
            <Tabs tabs={page.tabs} editUrl={"editUrl" in body ? body.editUrl : undefined} reader={reader} />
          )}
          {heading !== undefined && (
            <h1 class="long" id={page.headingId}>
              {heading}
            </h1>
          )}
          <Body page={page} />
        </article>
        {beside && <Beside beside={beside} reader={reader} />}
      </div>
    </ContextFrame>
  )
}

function Body({ page }: { page: ContextPageView }) {
  const { body, reader, formToken } = page
  switch (body.kind) {
    case "folder":
      return (
        <>
          <Entries folder={body.folder} reader={reader} />
          <FolderForms folder={body.folder} reader={reader} formToken={formToken} />
        </>
      )
    case "document":
    case "text":
    case "image":
    case "binary":
    case "long":
      return <FileOfContext shown={body} reader={reader} formToken={formToken} />
    case "edit":
      return <EditDocument edit={body.edit} reader={reader} formToken={formToken} />
    case "remove":
      return <RemoveDocument remove={body.remove} reader={reader} formToken={formToken} />
    case "history":
      return <History history={body} reader={reader} />
    case "blame":
      return <Blame lines={body.lines} reader={reader} />
    case "change":
      return <ChangeOfFile change={body} reader={reader} />
    default:
      return <Said body={body} page={page} />
  }
}

type SaidView = Extract<ContextBodyView, { kind: "link" | "vault" | "module" | "nothing" | "choose" }>

/** What is no file to be shown. */
function Said({ body, page }: { body: SaidView; page: ContextPageView }) {
  const words = contextWords(page.reader.locale)
  switch (body.kind) {
    case "vault":
      return <p class="hint">{words.vault}</p>
    case "module":
      return <p class="hint">{words.moduleHere}</p>
    case "link":
      return (
        <div class="stack">
          <p class="mono long">{words.linkTo(body.target)}</p>
          {body.url !== undefined && (
            <p>
              <a class="button" href={body.url}>
                {words.openTarget}
              </a>
            </p>
          )}
        </div>
      )
    case "nothing":
      return (
        <div class="stack">
          <p>{words.notThereLead}</p>
          {body.createUrl !== undefined && (
            <p>
              <a class="button primary" href={body.createUrl}>
                {words.createIt}
              </a>
            </p>
          )}
        </div>
      )
    case "choose":
      return (
        <>
          <p>{words.chooseLead}</p>
          <ul class="context-hits">
            {body.documents.map(({ path, url }) => (
              <li>
                <a class="row-title long" href={url}>
                  {path}
                </a>
              </li>
            ))}
          </ul>
        </>
      )
  }
}
