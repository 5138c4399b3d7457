import { changesWords } from "../../src/lib/i18n/changes.ts"
import { checkoutWords } from "../../src/lib/i18n/checkouts.ts"
import { historyWords } from "../../src/lib/i18n/history.ts"
import type { Locale } from "../../src/lib/i18n/locale.ts"
import { urls } from "../../src/lib/urls.ts"
import { PostForm } from "../components/form.tsx"
import { CommitWords } from "../components/commit-words.tsx"
import { PanelFrame, Unplaced } from "../layouts/panel-frame.tsx"
import type { BranchesPageView, CommitRowView, HistoryPageView } from "../props/changes.ts"
import type { Reader } from "../props/reader.ts"
import { Notice } from "../components/changes-notice.tsx"

export function HistoryPage({ page }: { page: HistoryPageView }) {
  const { body, reader, header } = page
  const words = changesWords(reader.locale)
  const by = historyWords(reader.locale)
  return (
    <PanelFrame page={page} class="changes">
      {body.kind === "unplaced" && <Unplaced unplaced={body.unplaced} reader={reader} />}
      {body.kind === "history" && (
        <>
          <div class="changes-bar">
            <a class="quiet-line" href={body.changesUrl}>
              {words.backToChanges}
            </a>
            {body.checkout !== undefined && <code>{body.checkout}</code>}
            <form method="get" action={urls.loopHistory(header.id)} role="search">
              {body.checkout !== undefined && <input type="hidden" name="checkout" value={body.checkout} />}
              <input type="search" name="text" value={body.search.text} {...named(words.searchHistory)} />
              <input type="search" name="author" value={body.search.author} {...named(by.author)} />
              <input type="search" name="path" value={body.search.path} {...named(by.path)} />
              <button type="submit" class="button">
                {words.search}
              </button>
            </form>
          </div>
          {body.commits.length === 0 && (
            <p class="nothing">{isSought(body.search) ? by.noneMatches : words.noCommits}</p>
          )}
          <ol class="commits">
            {body.commits.map((commit) => (
              <CommitRow commit={commit} reader={reader} />
            ))}
          </ol>
          {body.moreUrl !== undefined && (
            <a class="button" href={body.moreUrl}>
              {words.older}
            </a>
          )}
        </>
      )}
    </PanelFrame>
  )
}

const named = (name: string) => ({ "aria-label": name, placeholder: name })
const isSought = ({ text, author, path }: { text: string; author: string; path: string }) => text + author + path !== ""

function CommitRow({ commit, reader }: { commit: CommitRowView; reader: Reader }) {
  return (
    <li class="commit-row">
      <Lanes commit={commit} />
      <CommitWords commit={commit} reader={reader} />
    </li>
  )
}

const step = 14
const high = 48
const widest = 10
const across = (lane: number) => String(Math.min(lane, widest) * step + step / 2)

/** The lines between commits, for those who see them; the order of the list says the same. */
function Lanes({ commit: { lane, lines, width } }: { commit: CommitRowView }) {
  const wide = Math.min(width, widest + 1) * step
  const ends = { through: [0, high], into: [0, high / 2], out: [high / 2, high] } as const
  return (
    <svg class="lanes" width={String(wide)} height={String(high)} viewBox={`0 0 ${wide} ${high}`} aria-hidden="true">
      {lines.map(({ from, to, part }) => (
        <line x1={across(from)} y1={String(ends[part][0])} x2={across(to)} y2={String(ends[part][1])} />
      ))}
      <circle cx={across(lane)} cy={String(high / 2)} r="4" />
    </svg>
  )
}

export function BranchesPage({ page }: { page: BranchesPageView }) {
  const { body, reader, header, formToken } = page
  const words = changesWords(reader.locale)
  return (
    <PanelFrame page={page} class="changes">
      {body.kind === "unplaced" && <Unplaced unplaced={body.unplaced} reader={reader} />}
      {body.kind === "branches" && (
        <>
          <div class="changes-bar">
            <a class="quiet-line" href={body.changesUrl}>
              {words.backToChanges}
            </a>
            {body.checkout !== undefined && <code>{body.checkout}</code>}
            {body.mayWrite && (
              <PostForm action={urls.loopRemote(header.id)} formToken={formToken} label={words.remote}>
                <input type="hidden" name="sight" value={body.sight} />
                {(["fetch", "pull", "push"] as const).map((deed) => (
                  <button type="submit" class="button" name="deed" value={deed}>
                    {deed === "push" ? pushWord(body.checkout, reader.locale) : words[deed]}
                  </button>
                ))}
              </PostForm>
            )}
          </div>
          {body.notice !== undefined && <Notice notice={body.notice} reader={reader} />}
          <Branches page={page} body={body} />
        </>
      )}
    </PanelFrame>
  )
}

