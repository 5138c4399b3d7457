import { contextWords } from "../../src/lib/i18n/context.ts"
import { relationWords } from "../../src/lib/i18n/relations.ts"
import { CodeText } from "../components/code-text.tsx"
import { Entries } from "../components/context-lists.tsx"
import { ContextFrame } from "../layouts/context-frame.tsx"
import type { CodePageView } from "../props/code.ts"

/** A file or folder of a repository of code, to be read. */
export function CodePage({ page }: { page: CodePageView }) {
  const words = relationWords(page.reader.locale)
  return (
    <ContextFrame page={page}>
      <article class="code-thing">
        <h1 class="long">{page.heading}</h1>
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
    case "module":
      return <p class="hint">{words.moduleHere}</p>
    case "link":
      return <p class="mono long">{words.linkTo(body.target)}</p>
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
