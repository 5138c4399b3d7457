import { commonWords } from "../../src/lib/i18n/common.ts"
import { urls } from "../../src/lib/urls.ts"
import { StateMark } from "../icons/state-mark.tsx"
import type { RecentLoopView } from "../props/frame.ts"
import type { Reader } from "../props/reader.ts"
import { targets } from "../targets.ts"

interface RecentLoopsProps {
  loops: RecentLoopView[]
  current?: string | undefined
  reader: Reader
}

export function RecentLoops({ loops, current, reader }: RecentLoopsProps) {
  const words = commonWords(reader.locale)
  return (
    <nav class="recent" aria-label={words.recentLoops}>
      <p class="recent-label" aria-hidden="true">
        {words.recentLoops}
      </p>
      <ul>
        {loops.map((loop) => (
          <li>
            <a href={urls.loop(loop.id)} aria-current={loop.id === current ? "page" : undefined}>
              <RecentFace loop={loop} reader={reader} />
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}

/** Live: `<Replace target={targets.recentLoop(id)}>`. */
export function RecentFace({ loop, reader }: { loop: RecentLoopView; reader: Reader }) {
  return (
    <span id={targets.recentLoop(loop.id)} class="recent-face">
      <StateMark status={loop.status} reader={reader} />
      <span class="cut">{loop.title}</span>
    </span>
  )
}
