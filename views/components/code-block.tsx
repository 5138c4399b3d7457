import { agentWords } from "../../src/lib/i18n/agent.ts"
import type { Reader } from "../props/reader.ts"

/** More lines than this are left out of the page; the file or the log has them. */
const shownLines = 400

/** Plain text in a box that scrolls sideways, with a button to copy it. */
export function CodeBlock({ text, label, reader }: { text: string; label?: string; reader: Reader }) {
  const { shown, left } = firstLines(text)
  return (
    <figure class="code">
      <figcaption>
        <span class="cut">{label}</span>
        <button type="button" class="copy only-script" data-copy aria-labelledby="word-copy" />
      </figcaption>
      <pre tabindex="0">
        <code>{shown}</code>
      </pre>
      {left > 0 && <p class="cut-lines">{agentWords(reader.locale).cutLines(left)}</p>}
    </figure>
  )
}

function firstLines(text: string): { shown: string; left: number } {
  const lines = text.split("\n")
  if (lines.length <= shownLines) return { shown: text, left: 0 }
  return { shown: lines.slice(0, shownLines).join("\n"), left: lines.length - shownLines }
}
