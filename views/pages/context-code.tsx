import { contextWords } from "../../src/lib/i18n/context.ts"
import { relationWords } from "../../src/lib/i18n/relations.ts"
import { CodeText } from "../components/code-text.tsx"
import { ChangeOfFile, Entries, History } from "../components/context-lists.tsx"
import { OlderVersion, Tabs } from "../components/context-tabs.tsx"
import { ContextFrame } from "../layouts/context-frame.tsx"
import type { CodeBodyView, CodePageView } from "../props/code.ts"

/** A file or folder of a repository of code, to be read. */
export function CodePage({ page }: { page: CodePageView }) {
  const words = relationWords(page.reader.locale)
  return (
    <ContextFrame page={page}>
      <article class="code-thing">
        {page.tabs && <Tabs tabs={page.tabs} reader={page.reader} />}
        <h1 class="long">{page.heading}</h1>
        {page.newestUrl !== undefined && <OlderVersion newestUrl={page.newestUrl} reader={page.reader} />}
        {page.commit !== undefined && <p class="hint">{words.codeAt(page.repository, page.commit)}</p>}
        <Body page={page} />
      </article>
    </ContextFrame>
  )
}

function Body({ page: { body, reader } }: { page: CodePageView }) {
  const words = contextWords(reader.locale)
  switch (body.kind) {
    case "folder":
      return body.entries.length === 0 ? (
        <p class="hint">{relationWords(reader.locale).codeEmpty}</p>
      ) : (
        <Entries folder={body} reader={reader} />
      )
    case "text":
      return (
        <>
          <Download url={body.downloadUrl} words={words.download} />
          <CodeText shown={body} reader={reader} />
        </>
      )
    case "binary":
    case "long":
      return (
        <>
          <p class="hint">{words[body.kind]}</p>
          <Download url={body.downloadUrl} words={words.download} />
        </>
      )
    case "image":
      return (
        <>
          <img class="file-image" src={body.url} alt={body.name} />
          <Download url={body.downloadUrl} words={words.download} />
        </>
      )
    case "history":
      return <History history={body} reader={reader} />
    case "change":
      return <ChangeOfFile change={body} reader={reader} />
    default:
      return <Said body={body} reader={reader} />
  }
}

interface SaidProps extends Pick<CodePageView, "reader"> {
  body: Extract<CodeBodyView, { kind: "module" | "link" | "nothing" | "not-here" }>
}

/** What is no file to be shown. */
function Said({ body, reader }: SaidProps) {
  switch (body.kind) {
    case "module":
      return <p class="hint">{contextWords(reader.locale).moduleHere}</p>
    case "link":
      return <p class="mono long">{contextWords(reader.locale).linkTo(body.target)}</p>
    case "nothing":
      return <p>{relationWords(reader.locale).codeGone}</p>
    case "not-here":
      return <p>{relationWords(reader.locale).codeNotHere}</p>
  }
}

const Download = ({ url, words }: { url: string; words: string }) => (
  <p class="file-acts">
    <a class="button small" href={url}>
      {words}
    </a>
  </p>
)
