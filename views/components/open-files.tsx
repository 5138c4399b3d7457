import { fileWords } from "../../src/lib/i18n/files.ts"
import type { MentionView, OpenFilesView } from "../props/files.ts"
import type { Reader } from "../props/reader.ts"

/** Filled by the script, since only the browser knows what is open in it. */
export function OpenFiles({ open, reader }: { open: OpenFilesView; reader: Reader }) {
  const words = fileWords(reader.locale)
  return (
    <nav
      class="inner-tabs file-tabs only-script"
      aria-label={words.openFiles}
      hidden={open.current === undefined}
      data-open-files={open.loop}
      data-path={open.current?.path}
      data-name={open.current?.name}
      data-url={open.current?.url}
      data-gone={open.gone}
      data-folder={open.folderUrl}
      data-close={words.closeFile}
    />
  )
}

export const Mention = ({ mention, reader }: { mention: MentionView; reader: Reader }) => (
  <button
    type="button"
    class="button small only-script"
    data-mention={mention.path}
    data-loop={mention.loop}
    data-to={mention.conversationUrl}
  >
    {fileWords(reader.locale).mention}
  </button>
)
