import { commonWords } from "../../src/lib/i18n/common.ts"
import { clockText, machineTime, relativeTime } from "../../src/lib/time.ts"
import { Icon } from "../icons/icon.tsx"
import type { Reader } from "../props/reader.ts"

/** The script turns it into the reader's own zone and keeps it fresh. */
export function Time({ at, reader }: { at: number; reader: Reader }) {
  return (
    <time datetime={machineTime(at)} data-relative>
      {relativeTime(at, reader.now, reader.locale)}
    </time>
  )
}

/** Counts up in the browser while it is on the page. */
export function Elapsed({ since, reader }: { since: number; reader: Reader }) {
  return (
    <time class="elapsed" datetime={machineTime(since)} data-elapsed>
      {clockText(reader.now - since)}
    </time>
  )
}

/** What programs said, folded under "Details"; nothing when they said nothing. */
export const Details = ({ detail, reader }: { detail: string | undefined; reader: Reader }) =>
  detail === undefined ? null : <Fold label={commonWords(reader.locale).details} text={detail} />

/** What a folded part is called, with the mark that turns as it opens. `named`: where there are several of one name. */
export const FoldLabel = ({ children, named }: { children: string; named?: string }) => (
  <summary aria-label={named}>
    <Icon name="chevron" />
    <span class="fold-label">{children}</span>
  </summary>
)

/** Lines of a program, or what few want to know, under their name. */
export const Fold = ({ label, text }: { label: string; text: string }) => (
  <details class="fold">
    <FoldLabel>{label}</FoldLabel>
    <pre class="detail" tabindex="0">
      {text}
    </pre>
  </details>
)

/** First letters on one of eight quiet colours that a name always gets again. */
export function Avatar({ name }: { name: string }) {
  return (
    <span class={["avatar", `hue-${hue(name)}`]} data-letters={[...name].slice(0, 2).join("")} aria-hidden="true" />
  )
}

function hue(name: string): number {
  let sum = 0
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 997
  return sum % 8
}
