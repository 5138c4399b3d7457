import type { SafeHtml } from "../../src/lib/jsx/safe-html.ts"
import type { PanelPageView, UnplacedView } from "./panels.ts"

export interface TerminalTabView {
  id: string
  name: string
  url: string
  current: boolean
}

/** The terminal that is shown. */
export interface TerminalView {
  id: string
  name: string
  socketUrl: string
}

/** One command that ran without a terminal. */
export interface RanCommandView {
  command: string
  output: SafeHtml
  /** Exit code or signal; absent when it was ended for its time. */
  how?: string
  wasCut: boolean
}

export interface TerminalPageView extends PanelPageView {
  tabs: TerminalTabView[]
  terminal?: TerminalView
  /** One more may be opened. */
  mayOpen: boolean
  /** How many a loop may have. */
  most: number
  /** Opens the first one by itself. */
  opens: boolean
  unplaced?: UnplacedView
  ran?: RanCommandView
  /** What is wrong with the command that was sent. */
  commandError?: string
}
