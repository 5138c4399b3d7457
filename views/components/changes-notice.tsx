import { changesWords } from "../../src/lib/i18n/changes.ts"
import { Replace } from "../partials.tsx"
import { targets } from "../targets.ts"
import type { NoticeView } from "../props/changes.ts"
import type { Reader } from "../props/reader.ts"

/** What came of what was just done, with what git said. */
export function Notice({ notice, reader }: { notice: NoticeView; reader: Reader }) {
  return (
    <div
      class={["changes-notice", notice.level === "error" && "is-error"]}
      role={notice.level === "error" ? "alert" : "status"}
    >
      <p>{notice.sentence}</p>
      {notice.detail !== undefined && (
        <>
          <p class="quiet-line">{changesWords(reader.locale).gitSaid}</p>
          <pre class="detail" tabindex="0">
            {notice.detail}
          </pre>
        </>
      )}
    </div>
  )
}

/** The folder is another one by now: more than parts of this page would change. */
export function Newer({ url, reader }: { url: string; reader: Reader }) {
  const words = changesWords(reader.locale)
  return (
    <Replace target={targets.changesNews}>
      <div id={targets.changesNews} class="changes-notice" role="status">
        <p>
          {words.newerNow} <a href={url}>{words.showNow}</a>
        </p>
      </div>
    </Replace>
  )
}
