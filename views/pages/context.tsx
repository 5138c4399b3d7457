import { contextWords } from "../../src/lib/i18n/context.ts"
import { Beside, FileOfContext } from "../components/context-document.tsx"
import { EditDocument, FolderForms, RemoveDocument } from "../components/context-forms.tsx"
import { Blame, Commits, Entries } from "../components/context-lists.tsx"
import { Diff } from "../components/diff.tsx"
import { ContextFrame } from "../layouts/context-frame.tsx"
import type { ContextBodyView, ContextPageView } from "../props/context.ts"

/** Something in one of the contexts: a folder, a document, its history, or a form about it. */
export function ContextPage({ page }: { page: ContextPageView }) {
  const { reader, beside, heading } = page
  return (
    <ContextFrame page={page}>
      <div class={["context-thing", beside && "has-beside"]}>
        <article>
          {page.tabs && <Tabs page={page} />}
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

const tabWords = { page: "page", source: "source", history: "history", blame: "blame" } as const

function Tabs({ page }: { page: ContextPageView }) {
  const words = contextWords(page.reader.locale)
  const editUrl = "editUrl" in page.body ? page.body.editUrl : undefined
  return (
    <div class="context-tabs">
      <nav class="filters" aria-label={words.views}>
        {page.tabs?.map(({ view, url, current }) => (
          <a href={url} aria-current={current ? "page" : undefined}>
            {words[tabWords[view]]}
          </a>
        ))}
      </nav>
      {editUrl !== undefined && (
        <a class="button small" href={editUrl} data-shortcut="e">
          {words.edit}
        </a>
      )}
    </div>
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
      return <Commits commits={body.commits} reader={reader} />
    case "blame":
      return <Blame lines={body.lines} reader={reader} />
    case "change":
      return <Change body={body} page={page} />
    default:
      return <Said body={body} page={page} />
  }
}

function Change({ body, page }: { body: Extract<ContextBodyView, { kind: "change" }>; page: ContextPageView }) {
  const { reader } = page
  return (
    <>
      {body.commit && <Commits commits={[body.commit]} reader={reader} />}
      {body.lines.length === 0 ? (
        <p class="hint">{contextWords(reader.locale).changeNone}</p>
      ) : (
        <Diff lines={body.lines} reader={reader} />
      )}
    </>
  )
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
