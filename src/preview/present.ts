import type { PreviewPageView, ShareRowView, ShareTabView, ShareView } from "../../views/props/previews.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import { previewWords } from "../lib/i18n/previews.ts"
import { urls } from "../lib/urls.ts"
import { ownPaths } from "./knock.ts"
import { originOf, type PreviewPlace } from "./place.ts"
import { dayMs, labelOf, mostDays, type Share, usualDays } from "./share.ts"
import type { ShareChanged, ShareCreated } from "./shares.ts"

/** What people call it: its own name, else what it shows. */
export function nameOf({ alias, target }: Share, locale: Locale): string {
  const words = previewWords(locale)
  if (alias !== undefined) return alias
  if (target.kind === "port") return words.portName(target.port)
  return target.folder === "" ? words.wholeFolder : words.folderName(target.folder)
}

export const tabView = (share: Share, locale: Locale, current: boolean): ShareTabView => ({
  ...{ id: share.id, name: nameOf(share, locale), current },
  url: urls.loopPreview(share.loop, { share: share.id }),
})

export interface Look {
  place: PreviewPlace
  locale: Locale
  now: number
  path: string
  width?: number
  ticket: string
  linkToken?: string
}

export function shareView(share: Share, look: Look): ShareView {
  const label = labelOf(share)
  const origin = originOf(look.place, label)
  return {
    ...{ id: share.id, label, name: nameOf(share, look.locale), origin, path: look.path, ticket: look.ticket },
    ...(look.width !== undefined && { width: look.width }),
    enterUrl: origin + ownPaths.enter,
    ...{ access: share.access, alias: share.alias ?? "", visits: share.visits },
    endsAt: Date.parse(share.expiresAt),
    dayChoices,
    days: nearestChoice((Date.parse(share.expiresAt) - look.now) / dayMs),
    ...(look.linkToken !== undefined && { link: origin + ownPaths.link + look.linkToken }),
  }
}

/** Days until a share ends that can be chosen. */
export const dayChoices = [1, usualDays, 30, mostDays] as const

const nearestChoice = (days: number): number => dayChoices.find((choice) => days <= choice) ?? mostDays

export interface Row {
  share: Share
  address: string
  title?: string
}

export const rowView = ({ share, address, title }: Row, locale: Locale): ShareRowView => ({
  ...{ id: share.id, name: nameOf(share, locale), address, owner: share.owner, access: share.access },
  ...{ endsAt: Date.parse(share.expiresAt), visits: share.visits },
  ...(title !== undefined && { loop: { title, url: urls.loop(share.loop) } }),
})

type Unchanged = Exclude<ShareChanged, { kind: "changed" }>
export type Refused =
  | { kind: Exclude<Unchanged["kind"] | ShareCreated["kind"], "no-such-share" | "alias-rests" | "created"> }
  | Extract<Unchanged, { kind: "alias-rests" }>

/** Under which field a refusal stands, and in which words. */
export function refusedErrors(refused: Refused, locale: Locale): PreviewPageView["errors"] {
  const words = previewWords(locale)
  const sentence = sentenceOf(refused, words)
  return refused.kind.startsWith("alias") ? { form: sentence, alias: sentence } : { form: sentence }
}

function sentenceOf(refused: Refused, words: ReturnType<typeof previewWords>): string {
  if (refused.kind === "alias-rests") return words.aliasRests(refused.days)
  const sentences = {
    "too-many-of-loop": words.tooManyOfLoop,
    "too-many-of-user": words.tooManyOfUser,
    "link-forbidden": words.linkForbidden,
    "alias-wrong": words.aliasWrong,
    "alias-reserved": words.aliasReserved,
    "alias-taken": words.aliasTaken,
  }
  return sentences[refused.kind]
}
