import { byteSize } from "../../src/lib/bytes.ts"
import { vaultWords } from "../../src/lib/i18n/vault.ts"
import { shownPath } from "../../src/lib/file-path.ts"
import { vaultUrls } from "../../src/lib/vault-urls.ts"
import { Field, FormError, PostForm } from "../components/form.tsx"
import { FoldLabel, Time } from "../components/small.tsx"
import { SettingsFrame } from "../layouts/settings-frame.tsx"
import type { FileFormView, VaultFileView, VaultPageView } from "../props/vault.ts"

/** Settings → Vault: what a person's loops find in their home. */
export function VaultPage({ page }: { page: VaultPageView }) {
  const words = vaultWords(page.reader.locale)
  return (
    <SettingsFrame page={page} at={vaultUrls.vault()} lead={words.lead}>
      {page.vaults.length > 1 && (
        <nav class="filters" aria-label={words.vaults}>
          {page.vaults.map(({ name, url }) => (
            <a href={url} aria-current={name === page.vault ? "page" : undefined}>
              {name}
            </a>
          ))}
        </nav>
      )}
      {page.notice !== undefined && (
        <p class="notice" role="status">
          {page.notice}
        </p>
      )}
      <section class="stack">
        <h2>{words.filesOf(page.vault)}</h2>
        {page.files.length === 0 ? (
          <p>{words.none}</p>
        ) : (
          <ul class="cards">
            {page.files.map((file, index) => (
              <File file={file} page={page} index={index} />
            ))}
          </ul>
        )}
      </section>
      <LeftOut page={page} />
      <section class="stack">
        <Upload page={page} />
        <TextFile page={page} />
      </section>
      <Key page={page} />
    </SettingsFrame>
  )
}

interface FileProps {
  file: VaultFileView
  page: VaultPageView
  /** Among the files of the page. */
  index: number
}

function File({ file, page, index }: FileProps) {
  const words = vaultWords(page.reader.locale)
  const shown = shownPath(file.path)
  const [label, named] = file.executable
    ? [words.makePlain, words.makePlainNamed(shown)]
    : [words.makeExecutable, words.makeExecutableNamed(shown)]
  return (
    <li class="card" data-vault-file={file.path}>
      <div class="card-head">
        <h3 class="mono">{shown}</h3>
        {file.executable && <span class="tag">{words.executable}</span>}
      </div>
      <p class="card-facts">
        <span class="number">{byteSize(file.size, page.reader.locale)}</span>
        <span>
          {words.changedAt} <Time at={file.changedAt} reader={page.reader} />
        </span>
      </p>
      <div class="card-acts">
        {file.editUrl !== undefined && (
          <a class="button small" href={file.editUrl} aria-label={words.editNamed(shown)}>
            {words.edit}
          </a>
        )}
        <PostForm action={vaultUrls.executable} formToken={page.formToken}>
          <Place path={file.path} page={page} />
          <input type="hidden" name="executable" value={file.executable ? "" : "on"} />
          <button type="submit" class="button small" aria-label={named}>
            {label}
          </button>
        </PostForm>
        <PostForm action={vaultUrls.remove} formToken={page.formToken}>
          <Place path={file.path} page={page} />
          <button type="submit" class="button small danger" aria-label={words.removeNamed(shown)}>
            {words.remove}
          </button>
        </PostForm>
      </div>
      <Rename file={file} page={page} index={index} />
    </li>
  )
}

function Rename({ file, page, index }: FileProps) {
  const words = vaultWords(page.reader.locale)
  const label = words.renameNamed(shownPath(file.path))
  const isThis = page.rename.path === file.path && hasErrors(page.rename)
  const field = `rename-${index}`
  const error = isThis ? page.rename.errors["rename-to"] : undefined
  return (
    <details class="fold" open={isThis}>
      <FoldLabel named={label}>{words.rename}</FoldLabel>
      <PostForm action={vaultUrls.rename} formToken={page.formToken} class="stack" label={label}>
        <Place path={file.path} page={page} />
        <Field name={field} label={words.renameTo} errors={error === undefined ? {} : { [field]: error }}>
          {(control) => (
            <input
              {...control}
              {...{ name: "to", class: "mono", type: "text", autocomplete: "off", required: true }}
              value={isThis ? page.rename.to : file.path}
            />
          )}
        </Field>
        <div class="form-foot">
          <button type="submit" class="button">
            {words.rename}
          </button>
        </div>
      </PostForm>
    </details>
  )
}

const Place = ({ path, page }: { path: string; page: VaultPageView }) => (
  <>
    <input type="hidden" name="vault" value={page.vault} />
    <input type="hidden" name="path" value={path} />
  </>
)

