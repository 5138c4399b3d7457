import type { RanCommandView, TerminalPageView, TerminalTabView } from "../../views/props/terminal.ts"
import { renderAnsi } from "../lib/ansi.ts"
import { terminalWords } from "../lib/i18n/terminal.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import { urls } from "../lib/urls.ts"
import type { Ran } from "./command.ts"
import type { EventOf, ViewedLoop } from "../loops/index.ts"
import type { Onlookers } from "./onlookers.ts"
import { keptId, mostTerminals, type TerminalRecord } from "./terminal.ts"

const nameOf = ({ name, number }: TerminalRecord, locale: Locale): string =>
  name ?? terminalWords(locale).numbered(number)

type Shown = Pick<TerminalPageView, "loop" | "tabs" | "terminal" | "drives" | "mayOpen" | "most">

interface About {
  tab?: string
  locale: Locale
  onlookers: Pick<Onlookers, "of">
}

/** The tabs, and the one that was asked for or else the first. */
export function terminalView(
  { record: { id: loop }, drives }: Pick<ViewedLoop, "record" | "drives">,
  all: readonly TerminalRecord[],
  about: About,
): Shown {
  const current = all.find(({ id }) => id === about.tab) ?? all[0]
  const tabs = all.map((one): TerminalTabView => ({
    id: one.id,
    name: nameOf(one, about.locale),
    url: urls.loopTerminal(loop, { tab: one.id }),
    current: one === current,
    shared: one.shared === true,
    watchers: about.onlookers.of(keptId(one)),
  }))
  return {
    ...{ loop, drives },
    tabs,
    ...(current && {
      terminal: {
        id: current.id,
        name: nameOf(current, about.locale),
        socketUrl: urls.terminalSocket(loop, current.id),
        shared: current.shared === true,
      },
    }),
    mayOpen: all.length < mostTerminals,
    most: mostTerminals,
  }
}

export function ranView(command: string, { output, wasCut, code, signal }: Ran): RanCommandView {
  const how = code ?? signal
  return { command, output: renderAnsi(output), wasCut, ...(how !== null && { how: String(how) }) }
}

/** The same of a line of the transcript. */
export function lineView({ command, text, end, exit, signal }: EventOf<"shell">): RanCommandView {
  const output = end === undefined ? text : `${text}\n…\n${end}`
  return ranView(command, { output, wasCut: end !== undefined, code: exit, signal: signal ?? null })
}
