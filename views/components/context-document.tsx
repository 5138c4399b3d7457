import { contextWords } from "../../src/lib/i18n/context.ts"
import { relationWords } from "../../src/lib/i18n/relations.ts"
import type { ActsView, BesideView, ContextBodyView } from "../props/context.ts"
import type { Reader } from "../props/reader.ts"
import { MoveForm } from "./context-forms.tsx"
import { OlderVersion } from "./context-tabs.tsx"
import { MentionsLater } from "./mentions.tsx"

interface ShownProps {
  shown: Extract<ContextBodyView, ActsView>
  reader: Reader
  formToken?: string | undefined
}

/** A file with what can be done with it. */
export function FileOfContext({ shown, reader, formToken }: ShownProps) {
  const words = contextWords(reader.locale)
  return (
    <>
      {shown.newestUrl !== undefined && <OlderVersion newestUrl={shown.newestUrl} reader={reader} />}
      <FileContent shown={shown} reader={reader} />
      <p class="file-acts">
        <a class="button small" href={shown.downloadUrl}>
          {words.download}
        </a>
      </p>
      {shown.may && <MoveForm thing={shown.may} reader={reader} formToken={formToken} />}
    </>
  )
}

function FileContent({ shown, reader }: Omit<ShownProps, "formToken">) {
  const words = contextWords(reader.locale)
  switch (shown.kind) {
    case "document":
      return (
        <>
          <Properties shown={shown} reader={reader} />
          <div class="prose document">{shown.html}</div>
        </>
      )
    case "text":
      return (
        <pre class="file-text hljs" tabindex="0" aria-label={shown.name}>
          <code>{shown.text}</code>
        </pre>
      )
    case "image":
      return <img class="file-image" src={shown.url} alt={shown.name} />
    case "binary":
    case "long":
      return <p class="hint">{words[shown.kind]}</p>
  }
}

interface PropertiesProps {
  shown: Extract<ContextBodyView, { kind: "document" }>
  reader: Reader
}

function Properties({ shown, reader }: PropertiesProps) {
  const words = contextWords(reader.locale)
  if (shown.broken !== undefined)
    return (
      <div class="files-notice error">
        <p>{words.brokenProperties}</p>
        <pre tabindex="0">{shown.broken}</pre>
      </div>
    )
  if (shown.properties.length === 0) return null
  return (
    <table class="properties" aria-label={words.properties}>
      <tbody>
        {shown.properties.map(([key, value]) => (
          <tr>
            <th scope="row">{key}</th>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** What a document has to do with others. */
export function Beside({ beside, reader }: { beside: BesideView; reader: Reader }) {
  const words = contextWords(reader.locale)
  const { outline, backlinks, topics } = beside
  return (
    <aside class="context-beside" aria-label={words.relations}>
      <UnderWay beside={beside} reader={reader} />
      <MentionsLater mentions={beside.mentions} reader={reader} />
      {outline.length > 1 && (
        <>
          <h2>{words.outline}</h2>
          <ul>
            {outline.map(({ level, text, url }) => (
              <li class={`depth-${level - 1}`}>
                <a href={url}>{text}</a>
              </li>
            ))}
          </ul>
        </>
      )}
      <h2>{words.linkedFrom}</h2>
      {backlinks.length === 0 ? (
        <p class="hint">{words.linkedFromNone}</p>
      ) : (
        <ul>
          {backlinks.map(({ path, url, text }) => (
            <li class="backlink">
              <a href={url}>{path}</a>
              <p class="hint">{text}</p>
            </li>
          ))}
        </ul>
      )}
      {beside.moreBacklinks > 0 && <p class="hint">{words.moreLinks(beside.moreBacklinks)}</p>}
      {topics.length > 0 && <h2>{words.topics}</h2>}
      <p class="topics">
        {topics.map(({ topic, url }) => (
          <a class="tag" href={url}>
            {`#${topic}`}
          </a>
        ))}
      </p>
    </aside>
  )
}

/** Who changes the document, or works with it, elsewhere; and the way to a new loop about it. */
function UnderWay({ beside, reader }: { beside: BesideView; reader: Reader }) {
  const words = relationWords(reader.locale)
  const { proposals, loops, newLoop } = beside
  return (
    <>
      <p class="file-acts">
        <a class="button small" href={newLoop.editUrl}>
          {words.editByLoop}
        </a>
        <a class="button small" href={newLoop.distillUrl}>
          {words.distill}
        </a>
      </p>
      {proposals.length > 0 && <h2>{words.proposals}</h2>}
      {proposals.length > 0 && (
        <ul aria-label={words.proposals}>
          {proposals.map(({ subject, from, url }) => (
            <li class="backlink">
              <a href={url}>{subject}</a>
              <p class="hint">{from}</p>
            </li>
          ))}
        </ul>
      )}
      {loops.length > 0 && <h2>{words.loops}</h2>}
      {loops.length > 0 && (
        <ul aria-label={words.loops}>
          {loops.map(({ title, driver, archived, url }) => (
            <li class="backlink">
              <a href={url}>{title}</a>
              <p class="hint">{archived ? `${driver} · ${words.archived}` : driver}</p>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
