import { contextWords } from "../../src/lib/i18n/context.ts"
import { CaptureDialog, SwitchForm } from "../components/context-dialogs.tsx"
import { relationWords } from "../../src/lib/i18n/relations.ts"
import { Time } from "../components/small.tsx"
import { HitLink } from "../components/context-lists.tsx"
import { ContextFrame } from "../layouts/context-frame.tsx"
import type { CodeView } from "../props/code.ts"
import type {
  ContextFrameView,
  ContextSearchView,
  SwitchView,
  TalkView,
  TopicsView,
  TopicView,
} from "../props/context.ts"
import type { FieldErrors, Reader } from "../props/reader.ts"

export function ContextSearchPage({ page }: { page: ContextSearchView }) {
  const { reader, names, lines } = page
  const words = contextWords(reader.locale)
  return (
    <ContextFrame page={page}>
      <h1>{words.search}</h1>
      {page.words === "" && <p class="lead">{words.searchLead}</p>}
      {isNothingFound(page) && <p class="nothing">{words.foundNothing}</p>}
      {names.length > 0 && <h2>{words.foundNames}</h2>}
      <ul class="context-hits">
        {names.map((hit) => (
          <li>
            <HitLink hit={hit} reader={reader} />
          </li>
        ))}
      </ul>
      {lines.length > 0 && <h2>{words.foundLines}</h2>}
      <ul class="context-hits">
        {lines.map((hit) => (
          <li>
            <HitLink hit={hit} reader={reader} />
            <p class="hint long">
              <span class="number">{hit.line.number}</span> {hit.line.text}
            </p>
          </li>
        ))}
      </ul>
      {page.moreUrl !== undefined && (
        <p class="more-link">
          <a class="button" href={page.moreUrl}>
            {words.searchOn}
          </a>
        </p>
      )}
      {page.talk && <Talk talk={page.talk} reader={reader} />}
      <Code code={page.code} reader={reader} />
    </ContextFrame>
  )
}

function isNothingFound({ words, names, lines, talk, code }: ContextSearchView): boolean {
  const found = names.length + lines.length + (talk?.hits.length ?? 0)
  return words !== "" && found === 0 && code.found === undefined
}

/** What was said in loops that this person may read. */
function Talk({ talk, reader }: { talk: TalkView; reader: Reader }) {
  const words = relationWords(reader.locale)
  return (
    <>
      {talk.hits.length > 0 && <h2>{words.foundTalk}</h2>}
      <ul class="context-hits" aria-label={words.foundTalk}>
        {talk.hits.map(({ title, url, at, by, text }) => (
          <li>
            <a class="hit row-title" href={url}>
              <span class="long">{title}</span>
            </a>
            <p class="hint long">{text}</p>
            <p class="card-facts">
              <span>{by ?? words.byAgent}</span>
              <Time at={at} reader={reader} />
            </p>
          </li>
        ))}
      </ul>
      {talk.pending && (
        <p class="hint" role="status">
          {words.talkPending}
        </p>
      )}
      {talk.moreUrl !== undefined && (
        <p class="more-link">
          <a class="button" href={talk.moreUrl}>
            {words.olderTalk}
          </a>
        </p>
      )}
    </>
  )
}

const codeStates = { more: "codeMore", "too-much": "codeTooMuch", "not-here": "codeNotHere" } as const

/** What a repository of code has, and the way to search in one. */
function Code({ code: { places, found }, reader }: { code: CodeView; reader: Reader }) {
  const words = relationWords(reader.locale)
  const state = found && (found.state === "all" ? found.lines.length === 0 && "codeNothing" : codeStates[found.state])
  return (
    <>
      {found && <h2>{words.foundCode(found.name)}</h2>}
      {state && <p class="hint">{words[state]}</p>}
      {found && found.lines.length > 0 && (
        <ul class="context-hits" aria-label={words.foundCode(found.name)}>
          {found.lines.map(({ path, url, number, text }) => (
            <li>
              <a class="hit row-title" href={url}>
                <span class="long">{path}</span>
              </a>
              <p class="hint long mono">
                <span class="number">{number}</span> {text}
              </p>
            </li>
          ))}
        </ul>
      )}
      {places.length > 0 && <h2>{words.searchCode}</h2>}
      <p class="topics">
        {places.map(({ name, url }) => (
          <a class="tag" href={url}>
            {name}
          </a>
        ))}
      </p>
    </>
  )
}

export function TopicsPage({ page }: { page: TopicsView }) {
  const words = contextWords(page.reader.locale)
  return (
    <ContextFrame page={page}>
      <h1>{words.topics}</h1>
      <p class="lead">{words.topicsLead}</p>
      <p class="topics">
        {page.topics.map(({ topic, url, count }) => (
          <a class="tag" href={url}>
            {`#${topic}`} <span class="number">{count}</span>
          </a>
        ))}
      </p>
    </ContextFrame>
  )
}

export function TopicPage({ page }: { page: TopicView }) {
  const words = contextWords(page.reader.locale)
  return (
    <ContextFrame page={page}>
      <h1 class="long">{`#${page.topic}`}</h1>
      {page.documents.length === 0 && <p class="hint">{words.topicNone}</p>}
      <ul class="context-hits">
        {page.documents.map((hit) => (
          <li>
            <HitLink hit={hit} reader={page.reader} />
          </li>
        ))}
      </ul>
      <p class="file-acts">
        <a class="button small" href={page.loopsUrl}>
          {words.topicLoops}
        </a>
      </p>
    </ContextFrame>
  )
}

/** The two dialogs, for browsers without script. */
export const SwitchPage = ({ page, found }: { page: ContextFrameView; found: SwitchView }) => (
  <ContextFrame page={page}>
    <h1>{contextWords(page.reader.locale).goTo}</h1>
    <SwitchForm found={found} reader={page.reader} />
  </ContextFrame>
)

interface CapturePageProps {
  page: ContextFrameView
  text?: string | undefined
  errors?: FieldErrors | undefined
  noted?: boolean | undefined
}

export const CapturePage = ({ page, ...capture }: CapturePageProps) => (
  <ContextFrame page={page}>
    <CaptureDialog {...capture} reader={page.reader} formToken={page.formToken} />
  </ContextFrame>
)
