import type { Locale } from "../../src/lib/i18n/locale.ts"
import { workbenchWords } from "../../src/lib/i18n/workbench.ts"
import { urls } from "../../src/lib/urls.ts"
import type { Panel } from "../props/panels.ts"
import type { Reader } from "../props/reader.ts"

interface Tab {
  panel: Panel
  url: (loop: string) => string
  name: (words: ReturnType<typeof workbenchWords>) => string
  /** Nobody else is shown it. */
  forDriver?: true
}

/** One line per panel; the tabs of every loop stand in this order. */
const tabs: readonly Tab[] = [
  { panel: "conversation", url: urls.loop, name: (words) => words.conversation },
  { panel: "files", url: (loop) => urls.loopFiles(loop), name: (words) => words.files },
  { panel: "changes", url: (loop) => urls.loopChanges(loop), name: (words) => words.changes },
  { panel: "terminal", url: (loop) => urls.loopTerminal(loop), name: (words) => words.terminal, forDriver: true },
  { panel: "preview", url: (loop) => urls.loopPreview(loop), name: (words) => words.preview, forDriver: true },
  { panel: "sandbox", url: (loop) => urls.loopSandbox(loop), name: (words) => words.sandbox },
]

interface LoopPanelsProps {
  loop: string
  current: Panel
  /** The reader is the loop's driver. */
  drives: boolean
  /** Its driver shares a terminal, so that others see that tab too. */
  sharesTerminal: boolean
  reader: Reader
}

/** Each panel is a page with its own address, so tabs are links. */
export function LoopPanels({ loop, current, drives, sharesTerminal, reader }: LoopPanelsProps) {
  const words = workbenchWords(reader.locale)
  const isOpen = ({ panel, forDriver }: Tab) => drives || !forDriver || (panel === "terminal" && sharesTerminal)
  const own = tabs.filter(isOpen)
  return (
    <div class="panel-tabs" role="tablist" aria-label={words.panels}>
      {own.map(({ panel, url, name }) => (
        <a role="tab" href={url(loop)} aria-selected={panel === current ? "true" : "false"}>
          {name(words)}
        </a>
      ))}
    </div>
  )
}

/** The tab's name, for a page's title. */
export const panelName = (panel: Panel, locale: Locale): string => {
  const words = workbenchWords(locale)
  return tabs.find((tab) => tab.panel === panel)?.name(words) ?? ""
}
