import type { FindingView, SystemView } from "../../../views/props/system.ts"
import { languageTag, type Locale } from "../../lib/i18n/locale.ts"
import { systemWords } from "../../lib/i18n/system.ts"
import { findings, findingView, imageRunView, type Sandboxes } from "../../sandbox/index.ts"

export interface SystemNeeds {
  sandboxes: Pick<Sandboxes, "health" | "onHealth" | "count" | "checkAgain">
  /** Of the disk with the workspace, in bytes. */
  diskSpace(): Promise<{ free: number; total: number }>
}

export type SystemState = Pick<SystemView, "findings" | "image">

/** How this server is, for whoever reads it: everything that loops need, and what the disk and the sandboxes say. */
export async function systemState({ sandboxes, diskSpace }: SystemNeeds, locale: Locale): Promise<SystemState> {
  const health = sandboxes.health()
  return {
    findings: [
      ...findings(health).map((finding) => findingView(finding, locale)),
      runningView(sandboxes.count(), locale),
      diskView(await diskSpace(), locale),
    ],
    image: imageRunView(health.image, locale),
  }
}

function runningView(count: number, locale: Locale): FindingView {
  const words = systemWords(locale)
  return {
    id: "sandboxes",
    state: "ok",
    title: words.running,
    sentence: count === 0 ? words.runningNone : words.runningNow(count),
  }
}

/** Below this a workspace soon stands still. */
const lowBytes = 5 * 2 ** 30

export function diskView({ free, total }: { free: number; total: number }, locale: Locale): FindingView {
  const words = systemWords(locale)
  const [left, all] = [gigabytes(free, locale), gigabytes(total, locale)]
  if (free >= lowBytes) return { id: "disk", state: "ok", title: words.disk, sentence: words.diskFree(left, all) }
  return { id: "disk", state: "warning", title: words.disk, sentence: words.diskLow(left), remedy: words.diskRemedy }
}

const gigabytes = (bytes: number, locale: Locale): string =>
  new Intl.NumberFormat(languageTag[locale], {
    style: "unit",
    unit: "gigabyte",
    maximumFractionDigits: bytes < 10e9 ? 1 : 0,
  }).format(bytes / 1e9)
