import { loopWords } from "../../src/lib/i18n/loops.ts"
import { urls, type LoopFilter, type LoopGrouping, type LoopsQuery } from "../../src/lib/urls.ts"
import { PostForm } from "../components/form.tsx"
import { LoopGroups } from "../components/loop-groups.tsx"
import { Icon } from "../icons/icon.tsx"
import { Frame } from "../layouts/frame.tsx"
import type { LoopsListView } from "../props/loops.ts"
import type { Reader } from "../props/reader.ts"
import { targets } from "../targets.ts"

export function LoopsPage({ page }: { page: LoopsListView }) {
  const words = loopWords(page.reader.locale)
  return (
    <Frame page={page} class="loops-page">
      <div class="page-head">
        <h1>{words.loops}</h1>
        <Search page={page} />
      </div>
      <Filters page={page} />
      <Groupings page={page} />
      {page.notice !== undefined && (
        <div class="notice" role="status">
          <span>{page.notice}</span>
          {page.undo !== undefined && (
            <PostForm action={urls.loopUndelete(page.undo)} formToken={page.formToken}>
              <button type="submit" class="button">
                {words.undo}
              </button>
            </PostForm>
          )}
        </div>
      )}
      <section id={targets.loops} aria-label={words.loops}>
        <LoopsBody page={page} />
      </section>
    </Frame>
  )
}

/**
 * What a search or another filter changes. Groups without a row are there and not shown, so that a new loop can appear in
 * them; the words for nothing are shown as long as there is no row at all.
 */
export function LoopsBody({ page }: { page: LoopsListView }) {
  const words = loopWords(page.reader.locale)
  const blank = page.empty && page.search === "" && page.repo === undefined && page.topic === undefined
  return (
    <>
      {page.indexing === true && <p class="notice">{words.indexing}</p>}
      <LoopGroups groups={page.groups} reader={page.reader} formToken={page.formToken} />
      {blank ? <NoLoops page={page} /> : <p class="nothing">{words.nothingFound}</p>}
      {page.moreUrl !== undefined && (
        <p class="more-link">
          <a class="button" href={page.moreUrl}>
            {words.olderLoops}
          </a>
        </p>
      )}
    </>
  )
}

function Search({ page }: { page: LoopsListView }) {
  const words = loopWords(page.reader.locale)
  return (
    <form class="search" method="get" action={urls.loops()} role="search">
      {page.show !== "mine" && <input type="hidden" name="show" value={page.show} />}
      {page.repo !== undefined && <input type="hidden" name="repo" value={page.repo} />}
      {page.topic !== undefined && <input type="hidden" name="topic" value={page.topic} />}
      {page.by !== "time" && <input type="hidden" name="by" value={page.by} />}
      <Icon name="search" />
      <input
        type="search"
        name="q"
        value={page.search}
        aria-label={words.searchLoops}
        placeholder={words.searchLoops}
        data-shortcut="/"
        maxlength="200"
        autocomplete="off"
      />
    </form>
  )
}

function Filters({ page }: { page: LoopsListView }) {
  const words = loopWords(page.reader.locale)
  const filters: [LoopFilter, string][] = [
    ["mine", words.filterMine],
    ["driving", words.filterDriving],
    ["all", words.filterAll],
    ["archived", words.filterArchived],
  ]
  return (
    <nav class="filters" aria-label={words.filters}>
      {filters.map(([show, name]) => (
        <a href={urls.loops({ ...shownOf(page), show })} aria-current={show === page.show ? "true" : undefined}>
          {name}
        </a>
      ))}
    </nav>
  )
}

/** How the list is grouped, and what else than the filter narrows it, each with the way back. */
function Groupings({ page }: { page: LoopsListView }) {
  const words = loopWords(page.reader.locale)
  const shown = shownOf(page)
  const groupings: [LoopGrouping, string][] = [
    ["time", words.byTime],
    ["repo", words.byRepository],
    ["topic", words.byTopic],
  ]
  return (
    <div class="groupings">
      <nav class="filters quiet" aria-label={words.grouping}>
        {groupings.map(([by, name]) => (
          <a
            href={urls.loops({ ...shown, by: by === "time" ? undefined : by })}
            aria-current={by === page.by ? "true" : undefined}
          >
            {name}
          </a>
        ))}
      </nav>
      {page.repo !== undefined && (
        <Narrowed name={page.repo} url={urls.loops({ ...shown, repo: undefined })} reader={page.reader} />
      )}
      {page.topic !== undefined && (
        <Narrowed name={`#${page.topic}`} url={urls.loops({ ...shown, topic: undefined })} reader={page.reader} />
      )}
    </div>
  )
}

function Narrowed({ name, url, reader }: { name: string; url: string; reader: Reader }) {
  return (
    <a class="tag" href={url} aria-label={loopWords(reader.locale).showAllAgain(name)}>
      {`${name} ×`}
    </a>
  )
}

const shownOf = ({ show, search, repo, topic, by }: LoopsListView): LoopsQuery => ({
  show,
  q: search,
  repo,
  topic,
  ...(by !== "time" && { by }),
})

function NoLoops({ page }: { page: LoopsListView }) {
  const words = loopWords(page.reader.locale)
  return (
    <div class="empty">
      <h2>{words.emptyTitle}</h2>
      <p>{words.emptyText}</p>
      <a class="button primary" href={urls.firstLoop} data-dialog>
        <Icon name="plus" />
        <span>{words.emptyAction}</span>
      </a>
    </div>
  )
}
