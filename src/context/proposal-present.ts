import type { OutsideReviewView, ProposalRowView, ProposedFileView } from "../../views/props/context.ts"
import { contextUrls, type ShelfName } from "../lib/context-urls.ts"
import { diffLines } from "../lib/diff.ts"
import { diffBlocks } from "../lib/document-diff.ts"
import { shownPath } from "../lib/file-path.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import { outsideWords } from "../lib/i18n/outside.ts"
import { proposalWords } from "../lib/i18n/proposals.ts"
import { renderDocument } from "../lib/markdown-document.ts"
import { id8 } from "../lib/ids.ts"
import { urls } from "../lib/urls.ts"
import type { FileAt, Proposal, ProposalRow, ProposedFile, ReviewedOutside } from "../repos/index.ts"
import type { Book } from "./books.ts"
import { namesOf, placesOf } from "./documents.ts"
import { isOwnProposal } from "./land.ts"
import { isDocument } from "./look.ts"
import { isInVault, type Person } from "./person.ts"
import { placeUrl } from "./places.ts"

export function proposalRow(row: ProposalRow, sentBack: boolean, locale: Locale): ProposalRowView {
  const { subject, branch, at, commits, files, added, removed, state, steers } = row
  const shelf: ShelfName = row.shelf.context
  return {
    ...{ shelf, subject, at, commits, files, added, removed, state, steers, sentBack },
    url: contextUrls.proposal(shelf, branch),
    from: proposerOf(row, locale),
  }
}

export function proposerOf({ from }: Pick<ProposalRow, "from">, locale: Locale): ProposalRowView["from"] {
  const words = proposalWords(locale)
  switch (from.kind) {
    case "loop":
      return { words: words.fromLoop(id8(from.loop)), url: urls.loop(from.loop) }
    case "person":
      return { words: from.user }
    case "unknown":
      return { words: words.fromNobody }
  }
}

/** Where a proposal is reviewed, if not here. */
export function outsideReviewView(review: ReviewedOutside | undefined, locale: Locale): OutsideReviewView | undefined {
  const words = proposalWords(locale)
  if (review === undefined) return undefined
  if (review.state === "no-outside") return { state: review.state, sentence: words.noOutside }
  const host = review.host ?? outsideWords(locale).theOutside
  const sentences = {
    "not-yet": words.outsideNotYet(host),
    held: words.outsideHeld(host),
    closed: words.outsideClosed(host),
    there: words.outsideThere(host),
  }
  return {
    ...{ state: review.state, sentence: sentences[review.state] },
    ...(review.state === "there" && review.url !== undefined && { url: review.url, open: words.outsideOpen(host) }),
  }
}

interface Reading {
  /** As it would be with the proposal. */
  book: Book
  person: Person
  locale: Locale
}

/** Files of one proposal that are shown; more are counted. */
const mostFiles = 100

/** Each file as its reader would see the change, and as text. */
export const proposedFiles = (proposal: Proposal, reading: Reading): Promise<ProposedFileView[]> =>
  Promise.all(proposal.changes.slice(0, mostFiles).map((change) => proposedFile(proposal, change, reading)))

async function proposedFile(
  { branch }: Proposal,
  { path, before, after }: ProposedFile,
  { book, person, locale }: Reading,
): Promise<ProposedFileView> {
  const read = (file: FileAt | undefined) => (file ? book.text({ ...file, path }) : Promise.resolve(""))
  const [old, now] = await Promise.all([read(before), read(after)])
  const own = after !== undefined && isOwnProposal(branch, person) && !isInVault(book.shelf, path)
  return {
    path: shownPath(path),
    kind: kindOf({ before, after }),
    ...(old !== undefined && now !== undefined && changeOf({ old, now, path }, book, locale)),
    ...(own && { editUrl: placeUrl(book.shelf, path, { view: "edit", proposal: branch }) }),
  }
}

function kindOf({ before, after }: Omit<ProposedFile, "path">): ProposedFileView["kind"] {
  if (before === undefined) return "new"
  return after === undefined ? "gone" : "changed"
}

function changeOf(
  { old, now, path }: { old: string; now: string; path: string },
  book: Book,
  locale: Locale,
): Pick<ProposedFileView, "lines" | "blocks"> {
  const lines = diffLines(old, now).lines
  if (!isDocument(path)) return { lines }
  const places = { ...placesOf({ book, path }, namesOf(book), locale), anchors: false }
  const blocks = nearChanges(diffBlocks(old, now))
  return { lines, blocks: blocks.map(({ kind, text }) => ({ kind, html: renderDocument(text, places).html })) }
}

/** Of what stayed as it is, only what stands beside a change. */
const nearChanges = <Block extends { kind: string }>(blocks: readonly Block[]): Block[] =>
  blocks.filter(
    (block, index) =>
      block.kind !== "same" || [index - 1, index + 1].some((near) => (blocks[near]?.kind ?? "same") !== "same"),
  )
