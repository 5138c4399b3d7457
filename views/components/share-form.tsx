import { previewWords } from "../../src/lib/i18n/previews.ts"
import { urls } from "../../src/lib/urls.ts"
import type { PreviewPageView, ShareAccess, ShareView } from "../props/previews.ts"
import { Field, PostForm } from "./form.tsx"
import { Time } from "./small.tsx"

/** Who may see a share, under which name and for how long; its secret link, and its end. */
export function ShareForm({ page, share }: { page: PreviewPageView; share: ShareView }) {
  const { reader, header, formToken, errors } = page
  const words = previewWords(reader.locale)
  const accesses: [ShareAccess, string][] = [
    ["driver", words.accessDriver],
    ["workspace", words.accessWorkspace],
  ]
  if (page.linksAllowed) accesses.push(["link", words.accessLink])
  return (
    <div class="share-card">
      <PostForm action={urls.preview(header.id, share.id)} formToken={formToken} class="stack" label={words.share}>
        <fieldset class="share-access">
          <legend>{words.access}</legend>
          {accesses.map(([value, name]) => (
            <label class="menu-row">
              <input type="radio" name="access" value={value} checked={value === share.access} />
              {name}
            </label>
          ))}
        </fieldset>
        <Field name="alias" label={words.alias} hint={words.aliasHint} errors={errors}>
          {(control) => <input {...control} type="text" maxlength="63" value={share.alias} autocomplete="off" />}
        </Field>
        <Field name="days" label={words.ends} errors={errors}>
          {(control) => (
            <select {...control}>
              {share.dayChoices.map((days) => (
                <option value={String(days)} selected={days === share.days}>
                  {words.days(days)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <button type="submit" class="button primary">
          {words.save}
        </button>
      </PostForm>
      {share.link !== undefined && <SecretLink page={page} share={share} link={share.link} />}
      <p class="hint">
        {words.visits(share.visits)} · {words.endsAt} <Time at={share.endsAt} reader={reader} />
      </p>
      <PostForm action={urls.previewEnd(header.id, share.id)} formToken={formToken}>
        <button type="submit" class="button danger" aria-describedby="share-end-hint">
          {words.endShare}
        </button>
        <p class="hint" id="share-end-hint">
          {words.endHint}
        </p>
      </PostForm>
    </div>
  )
}

function SecretLink({ page, share, link }: { page: PreviewPageView; share: ShareView; link: string }) {
  const words = previewWords(page.reader.locale)
  return (
    <div class="share-link">
      <label for="share-link">{words.linkTitle}</label>
      <input type="text" id="share-link" class="mono" value={link} readonly aria-describedby="share-link-hint" />
      <p class="hint" id="share-link-hint">
        {words.linkHint}
      </p>
      <PostForm action={urls.previewLink(page.header.id, share.id)} formToken={page.formToken}>
        <button type="submit" class="button small" aria-describedby="share-renew-hint">
          {words.renewLink}
        </button>
        <span class="hint" id="share-renew-hint">
          {" "}
          {words.renewHint}
        </span>
      </PostForm>
    </div>
  )
}
