import { byteSize } from "../../src/lib/bytes.ts"
import { repositoryWords } from "../../src/lib/i18n/repositories.ts"
import { urls } from "../../src/lib/urls.ts"
import { Field, FormError, PostForm } from "../components/form.tsx"
import { PasswordAgain } from "../components/password-again.tsx"
import { SettingsFrame } from "../layouts/settings-frame.tsx"
import type { RepositoriesView, RepositoryRowView } from "../props/repositories.ts"
import { FoldLabel } from "../components/small.tsx"

interface Props {
  page: RepositoriesView
}

/** Settings → Repositories: the team's code, for administrators. */
export function RepositoriesPage({ page }: Props) {
  const { reader, repositories } = page
  const words = repositoryWords(reader.locale)
  return (
    <SettingsFrame page={page} at={urls.repositories} lead={words.lead} notice={page.notice}>
      <FormError errors={page.errors} />
      {repositories.length === 0 && <p class="notice">{words.none}</p>}
      <ul class="cards">
        {repositories.map((repository) => (
          <RepositoryCard page={page} repository={repository} />
        ))}
      </ul>
      <NewForm page={page} />
      <AddForm page={page} />
    </SettingsFrame>
  )
}

interface CardProps extends Props {
  repository: RepositoryRowView
}

function RepositoryCard({ page, repository }: CardProps) {
  const { name, kind, address, clone, bytes, loops, kept } = repository
  const { locale } = page.reader
  const words = repositoryWords(locale)
  return (
    <li class="card" data-repository={name}>
      <div class="card-head">
        <h2>{name}</h2>
        <span class="tag">{kept ? words.kept : words[kind]}</span>
      </div>
      <p class="card-facts">
        {address !== undefined && <span class="mono cut">{address}</span>}
        {clone !== undefined && <span class="mono cut">{clone}</span>}
        <span>{words.loops(loops)}</span>
        {kind !== "direct" && (
          <span>{bytes === undefined ? words.nothingYet : words.onDisk(byteSize(bytes, locale))}</span>
        )}
      </p>
      {kept && <p class="hint">{loops > 0 ? words.keptHint : words.unusedHint}</p>}
      {kind === "hosted" && !kept && <Protection page={page} repository={repository} />}
      {(!kept || loops === 0) && <Removal page={page} repository={repository} />}
    </li>
  )
}

function Protection({ page, repository: { name, protected: isProtected } }: CardProps) {
  const words = repositoryWords(page.reader.locale)
  return (
    <>
      <p class="hint">{isProtected ? words.protectedNow : words.openNow}</p>
      <div class="card-acts">
        <PostForm action={urls.repositoryProtection(name)} formToken={page.formToken}>
          <input type="hidden" name="protected" value={isProtected ? "no" : "yes"} />
          <button
            type="submit"
            class="button small"
            aria-label={isProtected ? words.openNamed(name) : words.protectNamed(name)}
          >
            {isProtected ? words.open : words.protect}
          </button>
        </PostForm>
      </div>
    </>
  )
}

function Removal({ page, repository: { name, kind } }: CardProps) {
  const words = repositoryWords(page.reader.locale)
  const refused = page.removing?.name === name ? page.removing : undefined
  return (
    <details class="fold" open={refused !== undefined}>
      <FoldLabel>{words.remove}</FoldLabel>
      <PostForm action={urls.repositoryRemove(name)} formToken={page.formToken} class="stack">
        <p class="hint">{kind === "hosted" ? words.removeHome(name) : words.removeHint}</p>
        {kind === "hosted" && (
          <label>
            {words.typeName}{" "}
            <input type="text" name="typed" autocomplete="off" maxlength="64" value={refused?.typed ?? ""} />
          </label>
        )}
        <PasswordAgain id={`${name}-password`} asked={page.asksPassword} errors={page.errors} reader={page.reader} />
        <div class="card-acts">
          <button type="submit" class="button small danger" aria-label={words.removeNamed(name)}>
            {words.removeListed}
          </button>
        </div>
      </PostForm>
    </details>
  )
}

/** The two forms have fields of one name: what was refused stands at the one that it came from. */
const forHosted = ({ values: { access } }: RepositoriesView): boolean => access === "hosted"

function NewForm({ page }: Props) {
  const words = repositoryWords(page.reader.locale)
  const mine = forHosted(page)
  return (
    <section aria-labelledby="new-repository">
      <h2 id="new-repository">{words.newTitle}</h2>
      <p class="hint">{words.newLead}</p>
      <PostForm action={urls.repositories} formToken={page.formToken} class="stack">
        <input type="hidden" name="access" value="hosted" />
        <Field name="name" label={words.name} hint={words.nameHint} errors={mine ? page.errors : {}}>
          {(control) => (
            <input {...control} type="text" maxlength="64" autocomplete="off" value={mine ? page.values.name : ""} />
          )}
        </Field>
        <label class="check">
          <input type="checkbox" name="protected" value="yes" checked={mine && page.values.protected} />
          <span>{words.protected}</span>
        </label>
        <div class="form-foot">
          <button type="submit" class="button primary">
            {words.make}
          </button>
        </div>
      </PostForm>
    </section>
  )
}

function AddForm({ page }: Props) {
  const words = repositoryWords(page.reader.locale)
  const mine = !forHosted(page)
  const errors = mine ? page.errors : {}
  const { values } = page
  return (
    <section aria-labelledby="add-repository">
      <h2 id="add-repository">{words.addTitle}</h2>
      <PostForm action={urls.repositories} formToken={page.formToken} class="stack">
        <div class="field">
          <label for="field-outside-name">{words.name}</label>
          <input
            id="field-outside-name"
            name="name"
            type="text"
            maxlength="64"
            autocomplete="off"
            value={mine ? values.name : ""}
            {...(errors["name"] !== undefined && {
              "aria-invalid": "true" as const,
              "aria-describedby": "field-outside-name-error",
            })}
          />
          {errors["name"] !== undefined && (
            <p class="field-error" id="field-outside-name-error">
              {errors["name"]}
            </p>
          )}
        </div>
        <Field name="git" label={words.address} hint={words.addressHint} errors={errors}>
          {(control) => (
            <input {...control} type="text" class="mono" maxlength="500" autocomplete="off" value={values.git} />
          )}
        </Field>
        <Access page={page} />
        <Field name="credential" label={words.key} hint={words.keyHint} errors={errors}>
          {(control) => <input {...control} type="text" maxlength="64" autocomplete="off" value={values.credential} />}
        </Field>
        <div class="form-foot">
          <button type="submit" class="button">
            {words.add}
          </button>
        </div>
      </PostForm>
    </section>
  )
}

function Access({ page: { reader, values } }: Props) {
  const words = repositoryWords(reader.locale)
  const kinds = [
    ["mirrored", words.accessMirrored, words.accessMirroredHint],
    ["direct", words.accessDirect, words.accessDirectHint],
  ] as const
  return (
    <fieldset class="stack">
      <legend>
        <strong>{words.access}</strong>
      </legend>
      {kinds.map(([value, name, hint]) => (
        <label class="check">
          <input
            type="radio"
            name="access"
            value={value}
            checked={value === (values.access === "direct" ? "direct" : "mirrored")}
          />
          <span>
            {name} <span class="hint">{hint}</span>
          </span>
        </label>
      ))}
    </fieldset>
  )
}
