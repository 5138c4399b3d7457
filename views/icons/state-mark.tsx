import { loopWords } from "../../src/lib/i18n/loops.ts"
import type { LoopStatus } from "../props/loops.ts"
import type { Reader } from "../props/reader.ts"

/** Each status has a shape of its own, so that it is told apart without colour. */
const shapes: Record<LoopStatus, string> = {
  "needs-you": "M8 1.75 14.25 8 8 14.25 1.75 8ZM8 5v3.5M8 11h.01",
  failed: "M8 2 14.5 13.5h-13zM8 6.5v3M8 11.5h.01",
  working: "M8 2.5A5.5 5.5 0 1 1 2.5 8",
  queued: "M8 13.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11ZM8 5v3.25l2 1.25",
  preparing: "M8 13.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11Z",
  new: "M8 13.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11ZM5.5 8.25l1.75 1.75 3.5-4",
  offered: "M2.5 8h10M8.75 4.25 12.5 8l-3.75 3.75",
  background: "M3.5 5.5h9M3.5 8h6M3.5 10.5h7.5",
  idle: "M8 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Z",
  archived: "M2.75 3.25h10.5v3H2.75zM3.75 6.25v6.5h8.5v-6.5M6.5 9h3",
}

export function StateMark({ status, reader }: { status: LoopStatus; reader: Reader }) {
  return (
    <span class={["mark", `mark-${status}`]}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={shapes[status]} />
      </svg>
      <span class="unseen">{statusWord(status, reader)}</span>
    </span>
  )
}

export function statusWord(status: LoopStatus, reader: Reader): string {
  const words = loopWords(reader.locale)
  const named: Record<LoopStatus, string> = {
    "needs-you": words.statusNeedsYou,
    failed: words.statusFailed,
    working: words.statusWorking,
    queued: words.statusQueued,
    preparing: words.statusPreparing,
    new: words.statusNew,
    offered: words.statusOffered,
    background: words.statusBackground,
    idle: words.statusIdle,
    archived: words.statusArchived,
  }
  return named[status]
}
