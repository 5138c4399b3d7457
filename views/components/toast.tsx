import { commonWords } from "../../src/lib/i18n/common.ts"
import { Icon } from "../icons/icon.tsx"
import { Append } from "../partials.tsx"
import type { Reader } from "../props/reader.ts"
import { targets } from "../targets.ts"

interface ToastProps {
  /** A whole sentence that says what to do. */
  text: string
  level?: "info" | "error"
  reader: Reader
}

/** Said at the edge of the page: the answer to an htmx request that was refused, or news without a place. */
export function Toast({ text, level = "info", reader }: ToastProps) {
  return (
    <Append target={targets.toasts}>
      <div class={["toast", level]} data-toast>
        <p>{text}</p>
        <button type="button" class="button quiet square" aria-label={commonWords(reader.locale).close} data-dismiss>
          <Icon name="close" />
        </button>
      </div>
    </Append>
  )
}
