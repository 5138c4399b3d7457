import { contextWords } from "../../src/lib/i18n/context.ts"
import { heldWords } from "../../src/lib/i18n/held.ts"
import { relationWords } from "../../src/lib/i18n/relations.ts"
import { Icon } from "../icons/icon.tsx"
import type {
  BecameView,
  BlameLineView,
  CommitView,
  ContextFolderView,
  HitLinkView,
  KeptTextView,
} from "../props/context.ts"
import type { Reader } from "../props/reader.ts"
import { Time } from "./small.tsx"

export function Entries({
  folder,
  reader,
}: {
  folder: Pick<ContextFolderView, "entries" | "moreUrl">
  reader: Reader
}) {
  const words = contextWords(reader.locale)
  if (folder.entries.length === 0) return <p class="hint">{words.emptyFolder}</p>
  return (
    <>
      <ul class="entries" aria-label={words.documents}>
        {folder.entries.map(({ name, url, kind }) => (
          <li class="entry-line">
            <a class="entry-name row-title" href={url}>
              <Icon name={kind} />
              <span class="unseen">{words[kind]}</span>
              <span class="cut">{name}</span>
            </a>
          </li>
        ))}
      </ul>
      {folder.moreUrl !== undefined && (
        <p class="folder-foot">
          <a class="button small" href={folder.moreUrl}>
            {words.more}
          </a>
        </p>
      )}
    </>
  )
}

export function Commits({ commits, reader }: { commits: CommitView[]; reader: Reader }) {
  const words = contextWords(reader.locale)
  if (commits.length === 0) return <p class="hint">{words.historyNone}</p>
  return (
    <ol class="context-commits">
      {commits.map((commit) => (
        <li>
          <a class="row-title long" href={commit.changeUrl}>
            {commit.subject}
          </a>
          <p class="card-facts">
            <span>{commit.author}</span>
            <Time at={commit.at} reader={reader} />
            <a href={commit.url}>{words.showVersion}</a>
          </p>
        </li>
      ))}
    </ol>
  )
}

/** One row for each line; who wrote it is said once for lines in a row of one commit. */
export function Blame({ lines, reader }: { lines: BlameLineView[]; reader: Reader }) {
  return (
    <div class="blame" tabindex="0">
      <table>
        <tbody>
          {lines.map(({ text, commit }, index) => (
            <tr class={commit && "blame-first"}>
              <td class="blame-who">
                {commit && (
                  <a href={commit.url} title={commit.subject}>
                    {commit.author}
                  </a>
                )}
                {commit?.loop && (
                  <a class="blame-loop" href={commit.loop.url} title={commit.loop.title}>
                    {relationWords(reader.locale).inLoop}
                  </a>
                )}
              </td>
              <td class="blame-when">{commit && <Time at={commit.at} reader={reader} />}</td>
              <td class="diff-number" data-line={index + 1} />
              <td class="diff-text">{text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Where a document is, with the context it belongs to. */
export function HitLink({ hit, reader }: { hit: HitLinkView; reader: Reader }) {
  return (
    <a class="hit row-title" href={hit.url}>
      <span class="tag">{contextWords(reader.locale)[hit.shelf]}</span>
      <span class="long">{hit.path}</span>
    </a>
  )
}

export const Became = ({ became, reader }: { became: BecameView; reader: Reader }) => (
  <p class="files-notice info" data-became>
    {became.sentence} <a href={became.url}>{heldWords(reader.locale).look}</a>
  </p>
)

export function KeptTexts({ texts, heading, reader }: { texts: KeptTextView[]; heading: string; reader: Reader }) {
  if (texts.length === 0) return null
  return (
    <section>
      <h2>{heading}</h2>
      <ul class="context-hits">
        {texts.map((text) => (
          <li>
            <HitLink hit={text} reader={reader} />
            <p class="hint">
              <Time at={text.at} reader={reader} />
            </p>
            {text.became && <Became became={text.became} reader={reader} />}
          </li>
        ))}
      </ul>
    </section>
  )
}
