import type { Run } from "../../src/lib/code-runs.ts"
import { relationWords } from "../../src/lib/i18n/relations.ts"
import type { CodeTextView } from "../props/code.ts"
import type { Reader } from "../props/reader.ts"

/** Numbered lines, each with a name that an address can end with. */
export function CodeText({ shown, reader }: { shown: CodeTextView; reader: Reader }) {
  const words = relationWords(reader.locale)
  return (
    <>
      {shown.earlierUrl !== undefined && <Way url={shown.earlierUrl} words={words.earlierLines} />}
      <pre class="file-text code-lines hljs" tabindex="0" aria-label={shown.name}>
        <code>
          {shown.lines.map(({ number, runs }) => (
            <span id={`L${number}`} class="code-line" data-line={number}>
              <Runs runs={runs} />
              {"\n"}
            </span>
          ))}
        </code>
      </pre>
      {shown.laterUrl !== undefined && <Way url={shown.laterUrl} words={words.laterLines} />}
    </>
  )
}

const Way = ({ url, words }: { url: string; words: string }) => (
  <p class="file-acts">
    <a class="button small" href={url}>
      {words}
    </a>
  </p>
)

/** Pieces of one line, in the colours of their kinds. */
export const Runs = ({ runs }: { runs: readonly Run[] }) => (
  <>
    {runs.map((run) =>
      run.kind === undefined && !run.marked ? (
        run.text
      ) : (
        <span class={[run.kind, run.marked && "diff-word"]}>{run.text}</span>
      ),
    )}
  </>
)
