import { relationWords } from "../../src/lib/i18n/relations.ts"
import type { BesideView, MentionView } from "../props/context.ts"
import type { Reader } from "../props/reader.ts"
import { targets } from "../targets.ts"
import { Time } from "./small.tsx"

/** Filled when the page is there: to look through conversations takes a moment. */
export const MentionsLater = ({ mentions, reader }: { mentions: BesideView["mentions"]; reader: Reader }) => (
  <div id={targets.mentions} hx-get={mentions.url} hx-trigger="load" hx-swap="none">
    <noscript>
      <p class="file-acts">
        <a class="button small" href={mentions.searchUrl}>
          {relationWords(reader.locale).findMentions}
        </a>
      </p>
    </noscript>
  </div>
)

interface MentionsProps {
  loops: MentionView[]
  /** Where all of them are found. */
  moreUrl?: string | undefined
  reader: Reader
}

/** Live: `<Replace target={targets.mentions}>`. */
export function Mentions({ loops, moreUrl, reader }: MentionsProps) {
  const words = relationWords(reader.locale)
  return (
    <div id={targets.mentions}>
      {loops.length > 0 && <h2>{words.mentions}</h2>}
      {loops.length > 0 && (
        <ul aria-label={words.mentions}>
          {loops.map(({ title, url, at, text }) => (
            <li class="backlink">
              <a href={url}>{title}</a>
              <p class="hint">
                {text} <Time at={at} reader={reader} />
              </p>
            </li>
          ))}
        </ul>
      )}
      {moreUrl !== undefined && (
        <p class="hint">
          <a href={moreUrl}>{words.moreMentions}</a>
        </p>
      )}
    </div>
  )
}
