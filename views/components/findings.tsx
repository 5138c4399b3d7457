import { systemWords } from "../../src/lib/i18n/system.ts"
import type { Locale } from "../../src/lib/i18n/locale.ts"
import { Icon, type IconName } from "../icons/icon.tsx"
import type { Reader } from "../props/reader.ts"
import type { FindingState, FindingView } from "../props/system.ts"
import { targets } from "../targets.ts"
import { Details } from "./small.tsx"

const marks: Record<FindingState, IconName> = {
  ok: "check",
  working: "reload",
  waiting: "more",
  warning: "warning",
  blocking: "cross",
}

/** What stands beside a finding. */
export function findingStates(locale: Locale) {
  const { stateOk, stateWorking, stateWaiting, stateWarning, stateBlocking } = systemWords(locale)
  return { ok: stateOk, working: stateWorking, waiting: stateWaiting, warning: stateWarning, blocking: stateBlocking }
}

interface FindingsProps {
  findings: FindingView[]
  reader: Reader
}

/** The worst of all findings in one sentence. Live: `<Replace target={targets.verdict}>`. */
export function Verdict({ findings, reader }: FindingsProps) {
  const words = systemWords(reader.locale)
  const worst = (["blocking", "working", "waiting", "warning", "ok"] as const).find((state) =>
    findings.some((finding) => finding.state === state),
  )
  const verdicts = {
    blocking: words.someBlocking,
    working: words.someWorking,
    waiting: words.someWorking,
    warning: words.someWarning,
    ok: words.allWell,
  }
  return (
    <p id={targets.verdict} class={["notice", "verdict", worst]} role="status">
      {verdicts[worst ?? "ok"]}
    </p>
  )
}

/** What loops need of this server, one by one. Live: `<Replace target={targets.findings}>`. */
export function Findings({ findings, reader }: FindingsProps) {
  // The image has a card of its own.
  const ofPage = findings.filter(({ id }) => id !== "image")
  return (
    <ul id={targets.findings} class="findings">
      {ofPage.map((finding) => (
        <FindingRow finding={finding} reader={reader} />
      ))}
    </ul>
  )
}

function FindingRow({ finding, reader }: { finding: FindingView; reader: Reader }) {
  const { id, state, title, sentence, remedy, command, detail } = finding
  return (
    <li class={["finding", state]} data-finding={id} data-state={state}>
      <Icon name={marks[state]} />
      <div class="stack">
        <p class="finding-head">
          <strong>{title}</strong>
          <span class="tag">{findingStates(reader.locale)[state]}</span>
        </p>
        <p class="finding-sentence">{sentence}</p>
        {remedy !== undefined && <p>{remedy}</p>}
        {command !== undefined && <code class="command">{command}</code>}
        <Details detail={detail} reader={reader} />
      </div>
    </li>
  )
}
