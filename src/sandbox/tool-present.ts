import type { ToolsNoticeView } from "../../views/props/tools.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import { toolsWords } from "../lib/i18n/tools.ts"
import type { ToolsRun, ToolsState } from "./contract.ts"
import { buildView } from "./present.ts"

interface About {
  loop: string
  /** The reader drives it. */
  mayAct: boolean
  formToken?: string | undefined
}

/** What is said of a loop's tools, in the words of whoever looks. */
export function toolsNoticeView(
  state: ToolsState | undefined,
  { loop, mayAct, formToken }: About,
  locale: Locale,
): ToolsNoticeView | undefined {
  if (!state) return undefined
  const words = toolsWords(locale)
  const common = { loop, mayAct, ...(formToken !== undefined && { formToken }) }
  if (state.state === "restart") return { ...common, state: "restart" }
  if (state.state === "building")
    return { ...common, state: "building", build: buildView(state.run, (step) => stepWords(step, words)) }
  const { fault, tool, lines } = state.failure
  return {
    ...common,
    ...{ state: "failed", sentence: words.toolsFault(fault.code), detail: fault.detail, lines: [...lines] },
    title: tool === undefined ? words.toolsMissing : words.toolMissing(tool),
    who: words.toolsTeam,
  }
}

function stepWords({ name, tool = "" }: NonNullable<ToolsRun["step"]>, words: ReturnType<typeof toolsWords>): string {
  switch (name) {
    case "begin":
      return words.toolsBegin
    case "tool":
      return words.toolsInstalling(tool)
    case "links":
      return words.toolsLinks
    case "store":
      return words.toolsStore
  }
}
