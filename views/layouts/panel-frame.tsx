import type { Child } from "../../src/lib/jsx/jsx-runtime.ts"
import { workbenchWords } from "../../src/lib/i18n/workbench.ts"
import { LoopHeader } from "../components/loop-header.tsx"
import { LoopPanels, panelName } from "../components/loop-panels.tsx"
import { Details } from "../components/small.tsx"
import { ToolsNotice } from "../components/tools-notice.tsx"
import type { PanelPageView, UnplacedView } from "../props/panels.ts"
import type { Reader } from "../props/reader.ts"
import { Frame } from "./frame.tsx"

interface PanelFrameProps {
  page: PanelPageView
  class?: string
  /** It may hold nothing but text: the keyboard scrolls it. */
  reads?: boolean
  children?: Child
}

/** A loop's head and tabs, and below them one panel that scrolls by itself. */
export function PanelFrame({ page, class: name, reads, children }: PanelFrameProps) {
  const { header, panel, reader, formToken } = page
  return (
    <Frame page={page} style={page.assets.panels} class="loop-page">
      <LoopHeader header={header} reader={reader} formToken={formToken} />
      <LoopPanels
        loop={header.id}
        current={panel}
        drives={header.driver === page.user.name}
        sharesTerminal={header.sharesTerminal === true}
        reader={reader}
      />
      <section
        class={["panel", name]}
        role="tabpanel"
        aria-label={panelName(panel, reader.locale)}
        tabindex={reads ? "0" : undefined}
      >
        <ToolsNotice tools={page.tools} reader={reader} />
        {children}
      </section>
    </Frame>
  )
}

interface UnplacedProps {
  unplaced: UnplacedView
  reader: Reader
  /** What may be done besides trying again. */
  children?: Child
}

/** In the place of a panel's content: never an empty list that looks as if there were nothing. */
export function Unplaced({ unplaced, reader, children }: UnplacedProps) {
  const words = workbenchWords(reader.locale)
  return (
    <div class="panel-notice" role="alert">
      <h2>{words.unplacedTitle}</h2>
      <p>{unplaced.sentence}</p>
      <Details detail={unplaced.detail} reader={reader} />
      <p>
        <a class="button" href={unplaced.retryUrl}>
          {words.tryAgain}
        </a>
      </p>
      {children}
    </div>
  )
}
