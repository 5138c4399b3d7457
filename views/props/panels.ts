import type { FrameView } from "./frame.ts"
import type { LoopHeaderView } from "./loops.ts"
import type { ToolsNoticeView } from "./tools.ts"

/** What one loop is looked at through, in the order of their tabs. */
export type Panel = "conversation" | "files" | "changes" | "terminal" | "preview" | "sandbox"

/** A page of one loop: its head, the tabs, and below them one panel. */
export interface PanelPageView extends FrameView {
  header: LoopHeaderView
  panel: Panel
  tools?: ToolsNoticeView | undefined
}

/** Why nothing of the sandbox can be shown, and where to try again. */
export interface UnplacedView {
  sentence: string
  /** The last line from below. */
  detail?: string | undefined
  retryUrl: string
}
