import type { DeleteReportView, SavedView, WorkView } from "../../views/props/farewell.ts"
import type { FrameView } from "../../views/props/frame.ts"
import { shownPath } from "../lib/file-path.ts"
import { id6, type LoopId } from "../lib/ids.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import { slug } from "../lib/slug.ts"
import { urls } from "../lib/urls.ts"
import { workbenchUrls } from "../lib/workbench-urls.ts"
import type { SavedCheckout } from "./checkouts/save.ts"
import type { DeleteReport } from "./farewell.ts"
import { suspectKey } from "./checkouts/suspects.ts"
import type { CheckoutWork } from "./checkouts/work-report.ts"
import { type NotPlaced, unplacedSentence } from "./workbench.ts"

/** What the file is called with which a checkout's work is taken along. */
export function bundleName({ id, title, checkout = "" }: { id: LoopId; title: string; checkout?: string | undefined }) {
  return `${[title, ...(checkout === "" ? [] : [checkout])].map(slug).join("-")}-${id6(id)}.bundle`
}

export function reportView(
  frame: FrameView,
  { id, name, work, hasWork, maySave, mayPush, days }: DeleteReport,
): DeleteReportView {
  return {
    ...frame,
    loop: { id, title: name },
    report: work?.map((one) => workView(id, one, maySave)),
    hasWork,
    ...(hasWork &&
      maySave && { save: { name: bundleName({ id, title: name }), pushes: mayPush, secrets: keysIn(work) } }),
    days,
    errors: {},
    typed: "",
  }
}

/** What a yes to all that is named says yes to. */
const keysIn = (work: DeleteReport["work"]): string =>
  (work ?? [])
    .flatMap(({ checkout, suspects = [] }) => suspects.map((suspect) => suspectKey(checkout, suspect)))
    .join(" ")

function workView(id: LoopId, { unseen, loose, suspects = [], ...work }: CheckoutWork, maySave: boolean): WorkView {
  const named = work.uncommitted.length + work.unpushed.length > 0
  const takeUrl = maySave && named ? takeAway(id, work.checkout, loose === true) : undefined
  const shown = suspects.map(({ path, what }) => ({ path: shownPath(path), what }))
  return { ...work, suspects: shown, unseen: unseen === true, loose: loose === true, takeUrl }
}

const takeAway = (id: LoopId, checkout: string, loose: boolean): string =>
  loose ? urls.loopFileDownload(id, "", nameIn(checkout)) : workbenchUrls.unsaved(id, nameIn(checkout))

const nameIn = (checkout: string) => (checkout === "workdir" ? undefined : checkout)

export function savedView(
  id: LoopId,
  saved: readonly SavedCheckout[] | NotPlaced,
  locale: Locale,
): Pick<DeleteReportView, "saved" | "notSaved"> {
  if (!isList(saved)) return { notSaved: { sentence: unplacedSentence(saved.why, locale), detail: saved.detail } }
  return { saved: saved.map((one) => savedCheckout(id, one)) }
}

const isList = (saved: readonly SavedCheckout[] | NotPlaced): saved is readonly SavedCheckout[] => Array.isArray(saved)

function savedCheckout(id: LoopId, { checkout, branches, kept }: SavedCheckout): SavedView {
  if (!kept) return { checkout, branches }
  const takeUrl = kept.why === "unreached" ? undefined : takeAway(id, checkout, kept.why === "loose")
  return { checkout, branches, kept: { ...kept, takeUrl } }
}
