import type { ToolsNoticeView } from "../../views/props/tools.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import { toolsWords } from "../lib/i18n/tools.ts"
import type { ToolsRun, ToolsState } from "./contract.ts"

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
  if (state.state === "building") {
    const { number = 1, of = 1 } = state.run.step ?? {}
    return { ...common, state: "building", step: stepWords(state.run, locale), number, of, since: state.run.startedAt }
  }
  const { fault, tool, lines } = state.failure
  return {
    ...common,
    ...{ state: "failed", sentence: words.toolsFault(fault.code), detail: fault.detail, lines: [...lines] },
    title: tool === undefined ? words.toolsMissing : words.toolMissing(tool),
    who: words.toolsTeam,
  }
}

function stepWords({ step }: ToolsRun, locale: Locale): string {
  const words = toolsWords(locale)
  if (step?.name === "tool") return words.toolsInstalling(step.tool ?? "")
  if (step?.name === "links") return words.toolsLinks
  return step?.name === "store" ? words.toolsStore : words.toolsBegin
}
