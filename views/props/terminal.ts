import type { SafeHtml } from "../../src/lib/jsx/safe-html.ts"
import type { PanelPageView, UnplacedView } from "./panels.ts"

export interface TerminalTabView {
  id: string
  name: string
  url: string
  current: boolean
  /** With everybody who may see the loop. */
  shared: boolean
  /** Names of the others who look at it now. */
  watchers: string[]
}

export interface TerminalTabsView {
  loop: string
  tabs: TerminalTabView[]
  /** The reader drives the loop; everybody else only looks at what is shared. */
  drives: boolean
  /** One more may be opened. */
  mayOpen: boolean
  /** How many a loop may have. */
  most: number
  formToken?: string
}

/** The terminal that is shown. */
export interface TerminalView {
  id: string
  name: string
  socketUrl: string
  shared: boolean
}

/** One command that ran without a terminal. */
export interface RanCommandView {
  command: string
  output?: SafeHtml
  /** It has not ended; its output will stand in the conversation. */
  runs?: true
  /** Exit code or signal; absent when it was ended for its time. */
  how?: string
  wasCut: boolean
}

export interface TerminalPageView extends PanelPageView, Omit<TerminalTabsView, "formToken"> {
  terminal?: TerminalView
  /** Why no further one was opened. */
  notOpened?: string
  /** Opens the first one by itself. */
  opens: boolean
  unplaced?: UnplacedView
  ran?: RanCommandView
  /** What is wrong with the command that was sent. */
  commandError?: string
}
