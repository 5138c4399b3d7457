import { keptTextWords } from "../../src/lib/i18n/kept-text.ts"
import type { KeptTextView } from "../props/changes.ts"
import type { Reader } from "../props/reader.ts"
import { PostForm } from "./form.tsx"

interface KeptTextProps {
  kept: KeptTextView
  reader: Reader
  formToken?: string | undefined
}

/** What somebody typed and could not be taken, to be sent once more as it is or otherwise. */
export function KeptText({ kept, reader, formToken }: KeptTextProps) {
  const words = keptTextWords(reader.locale)
  return (
    <PostForm action={kept.action} formToken={formToken} class="stack" label={words.title}>
      <p>{words.hint}</p>
      {kept.fields.map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <textarea name={kept.name} rows="4" required aria-label={words.text}>
        {`\n${kept.text}`}
      </textarea>
      <button type="submit" class="button primary">
        {words.send}
      </button>
    </PostForm>
  )
}
