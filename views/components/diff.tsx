import { agentWords } from "../../src/lib/i18n/agent.ts"
import type { DiffLine } from "../../src/lib/diff.ts"
import type { Reader } from "../props/reader.ts"

const shownLines = 400
const signs: Record<DiffLine["kind"], string> = { same: " ", added: "+", removed: "−", gap: "⋯" }

/** Signs as well as colours say what came and what went. */
export function Diff({ lines, reader }: { lines: DiffLine[]; reader: Reader }) {
  const left = lines.length - shownLines
  return (
    <div class="diff" tabindex="0">
      <table>
        <tbody>
          {lines.slice(0, shownLines).map((line) => (
            <tr class={`diff-${line.kind}`}>
              <td class="diff-number" data-line={line.before} />
              <td class="diff-number" data-line={line.after} />
              <td class="diff-sign">{signs[line.kind]}</td>
              <td class="diff-text">{line.text}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {left > 0 && <p class="cut-lines">{agentWords(reader.locale).cutLines(left)}</p>}
    </div>
  )
}
