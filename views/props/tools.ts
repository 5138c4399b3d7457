/** How it is with a loop's tools. `mayAct`: the reader may try again and restart. */
export type ToolsNoticeView = { loop: string; mayAct: boolean; formToken?: string } & (
  | { state: "building"; step: string; number: number; of: number; since: number }
  | { state: "failed"; title: string; sentence: string; detail: string; lines: string[]; who: string }
  | { state: "restart" }
)
