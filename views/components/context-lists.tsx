import { contextWords } from "../../src/lib/i18n/context.ts"
import { changesWords } from "../../src/lib/i18n/changes.ts"
import { heldWords } from "../../src/lib/i18n/held.ts"
import { historyWords } from "../../src/lib/i18n/history.ts"
import { relationWords } from "../../src/lib/i18n/relations.ts"
import { Icon } from "../icons/icon.tsx"
import type {
  BecameView,
  BlameLineView,
  CommitView,
  ContextBodyView,
  ContextFolderView,
  HistoryView,
  HitLinkView,
  KeptTextView,
} from "../props/context.ts"
import type { Reader } from "../props/reader.ts"
import { Diff } from "./diff.tsx"
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

/** What was done to a file, the newest first. */
export function History({ history, reader }: { history: HistoryView; reader: Reader }) {
  const { commits, moreUrl, cut } = history
  return (
    <>
      {(commits.length > 0 || !cut) && <Commits commits={commits} reader={reader} />}
      {cut && <p class="hint">{relationWords(reader.locale).historyCut}</p>}
      {moreUrl !== undefined && (
        <p class="folder-foot">
          <a class="button small" href={moreUrl}>
            {changesWords(reader.locale).older}
          </a>
        </p>
      )}
    </>
  )
}

function Commits({ commits, reader }: { commits: CommitView[]; reader: Reader }) {
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
            {commit.was !== undefined && (
              <span class="mono long">{historyWords(reader.locale).formerly(commit.was)}</span>
            )}
          </p>
        </li>
      ))}
    </ol>
  )
}

/** What one commit did to a file. */
export function ChangeOfFile({
  change,
  reader,
}: {
  change: Extract<ContextBodyView, { kind: "change" }>
  reader: Reader
}) {
  return (
    <>
      {change.commit && <Commits commits={[change.commit]} reader={reader} />}
      {change.lines.length === 0 ? (
        <p class="hint">
          {change.odd ? relationWords(reader.locale).changeOdd : contextWords(reader.locale).changeNone}
        </p>
      ) : (
        <Diff lines={change.lines} reader={reader} />
      )}
    </>
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
