import { contextWords } from "../../src/lib/i18n/context.ts"
import { relationWords } from "../../src/lib/i18n/relations.ts"
import type { Reader } from "../props/reader.ts"
import { targets } from "../targets.ts"

interface NewsProps {
  /** Who changed what is shown, and whether it is still there. */
  changed?: { by: string; gone: boolean } | undefined
  /** How many other files of the context are not as they were. */
  others: number
  url: string
  /** While the text is changed here: a save joins both. */
  edits: boolean
  /** Of what is there now; the script hides news of the reader's own save by it. */
  version: string
  reader: Reader
}

/** Live: `<Replace target={targets.contextNews}>`. Nothing that somebody reads is changed under his eyes. */
export function ContextNews({ changed, others, url, edits, version, reader }: NewsProps) {
  const words = contextWords(reader.locale)
  if (changed === undefined && others === 0) return <div id={targets.contextNews} />
  return (
    <div id={targets.contextNews} class="files-notice info" role="status" data-version={changed && version}>
      {changed && <p>{changed.gone ? words.goneBy(changed.by) : words.changedBy(changed.by)}</p>}
      {others > 0 && <p class="hint">{relationWords(reader.locale).othersChanged(others)}</p>}
      <p class="file-acts">
        {edits && !changed?.gone ? (
          <button type="submit" class="button small" form="editor" name="join" value="1">
            {words.joinNow}
          </button>
        ) : (
          <a class="button small" href={url}>
            {words.refresh}
          </a>
        )}
      </p>
    </div>
  )
}
