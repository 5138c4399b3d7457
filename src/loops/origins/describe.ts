import { isInVault } from "../../context/index.ts"
import { contextUrls, type ShelfName } from "../../lib/context-urls.ts"
import { pathText, shownPath } from "../../lib/file-path.ts"
import type { Locale } from "../../lib/i18n/locale.ts"
import { originWords } from "../../lib/i18n/origins.ts"
import { id6, type LoopId, type UserName } from "../../lib/ids.ts"
import type { LoopOrigin } from "../../lib/loop-origin.ts"
import { urls } from "../../lib/urls.ts"
import type { Clock } from "../../platform/clock.ts"
import type { SignedIn } from "../../platform/http/visitor.ts"
import type { Repository, Shelves } from "../../repos/index.ts"
import { shelfOf } from "../checkouts/places.ts"
import type { LoopRecord } from "../record.ts"

/** A text that somebody typed on a page of a context and that collided with another. */
export interface HeldText {
  shelf: ShelfName
  path: string
  /** Id of the content it was opened from. */
  base: string
  text: string
}

export interface OriginNeeds {
  clock: Clock
  /** Whose conversation this person may read. */
  readable(id: LoopId, user: UserName): Promise<LoopRecord | undefined>
  contexts?: { shelves: Pick<Shelves, "open"> }
  /** Only its author's own. */
  heldText(user: UserName, id: string): Promise<HeldText | undefined>
}

/** What a new loop is prefilled with, and what must be so about it. */
export interface Description {
  title: string
  /** Empty where the agent is to wait. */
  message: string
  /** What it is made from, in words, and where that is found. */
  about: string
  url?: string
  /** Nobody else may see it: its material is not theirs. */
  private: boolean
  /** No first message is sent. */
  waits: boolean
}

export interface Asker {
  user: SignedIn
  locale: Locale
}

/** Undefined where there is nothing of the kind that this person may read. */
export async function describeOrigin(
  origin: LoopOrigin,
  asker: Asker,
  needs: OriginNeeds,
): Promise<Description | undefined> {
  switch (origin.kind) {
    case "edit":
      return needs.contexts && describeEdit(origin, asker)
    case "distill":
      return "loop" in origin ? describeConversation(origin.loop, asker, needs) : describeDocument(origin, asker, needs)
    case "merge":
      return describeMerge(origin, asker, needs)
    case "resolve":
      return describeHeld(origin.held, asker, needs)
    case "cross-loop":
      return describeAll(asker, needs)
  }
}

const insideOf = (shelf: ShelfName, path: string): string => `/loopat/context/${shelf}/${shownPath(path)}`
const placeOf = (shelf: ShelfName, path: string): string => `${shelf}/${shownPath(path)}`
const pageOf = (shelf: ShelfName, path: string): string => contextUrls.shelf(shelf, { path: pathText(path) })
const longestTitle = 200
const titled = (text: string): string => [...text].slice(0, longestTitle).join("")

function describeEdit({ shelf, path }: Extract<LoopOrigin, { kind: "edit" }>, { locale }: Asker): Description {
  const words = originWords(locale)
  return {
    title: titled(words.editTitle(placeOf(shelf, path))),
    message: words.editMessage(insideOf(shelf, path)),
    about: words.editAbout(placeOf(shelf, path)),
    url: pageOf(shelf, path),
    private: false,
    waits: false,
  }
}

async function describeConversation(
  id: LoopId,
  { user, locale }: Asker,
  needs: OriginNeeds,
): Promise<Description | undefined> {
  const record = await needs.readable(id, user.name)
  if (!record) return undefined
  const words = originWords(locale)
  const name = `${id6(id)} ${record.title}`
  return {
    title: titled(words.distillTitle(name)),
    message: "",
    about: words.distillAbout(record.title),
    url: urls.loop(id),
    private: record.visibility === "private",
    waits: true,
  }
}

async function describeDocument(
  { shelf, path }: { shelf: ShelfName; path: string },
  { user, locale }: Asker,
  needs: OriginNeeds,
): Promise<Description | undefined> {
  if ((await documentAt({ shelf, path }, user.name, needs)) === undefined) return undefined
  const words = originWords(locale)
  const place = placeOf(shelf, path)
  return {
    title: titled(words.distillTitle(place)),
    message: "",
    about: words.distillAbout(place),
    url: pageOf(shelf, path),
    private: shelf === "personal",
    waits: true,
  }
}

/** The newest content of a document, unless it is none that a page would show. */
export async function documentAt(
  { shelf, path }: { shelf: ShelfName; path: string },
  user: UserName,
  { contexts }: Pick<OriginNeeds, "contexts">,
): Promise<Uint8Array | undefined> {
  if (!contexts || isInVault(shelf, path)) return undefined
  const repository = await contexts.shelves.open(shelfOf(shelf, user))
  const commit = await repository.resolve()
  const file = commit === undefined ? undefined : (await repository.files(commit)).find((one) => one.path === path)
  if (!file || file.mode === "link" || file.mode === "module") return undefined
  return contentOf(repository, file.blob)
}

export async function contentOf(repository: Repository, blob: string): Promise<Uint8Array | undefined> {
  const read = await repository.read(blob)
  return read?.kind === "content" ? read.content : undefined
}

async function describeMerge(
  { shelf, branch }: Extract<LoopOrigin, { kind: "merge" }>,
  { user, locale }: Asker,
  { contexts }: OriginNeeds,
): Promise<Description | undefined> {
  if (!contexts) return undefined
  const words = originWords(locale)
  const repository = await contexts.shelves.open(shelfOf(shelf, user.name))
  const [trunk, folder] = [await repository.trunk(), `/loopat/context/${shelf}`]
  const own = { private: shelf === "personal", waits: false }
  if (branch !== undefined) {
    if ((await repository.resolve(branch)) === undefined) return undefined
    return {
      title: titled(words.mergeTitle(shelf, branch)),
      message: words.mergeMessage(folder, branch, trunk),
      about: words.mergeAbout(words.mergeBranch(shelf, branch)),
      url: contextUrls.proposal(shelf, branch),
      ...own,
    }
  }
  const commit = await repository.outsideTip()
  if (commit === undefined) return undefined
  const push = shelf === "knowledge" ? "git push origin HEAD" : `git push origin HEAD:${trunk}`
  return {
    title: titled(words.mergeTitle(shelf, words.outside)),
    message: words.mergeOutsideMessage({ folder, commit, trunk, push }),
    about: words.mergeAbout(words.mergeOutside(shelf)),
    ...own,
  }
}

async function describeHeld(
  held: string,
  { user, locale }: Asker,
  needs: OriginNeeds,
): Promise<Description | undefined> {
  const text = await needs.heldText(user.name, held)
  if (!text || !needs.contexts) return undefined
  const words = originWords(locale)
  const place = placeOf(text.shelf, text.path)
  return {
    title: titled(words.resolveTitle(place)),
    message: words.resolveMessage(insideOf(text.shelf, text.path)),
    about: words.resolveAbout(place),
    url: contextUrls.held(held),
    private: text.shelf === "personal",
    waits: false,
  }
}

function describeAll({ user, locale }: Asker, { clock }: OriginNeeds): Description | undefined {
  if (user.role !== "admin") return undefined
  const words = originWords(locale)
  const date = new Date(clock.now()).toISOString().slice(0, 10)
  return { title: words.crossTitle(date), message: "", about: words.crossAbout, private: true, waits: true }
}
