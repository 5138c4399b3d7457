import { byteSize } from "../../src/lib/bytes.ts"
import type { Child } from "../../src/lib/jsx/jsx-runtime.ts"
import { checkoutWords } from "../../src/lib/i18n/checkouts.ts"
import { editorWords } from "../../src/lib/i18n/editor.ts"
import { fileWords } from "../../src/lib/i18n/files.ts"
import type { FileView } from "../props/files.ts"
import type { Reader } from "../props/reader.ts"
import { targets } from "../targets.ts"
import { ThingActions } from "./file-forms.tsx"
import { Mention } from "./open-files.tsx"
import { Time } from "./small.tsx"

interface FileProps {
  file: FileView
  reader: Reader
  formToken?: string | undefined
  /** A text that comes after the page, piece by piece. */
  children?: Child
}

export function FileShown({ file, reader, formToken, children }: FileProps) {
  const words = fileWords(reader.locale)
  return (
    <>
      <div class="file-acts">
        <span class="hint number">{byteSize(file.size, reader.locale)}</span>
        <span class="hint">
          <Time at={file.modified} reader={reader} />
        </span>
        {file.editUrl !== undefined && (
          <a class="button small" href={file.editUrl}>
            {words.edit}
          </a>
        )}
        {file.historyUrl !== undefined && (
          <a class="button small" href={file.historyUrl} data-history>
            {words.history}
          </a>
        )}
        {file.mention && <Mention mention={file.mention} reader={reader} />}
        {file.downloadUrl !== undefined && (
          <a class="button small" href={file.downloadUrl}>
            {words.download}
          </a>
        )}
      </div>
      <div id={targets.fileNews} />
      {file.damageable && <p class="hint">{words.notEditable}</p>}
      <Content file={file} reader={reader}>
        {children}
      </Content>
      {file.may && <ThingActions thing={file.may} reader={reader} formToken={formToken} />}
    </>
  )
}

/** Live: `<Replace target={targets.fileNews}>`, as are the following. */
export const NoFileNews = () => <div id={targets.fileNews} />

export function FileNews({ gone, url, reader }: { gone: boolean; url: string; reader: Reader }) {
  const words = fileWords(reader.locale)
  return (
    <div id={targets.fileNews} class="files-notice info" role="status">
      <p>
        {gone ? words.goneOutside : words.changedOutside} <a href={url}>{words.reload}</a>
      </p>
    </div>
  )
}

/** While the text is changed here. Nobody who saved it himself is told. */
export function EditNews({ version, url, reader }: { version: string; url: string; reader: Reader }) {
  return (
    <div id={targets.fileNews} class="files-notice info" role="status" data-version={version}>
      <p>{editorWords(reader.locale).changedHere}</p>
      <p class="file-acts">
        <button type="submit" class="button small" form="editor" name="merge" value="look">
          {editorWords(reader.locale).compare}
        </button>
        <a class="button quiet small" href={url}>
          {fileWords(reader.locale).reload}
        </a>
      </p>
    </div>
  )
}

function Content({ file, reader, children }: Omit<FileProps, "formToken">) {
  const { content, name } = file
  const words = fileWords(reader.locale)
  switch (content.kind) {
    case "text":
      return (
        <pre class="file-text hljs" tabindex="0" aria-label={name}>
          <code>{content.text}</code>
        </pre>
      )
    case "long":
      return (
        <pre class="file-text" tabindex="0" aria-label={name}>
          {/* A browser takes away one newline after the tag. */}
          {"\n"}
          {children}
        </pre>
      )
    case "ends":
      return <Ends content={content} reader={reader} />
    case "image":
      return <img class="file-image" src={content.url} alt={name} />
    case "link":
      return (
        <div class="stack">
          <p class="mono">{words.linkTo(content.target)}</p>
          {content.url === undefined ? (
            <p class="hint">{words.linkOutside}</p>
          ) : (
            <p>
              <a class="button" href={content.url}>
                {words.openTarget}
              </a>
            </p>
          )}
        </div>
      )
    case "vault":
      return <p class="hint">{checkoutWords(reader.locale).vaultFile}</p>
    case "binary":
    case "special":
      return <p class="hint">{words[content.kind]}</p>
  }
}

function Ends({ content, reader }: { content: { head: string; tail: string }; reader: Reader }) {
  const words = fileWords(reader.locale)
  return (
    <>
      <pre class="file-text" tabindex="0">
        {content.head}
      </pre>
      <p class="files-notice info">{words.leftOut}</p>
      <pre class="file-text" tabindex="0">
        {content.tail}
      </pre>
    </>
  )
}
