import type { RunningShellsView, ShellItem } from "../../views/props/shell.ts"
import { plainAnsi, renderAnsi } from "../lib/ansi.ts"
import { byteSize } from "../lib/bytes.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import { shellWords } from "../lib/i18n/shell.ts"
import { type EventOf, unplacedSentence } from "../loops/index.ts"
import type { Post } from "./runner.ts"
import { agentFolder } from "./shell-told.ts"
import type { LoopId } from "../lib/ids.ts"

type Line = EventOf<"shell">

export function shellItem(line: Line, id: string, { loop, locale }: { loop: LoopId; locale: Locale }): ShellItem {
  const failure = failureOf(line, locale)
  return {
    kind: "shell",
    id,
    seq: line.seq,
    by: line.by,
    at: Date.parse(line.at),
    clientId: line.clientId,
    command: plainAnsi(line.command),
    ...(line.text !== "" && { output: renderAnsi(line.text) }),
    ...(line.end !== undefined && { end: renderAnsi(line.end) }),
    ...(line.cut > 0 && { leftOut: leftOut(line, loop, locale) }),
    outcome: outcomeOf(line, locale),
    ...(failure !== undefined && { failure }),
    ok: line.how === "ended" && line.exit === 0,
    ...(line.ms !== undefined && { ms: line.ms }),
    agentSees: line.agentSees && line.how !== "not-run",
  }
}

function leftOut({ cut, file }: Line, loop: LoopId, locale: Locale): string {
  const words = shellWords(locale)
  const size = byteSize(cut, locale)
  return file === undefined ? words.leftOut(size) : words.leftOutIn(size, `${agentFolder(loop)}/${file}`)
}

function outcomeOf({ how, exit, signal }: Line, locale: Locale): string {
  const words = shellWords(locale)
  const outcomes: Record<Line["how"], string> = {
    ended: words.exited(String(exit ?? signal ?? "–")),
    stopped: words.stopped,
    "too-long": words.tooLong,
    lost: words.brokenOff,
    "cut-off": words.brokenOff,
    "not-run": words.refused,
  }
  return outcomes[how]
}

function failureOf({ how, why = "" }: Line, locale: Locale): string | undefined {
  const words = shellWords(locale)
  if (how === "lost") return words.lost
  if (how === "cut-off") return words.cutOff
  return how === "not-run" ? words.notRun(unplacedSentence(why, locale)) : undefined
}

/** Those that have not ended, as everybody sees them who may see the loop. */
export function runningShells(
  { record, shells }: Pick<Post, "record" | "shells">,
  mayStop: boolean,
): RunningShellsView {
  const running = [...shells].map(({ begun, state, tail, printed }) => ({
    run: begun.run,
    by: begun.by,
    clientId: begun.clientId,
    command: plainAnsi(begun.command),
    output: renderAnsi(tail),
    onlyEnd: printed > tail.length,
    state,
    since: Date.parse(begun.at),
    agentSees: begun.agentSees,
  }))
  return { loop: record.id, running, mayStop }
}
