import { underWayWords } from "../../src/lib/i18n/under-way.ts"
import { urls } from "../../src/lib/urls.ts"
import type { ChangesView } from "../props/changes.ts"
import type { Reader } from "../props/reader.ts"
import { PostForm } from "./form.tsx"

interface UnderWayProps {
  operation: NonNullable<ChangesView["underWay"]>
  changes: Pick<ChangesView, "loop" | "sight" | "mayWrite">
  reader: Reader
  formToken?: string | undefined
}

/** What git waits for, and the three ways on. */
export function UnderWay({ operation, changes: { loop, sight, mayWrite }, reader, formToken }: UnderWayProps) {
  const words = underWayWords(reader.locale)
  const { rebase, merge, cherryPick, revert } = words
  const sentences = { rebase, merge, "cherry-pick": cherryPick, revert }
  return (
    <section class="changes-notice is-error" role="status">
      <p>{sentences[operation]}</p>
      <p class="quiet-line">{words.hint}</p>
      {mayWrite && (
        <PostForm action={urls.loopUnderWay(loop)} formToken={formToken}>
          <input type="hidden" name="sight" value={sight} />
          <button type="submit" class="button" name="deed" value="continue">
            {words.goOn}
          </button>{" "}
          <button type="submit" class="button" name="deed" value="abort">
            {words.abort}
          </button>{" "}
          <a class="button" href={urls.loopAsking(loop, operation)}>
            {words.askAgent}
          </a>
        </PostForm>
      )}
    </section>
  )
}

/** Git's lock, and who has it; where nobody does, the button that removes it. */
export function Lock({ changes: { lock, loop, sight, mayWrite }, reader, formToken }: LockProps) {
  if (lock === undefined) return null
  const words = underWayWords(reader.locale)
  if (lock.holders.length > 0)
    return (
      <section class="changes-notice" role="status">
        <p>{words.locked}</p>
        <p class="quiet-line">
          {lock.holders.map((holder) => (
            <code>{holder} </code>
          ))}
        </p>
      </section>
    )
  return (
    <section class="changes-notice is-error" role="status">
      <p>{words.lockLeft}</p>
      {mayWrite && (
        <PostForm action={urls.loopUnderWay(loop)} formToken={formToken}>
          <input type="hidden" name="sight" value={sight} />
          <button type="submit" class="button" name="deed" value="unlock">
            {words.removeLock}
          </button>
        </PostForm>
      )}
    </section>
  )
}

interface LockProps extends Omit<UnderWayProps, "operation" | "changes"> {
  changes: Pick<ChangesView, "loop" | "sight" | "mayWrite" | "lock">
}
