import { changesWords } from "../../src/lib/i18n/changes.ts"
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
