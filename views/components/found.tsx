import { fileWords } from "../../src/lib/i18n/files.ts"
import type { HitView } from "../props/files.ts"
import type { Reader } from "../props/reader.ts"

/** Some of what a search found; the next ones follow as they are found. */
export function Hits({ hits, reader }: { hits: HitView[]; reader: Reader }) {
  const words = fileWords(reader.locale)
  return (
    <ul class="entries">
      {hits.map(({ path, url, line }) => (
        <li class="found-line">
          <a href={url}>{path}</a>
          {line && (
            <>
              <span class="number">{words.foundLine(line.number)}</span>
              <code class="cut">{line.text}</code>
            </>
          )}
        </li>
      ))}
    </ul>
  )
}

export function FoundEnd({ any, part, reader }: { any: boolean; part: boolean; reader: Reader }) {
  const words = fileWords(reader.locale)
  if (part) return <p class="hint">{words.foundPart}</p>
  return any ? null : <p class="hint">{words.foundNothing}</p>
}
