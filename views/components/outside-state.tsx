import { outsideWords } from "../../src/lib/i18n/outside.ts"
import { Icon } from "../icons/icon.tsx"
import type { OutsideStateView } from "../props/outside.ts"
import type { Reader } from "../props/reader.ts"
import { PostForm } from "./form.tsx"
import { Time } from "./small.tsx"

interface OutsideStateProps {
  outside: OutsideStateView
  reader: Reader
  formToken?: string | undefined
}

/** How a context stands with its home outside, and what can be done about it. */
export function OutsideState({ outside, reader, formToken }: OutsideStateProps) {
  const words = outsideWords(reader.locale)
  const good = outside.state === "in-step"
  return (
    <div class={good ? "hint" : "notice warning"} data-outside={outside.state}>
      <p>
        {!good && <Icon name="warning" />} {outside.sentence}
        {outside.at !== undefined && (
          <span class="hint">
            {" "}
            {words.newest}: <Time at={outside.at} reader={reader} />
          </span>
        )}
      </p>
      {outside.detail !== undefined && <p class="hint mono">{outside.detail}</p>}
      {!good && (
        <div class="file-acts">
          <PostForm action={outside.retryUrl} formToken={formToken}>
            <button type="submit" class="button small">
              {words.retry}
            </button>
          </PostForm>
          {outside.mergeUrl !== undefined && (
            <a class="button small" href={outside.mergeUrl}>
              {words.openMerge}
            </a>
          )}
        </div>
      )}
    </div>
  )
}
