import { contextUrls } from "../../src/lib/context-urls.ts"
import { contextWords } from "../../src/lib/i18n/context.ts"
import { personalHomeWords } from "../../src/lib/i18n/personal-home.ts"
import type { Child } from "../../src/lib/jsx/jsx-runtime.ts"
import { Crumbs } from "../components/crumbs.tsx"
import { OutsideState } from "../components/outside-state.tsx"
import { Icon } from "../icons/icon.tsx"
import type { ContextFrameView, TreeRowView } from "../props/context.ts"
import type { Reader } from "../props/reader.ts"
import { targets } from "../targets.ts"
import { Frame } from "./frame.tsx"

interface ContextFrameProps {
  page: ContextFrameView
  children?: Child
}

/** Every page of Context: the tree on the left where there is room, the way here and the search above. */
export function ContextFrame({ page, children }: ContextFrameProps) {
  return (
    <Frame page={page} style={page.assets.panels} class="context-page">
      <div class={["context-layout", page.tree.length === 0 && "is-plain"]}>
        {page.tree.length > 0 && <Tree page={page} />}
        <div class="context-main">
          <div class="context-head">
            <Crumbs crumbs={page.crumbs} label={contextWords(page.reader.locale).where} />
            <Search page={page} />
          </div>
          {!page.writes && <Live page={page} />}
          {page.notice && <Notice notice={page.notice} />}
          {children}
          {page.writes && <Live page={page} />}
          {page.homeUrl !== undefined && (
            <p class="hint">
              <a href={page.homeUrl}>{personalHomeWords(page.reader.locale).open}</a>
            </p>
          )}
        </div>
      </div>
    </Frame>
  )
}

/** What comes while the page is open. It stands below a form, so that nothing moves where somebody writes. */
const Live = ({ page }: { page: ContextFrameView }) => (
  <>
    <div id={targets.contextNews} />
    <Apart outside={page.outside} reader={page.reader} formToken={page.formToken} />
  </>
)

interface ApartProps {
  outside: ContextFrameView["outside"]
  reader: Reader
  formToken?: string | undefined
}

/** Live: `<Replace target={targets.contextOutside}>`. */
export const Apart = ({ outside, reader, formToken }: ApartProps) => (
  <div id={targets.contextOutside} role="status">
    {outside && <OutsideState outside={outside} reader={reader} formToken={formToken} />}
  </div>
)

function Tree({ page }: { page: ContextFrameView }) {
  const words = contextWords(page.reader.locale)
  return (
    <nav class="context-tree" aria-label={words.documents}>
      <ul class="context-shelves">
        {page.shelves.map(({ name, url, current }) => (
          <li>
            <a href={url} aria-current={current ? "true" : undefined}>
              {words[name]}
            </a>
          </li>
        ))}
      </ul>
      <ul>
        {page.tree.map((row) => (
          <Row row={row} reader={page.reader} />
        ))}
      </ul>
    </nav>
  )
}

function Row({ row, reader }: { row: TreeRowView; reader: Reader }) {
  const words = contextWords(reader.locale)
  return (
    <li class={`tree-row depth-${Math.min(row.depth, 6)}`}>
      <a href={row.url} aria-current={row.current ? "page" : undefined}>
        {row.kind !== "more" && <Icon name={row.kind} />}
        {row.kind === "folder" && <span class="unseen">{words.folder}</span>}
        <span class="cut">{row.kind === "more" ? words.more : row.name}</span>
      </a>
    </li>
  )
}

function Search({ page }: { page: ContextFrameView }) {
  const words = contextWords(page.reader.locale)
  return (
    <form class="search" method="get" action={contextUrls.search()} role="search" aria-label={words.search}>
      {page.search.shelf !== undefined && <input type="hidden" name="in" value={page.search.shelf} />}
      {page.search.code !== undefined && <input type="hidden" name="code" value={page.search.code} />}
      <Icon name="search" />
      <input
        type="search"
        name="q"
        value={page.search.words}
        aria-label={words.search}
        placeholder={words.search}
        data-shortcut="/"
        maxlength="200"
        autocomplete="off"
      />
    </form>
  )
}

const Notice = ({ notice }: { notice: NonNullable<ContextFrameView["notice"]> }) => (
  <div class={["files-notice", notice.level]} role={notice.level === "error" ? "alert" : "status"}>
    {notice.sentences.map((sentence) => (
      <p>{sentence}</p>
    ))}
    {notice.link && (
      <p>
        <a href={notice.link.url}>{notice.link.words}</a>
      </p>
    )}
  </div>
)
