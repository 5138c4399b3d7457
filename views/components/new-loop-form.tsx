import { commonWords } from "../../src/lib/i18n/common.ts"
import { imageWords } from "../../src/lib/i18n/images.ts"
import { loopWords } from "../../src/lib/i18n/loops.ts"
import { originWords } from "../../src/lib/i18n/origins.ts"
import { imageTypes, mostImages } from "../../src/lib/message-images.ts"
import { urls } from "../../src/lib/urls.ts"
import type { FromView, NewLoopView } from "../props/loops.ts"
import { DialogClose } from "./chrome.tsx"
import { Field, FormError } from "./form.tsx"
import { FreshnessFields } from "./freshness-fields.tsx"
import { ModelWords } from "./model-words.tsx"
import { FoldLabel } from "./small.tsx"

/** The inside of the dialog, and the whole of the page without script. A refusal shows it again with its sentences. */
export function NewLoopDialog({ form }: { form: NewLoopView }) {
  const words = loopWords(form.reader.locale)
  return (
    <div class="dialog-body" data-dialog-title="dialog-title">
      <div class="dialog-head">
        <h2 id="dialog-title">{words.newLoop}</h2>
        <DialogClose label={commonWords(form.reader.locale).close} />
      </div>
      <NewLoopForm form={form} live />
    </div>
  )
}

export function NewLoopForm({ form, live }: { form: NewLoopView; live?: boolean }) {
  const { reader, errors } = form
  const words = loopWords(reader.locale)
  const htmx = live ? { "hx-post": urls.loops(), "hx-target": "#dialog", "hx-swap": "innerMorph" } : {}
  return (
    <form class="stack" method="post" action={urls.loops()} enctype="multipart/form-data" {...htmx} data-submit-keys>
      {form.formToken !== undefined && <input type="hidden" name="formToken" value={form.formToken} />}
      <input type="hidden" name="clientId" value={form.clientId} />
      <FormError errors={errors} />
      {form.from && <From from={form.from} reader={reader} />}
      {form.from?.waits !== true && <Message form={form} />}
      {form.from?.waits !== true && <Images form={form} />}
      <details class="fold" open={form.detailed === true || form.from !== undefined || unfolded(form)}>
        <FoldLabel>{words.moreChoices}</FoldLabel>
        <Choices form={form} />
      </details>
      <FreshnessFields form={form} />
      <div class="form-foot">
        <a class="quiet-line" href={urls.providers}>
          <ModelWords model={form.model} reader={reader} />
        </a>
        <button type="submit" class="button primary">
          {words.create}
        </button>
      </div>
    </form>
  )
}

function Message({ form: { reader, values, errors } }: { form: NewLoopView }) {
  const words = loopWords(reader.locale)
  return (
    <Field name="message" label={words.message} hint={words.messageHint} errors={errors}>
      {(control) => (
        <textarea {...control} rows="4" placeholder={words.messageQuestion} maxlength="100000" autofocus>
          {values.message}
        </textarea>
      )}
    </Field>
  )
}

function Images({ form: { reader, errors } }: { form: NewLoopView }) {
  const words = imageWords(reader.locale)
  const optional = commonWords(reader.locale).optional
  return (
    <Field name="images" label={words.images} optional={optional} hint={words.limits(mostImages)} errors={errors}>
      {(control) => (
        <div>
          <input {...control} name="image" type="file" accept={imageTypes} multiple />
        </div>
      )}
    </Field>
  )
}

/** What the loop is made from. */
function From({ from, reader }: { from: FromView; reader: NewLoopView["reader"] }) {
  const words = originWords(reader.locale)
  return (
    <div class="stack">
      {Object.entries(from.fields).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <p>{from.url === undefined ? from.about : <a href={from.url}>{from.about}</a>}</p>
      {from.private && <p class="hint">{words.distillPrivate}</p>}
      {from.waits && <p class="hint">{words.waits}</p>}
    </div>
  )
}

function Choices({ form }: { form: NewLoopView }) {
  const { values, errors, reader } = form
  const words = loopWords(reader.locale)
  const optional = commonWords(reader.locale).optional
  return (
    <div class="stack fold-body">
      <Field
        name="title"
        label={words.title}
        optional={optional}
        hint={form.from ? undefined : words.titleHint}
        errors={errors}
      >
        {(control) => <input {...control} type="text" value={values.title} maxlength="200" autocomplete="off" />}
      </Field>
      {form.from?.material !== true && <Repository form={form} />}
      <Field name="visibility" label={words.visibility} errors={errors}>
        {(control) => (
          <select {...control}>
            {form.from?.private !== true && (
              <option value="workspace" selected={values.visibility === "workspace"}>
                {words.visibilityWorkspace}
              </option>
            )}
            <option value="private" selected={values.visibility === "private"}>
              {words.visibilityPrivate}
            </option>
          </select>
        )}
      </Field>
    </div>
  )
}

function Repository({ form }: { form: NewLoopView }) {
  const { values, errors, reader } = form
  const words = loopWords(reader.locale)
  const optional = commonWords(reader.locale).optional
  return (
    <div class="columns">
      <Field name="repo" label={words.repository} errors={errors}>
        {(control) => (
          <select {...control}>
            <option value="" selected={values.repo === ""}>
              {words.noRepository}
            </option>
            {form.repos.map((repo) => (
              <option value={repo.name} selected={values.repo === repo.name}>
                {repo.name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field name="ref" label={words.ref} optional={optional} errors={errors}>
        {(control) => (
          <input {...control} type="text" value={values.ref} maxlength="200" autocomplete="off" spellcheck="false" />
        )}
      </Field>
    </div>
  )
}

const unfolded = ({ errors, values }: NewLoopView) =>
  ["title", "repo", "ref", "visibility"].some((name) => errors[name] !== undefined) || values.repo !== ""