/** What a push is, where it is more than that. */
function pushWord(checkout: string | undefined, locale: Locale): string {
  const words = checkoutWords(locale)
  const given: Record<string, string> = { knowledge: words.propose, notes: words.share, personal: words.keep }
  return given[checkout ?? ""] ?? changesWords(locale).push
}

interface BranchesProps {
  page: BranchesPageView
  body: Extract<BranchesPageView["body"], { kind: "branches" }>
}

function Branches({ page: { header, reader, formToken }, body }: BranchesProps) {
  const words = changesWords(reader.locale)
  const by = historyWords(reader.locale)
  const rows = body.branches.map(({ name, ahead, behind, current, own }) => (
    <li class="change-row">
      <code class="cut">{name}</code>
      {ahead + behind > 0 && <span class="quiet-line">{words.aheadBehind(ahead, behind)}</span>}
      {current && <span class="tag">{words.currentBranch}</span>}
      {own && <span class="tag">{by.loopsOwn}</span>}
      {!current && body.mayWrite && (
        <button type="submit" class="button quiet" name="name" value={name} aria-label={words.switchToBranch(name)}>
          {words.switchTo}
        </button>
      )}
    </li>
  ))
  if (!body.mayWrite) return <ul class="branch-list">{rows}</ul>
  return (
    <>
      <PostForm action={urls.loopBranch(header.id)} formToken={formToken} class="branch-list">
        <input type="hidden" name="sight" value={body.sight} />
        <ul>{rows}</ul>
        <label class="check">
          <input type="checkbox" name="aside" value="1" />
          <span>{words.setAside}</span>
        </label>
      </PostForm>
      <PostForm action={urls.loopBranch(header.id)} formToken={formToken} class="branch-new">
        <input type="hidden" name="sight" value={body.sight} />
        <input type="hidden" name="create" value="1" />
        <label>
          {words.newBranch} <input type="text" name="name" maxlength="200" required autocomplete="off" />
        </label>
        <button type="submit" class="button">
          {words.create}
        </button>
      </PostForm>
      <Reshape page={{ header, reader, formToken }} body={body} />
    </>
  )
}

interface ReshapeProps {
  page: Pick<BranchesPageView, "header" | "reader" | "formToken">
  body: BranchesProps["body"]
}

/** Another name for a branch, or its end; not for the one that the loop is known by. */
function Reshape({ page: { header, reader, formToken }, body: { branches, sight } }: ReshapeProps) {
  const words = historyWords(reader.locale)
  const others = branches.filter(({ own }) => !own)
  return (
    <ul class="branch-more">
      {others.map(({ name, current }) => (
        <li>
          <details>
            <summary>{words.more(name)}</summary>
            <PostForm action={urls.loopBranch(header.id)} formToken={formToken} class="branch-new">
              <input type="hidden" name="sight" value={sight} />
              <input type="hidden" name="name" value={name} />
              <input type="text" name="to" value={name} maxlength="200" required aria-label={words.newName} />
              <button type="submit" class="button" aria-label={words.renameBranch(name)}>
                {words.rename}
              </button>
            </PostForm>
            {!current && (
              <PostForm action={urls.loopBranch(header.id)} formToken={formToken} class="branch-new">
                <input type="hidden" name="sight" value={sight} />
                <label class="check">
                  <input type="checkbox" name="force" value="1" />
                  <span>{words.force}</span>
                </label>
                <button
                  type="submit"
                  class="button danger"
                  name="remove"
                  value={name}
                  aria-label={words.removeBranch(name)}
                >
                  {words.remove}
                </button>
              </PostForm>
            )}
          </details>
        </li>
      ))}
    </ul>
  )
}