function LeftOut({ page }: { page: VaultPageView }) {
  const words = vaultWords(page.reader.locale)
  if (page.leftOut.length === 0) return null
  return (
    <section class="stack" data-left-out>
      <h2>{words.leftOut}</h2>
      <ul>
        {page.leftOut.map(({ path, why }) => (
          <li>
            <code>{shownPath(path)}</code> {why}
          </li>
        ))}
      </ul>
    </section>
  )
}

const hasErrors = ({ errors }: { errors: object }) => Object.keys(errors).length > 0

function Upload({ page }: { page: VaultPageView }) {
  const words = vaultWords(page.reader.locale)
  const { upload } = page
  return (
    <details class="fold" open={hasErrors(upload)}>
      <FoldLabel>{words.upload}</FoldLabel>
      <PostForm action={vaultUrls.files} formToken={page.formToken} class="stack" label={words.upload} files>
        <input type="hidden" name="vault" value={page.vault} />
        <input type="hidden" name="way" value="upload" />
        <FormError errors={upload.errors} />
        <Field name="upload-file" label={words.file} errors={upload.errors}>
          {(control) => <input {...control} name="file" type="file" required />}
        </Field>
        <PathField way="upload" form={upload} hint={words.pathHint} label={words.path} />
        <Choices id="upload" form={upload} page={page} />
      </PostForm>
    </details>
  )
}

function TextFile({ page }: { page: VaultPageView }) {
  const words = vaultWords(page.reader.locale)
  const { text } = page
  const label = text.editing ? words.change(shownPath(text.path)) : words.write
  return (
    <details class="fold" open={text.editing || hasErrors(text)}>
      <FoldLabel>{label}</FoldLabel>
      <PostForm action={vaultUrls.files} formToken={page.formToken} class="stack" label={label}>
        <input type="hidden" name="vault" value={page.vault} />
        <input type="hidden" name="way" value="text" />
        <FormError errors={text.errors} />
        <PathField way="text" form={text} hint={words.textPathHint} label={words.path} required />
        <Field name="text-text" label={words.text} hint={words.textHint} errors={text.errors}>
          {(control) => (
            <textarea {...control} name="text" class="mono" rows="8" spellcheck="false">
              {`\n${text.text}`}
            </textarea>
          )}
        </Field>
        <Choices id="text" form={text} page={page} />
      </PostForm>
    </details>
  )
}

interface PathFieldProps {
  way: "upload" | "text"
  form: FileFormView
  label: string
  hint: string
  required?: boolean
}

const PathField = ({ way, form, label, hint, required }: PathFieldProps) => (
  <Field name={`${way}-path`} label={label} hint={hint} errors={form.errors}>
    {(control) => (
      <input
        {...control}
        {...{ name: "path", class: "mono", type: "text", value: form.path, autocomplete: "off" }}
        required={required}
      />
    )}
  </Field>
)

function Choices({ id, form, page }: { id: string; form: FileFormView; page: VaultPageView }) {
  const words = vaultWords(page.reader.locale)
  return (
    <>
      <label class="check" for={`${id}-executable`}>
        <input id={`${id}-executable`} type="checkbox" name="executable" checked={form.executable} />
        {words.isExecutable}
      </label>
      <label class="check" for={`${id}-replaces`}>
        <input id={`${id}-replaces`} type="checkbox" name="replaces" checked={form.replaces} />
        {words.replaces}
      </label>
      <div class="form-foot">
        <button type="submit" class="button primary">
          {words.store}
        </button>
      </div>
    </>
  )
}

function Key({ page }: { page: VaultPageView }) {
  const words = vaultWords(page.reader.locale)
  return (
    <section class="stack" id="key">
      <h2>{words.key}</h2>
      <p>{words.keyLead}</p>
      {page.keys.map((key) => (
        <textarea class="mono" rows="3" readonly aria-label={words.publicHalf(shownPath(key.path))} spellcheck="false">
          {key.public}
        </textarea>
      ))}
      <PostForm action={vaultUrls.key} formToken={page.formToken} class="stack" label={words.makeKey}>
        <input type="hidden" name="vault" value={page.vault} />
        <input type="hidden" name="way" value="make" />
        <FormError errors={page.keyErrors} />
        <div class="form-foot">
          <button type="submit" class="button">
            {words.makeKey}
          </button>
        </div>
      </PostForm>
      <details class="fold" open={page.keyErrors["key"] !== undefined}>
        <FoldLabel>{words.pasteKey}</FoldLabel>
        <PostForm action={vaultUrls.key} formToken={page.formToken} class="stack" label={words.pasteKey}>
          <input type="hidden" name="vault" value={page.vault} />
          <input type="hidden" name="way" value="paste" />
          <Field name="key" label={words.privateKey} hint={words.privateKeyHint} errors={page.keyErrors}>
            {(control) => <textarea {...control} class="mono" rows="6" spellcheck="false" required />}
          </Field>
          <div class="form-foot">
            <button type="submit" class="button">
              {words.storeKey}
            </button>
          </div>
        </PostForm>
      </details>
    </section>
  )
}
