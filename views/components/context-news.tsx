import { contextWords } from "../../src/lib/i18n/context.ts"
import type { Reader } from "../props/reader.ts"
import { targets } from "../targets.ts"

interface NewsProps {
  /** Who changed what is shown, and whether it is still there. */
  changed?: { by: string; gone: boolean } | undefined
  url: string
  /** While the text is changed here: a save joins both. */
  edits: boolean
  /** Of what is there now; the script hides news of the reader's own save by it. */
  version: string
  reader: Reader
}

/** Live: `<Replace target={targets.contextNews}>`. Nothing that somebody reads is changed under his eyes. */
export function ContextNews({ changed, url, edits, version, reader }: NewsProps) {
  const words = contextWords(reader.locale)
  if (changed === undefined) return <div id={targets.contextNews} />
  return (
    <div id={targets.contextNews} class="files-notice info" role="status" data-version={version}>
      <p>{changed.gone ? words.goneBy(changed.by) : words.changedBy(changed.by)}</p>
      <p class="file-acts">
        {edits && !changed.gone ? (
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
