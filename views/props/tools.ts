import type { BuildView } from "./system.ts"

/** How it is with a loop's tools. `mayAct`: the reader may try again and restart. */
export type ToolsNoticeView = { loop: string; mayAct: boolean; formToken?: string } & (
  | { state: "building"; build: BuildView }
  | { state: "failed"; title: string; sentence: string; detail: string; lines: string[]; who: string }
  | { state: "restart" }
)
