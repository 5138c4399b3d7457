import { changesWords } from "../../src/lib/i18n/changes.ts"
import { urls } from "../../src/lib/urls.ts"
import type { ChangesView, CommentView, FileDiffView } from "../props/changes.ts"
import type { Reader } from "../props/reader.ts"
import { PostForm } from "./form.tsx"

interface CommentFormProps {
  form: NonNullable<FileDiffView["commentForm"]>
  file: Pick<FileDiffView, "path" | "token">
  about: Pick<ChangesView, "loop" | "sight">
  reader: Reader
  formToken?: string | undefined
}

export function CommentForm({ form, file, about, reader, formToken }: CommentFormProps) {
  const words = changesWords(reader.locale)
  const error = form.error === undefined ? {} : { "aria-describedby": "comment-error", "aria-invalid": "true" as const }
  return (
    <PostForm
      action={urls.loopComments(about.loop)}
      formToken={formToken}
      class="comment-form"
      label={words.commentOn(file.path)}
    >
      <input type="hidden" name="path" value={file.token} />
      <input type="hidden" name="sight" value={about.sight} />
      <label>
        {words.firstLine}
        <input type="number" name="first" value={String(form.first)} min="1" required />
      </label>
      <label>
        {words.lastLine}
        <input type="number" name="last" value={String(form.last)} min="1" required />
      </label>
      <label>
        {words.side}
        <select name="side">
          <option value="new" selected={form.side === "new"}>
            {words.newSide}
          </option>
          <option value="old" selected={form.side === "old"}>
            {words.oldSide}
          </option>
        </select>
      </label>
      <textarea name="text" rows="3" aria-label={words.commentText} required autofocus {...error}>
        {form.text}
      </textarea>
      {form.error !== undefined && (
        <p class="form-error" id="comment-error" role="alert">
          {form.error}
        </p>
      )}
      <button type="submit" class="button primary">
        {words.saveComment}
      </button>
    </PostForm>
  )
}

interface ReviewProps {
  changes: Pick<ChangesView, "loop" | "sight" | "comments" | "clientId">
  reader: Reader
  formToken?: string | undefined
}

/** Comments that wait, and the one button that sends them. */
export function Review({ changes: { loop, sight, comments, clientId }, reader, formToken }: ReviewProps) {
  const words = changesWords(reader.locale)
  if (comments.length === 0) return null
  return (
    <section class="review" aria-label={words.review}>
      <h2>{words.commentsWait(comments.length)}</h2>
      <ul>
        {comments.map((comment) => (
          <li>
            <Comment comment={comment} reader={reader} />
            <PostForm action={urls.loopCommentRemove(loop, comment.id)} formToken={formToken}>
              <input type="hidden" name="sight" value={sight} />
              <button type="submit" class="button quiet">
                {words.removeComment}
              </button>
            </PostForm>
          </li>
        ))}
      </ul>
      <PostForm action={urls.loopReview(loop)} formToken={formToken}>
        <input type="hidden" name="sight" value={sight} />
        <input type="hidden" name="clientId" value={clientId} />
        <button type="submit" class="button primary">
          {words.sendReview}
        </button>
      </PostForm>
    </section>
  )
}

function Comment({ comment, reader }: { comment: CommentView; reader: Reader }) {
  return (
    <div class="review-comment">
      <code>{changesWords(reader.locale).atLines(comment.path, comment.first, comment.last)}</code>
      <pre tabindex="0">{comment.code}</pre>
      <p class="review-text">
        <code>{comment.text}</code>
      </p>
    </div>
  )
}
