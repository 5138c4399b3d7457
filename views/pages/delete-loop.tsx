import { commonWords } from "../../src/lib/i18n/common.ts"
import { farewellWords } from "../../src/lib/i18n/farewell.ts"
import { loopWords } from "../../src/lib/i18n/loops.ts"
import { urls } from "../../src/lib/urls.ts"
import { workbenchUrls } from "../../src/lib/workbench-urls.ts"
import { Field, FormError, PostForm } from "../components/form.tsx"
import { Saved } from "../components/saved-work.tsx"
import { Frame } from "../layouts/frame.tsx"
import type { DeleteReportView, WorkView } from "../props/farewell.ts"
import type { Reader } from "../props/reader.ts"

/** Posts `title` when there is work that would be lost. */
export function DeleteLoopPage({ page }: { page: DeleteReportView }) {
  const words = loopWords(page.reader.locale)
  return (
    <Frame page={page} class="narrow-page">
      <h1 class="long">{words.deleteTitle(page.loop.title)}</h1>
      <p>{words.deleteLead(page.days)}</p>
      <Saved page={page} />
      <Report page={page} />
      <SaveFirst page={page} />
      <PostForm action={urls.loopDelete(page.loop.id)} formToken={page.formToken} class="stack">
        <FormError errors={page.errors} />
        {page.hasWork && (
          <Field name="title" label={words.deleteTypeTitle} hint={page.loop.title} errors={page.errors}>
            {(control) => <input {...control} type="text" value={page.typed} autocomplete="off" required />}
          </Field>
        )}
        <div class="form-foot">
          <a class="button" href={urls.loop(page.loop.id)}>
            {commonWords(page.reader.locale).cancel}
          </a>
          <button type="submit" class="button danger">
            {page.hasWork ? words.deleteAnyway : words.deleteConfirm}
          </button>
        </div>
      </PostForm>
    </Frame>
  )
}

/** Before the field in which the title is typed: nobody has to lose anything. */
function SaveFirst({ page: { loop, save, reader, formToken } }: { page: DeleteReportView }) {
  if (save === undefined) return null
  const words = farewellWords(reader.locale)
  return (
    <section class="stack" aria-labelledby="save-first">
      <h2 id="save-first">{words.saveTitle}</h2>
      {save.pushes && (
        <>
          <p>{words.saveLead}</p>
          <PostForm action={workbenchUrls.saveWork(loop.id)} formToken={formToken}>
            {save.secrets !== "" && (
              <div class="notice warning">
                <p>{words.secretsLead}</p>
                <label class="check">
                  <input type="checkbox" name="secrets" value={save.secrets} />
                  {words.saveSecrets}
                </label>
              </div>
            )}
            <p class="form-foot">
              <button type="submit" class="button primary">
                {words.save}
              </button>
            </p>
          </PostForm>
        </>
      )}
      <p>{save.pushes ? words.orTake : words.takeLead}</p>
      <p class="hint">{words.leftOut}</p>
      <p>{words.afterwards}</p>
      <p class="long">
        <code>{`git fetch ${save.name} "refs/heads/*:refs/heads/saved/*"`}</code>
      </p>
    </section>
  )
}

function Report({ page }: { page: DeleteReportView }) {
  const words = loopWords(page.reader.locale)
  const { report } = page
  if (report === undefined) return <p class="notice warning">{words.deleteUnseen}</p>
  if (!page.hasWork) return <p class="notice">{words.deleteNothing}</p>
  return (
    <>
      {report.map((work) => (
        <WorkOf work={work} reader={page.reader} />
      ))}
    </>
  )
}

/** A checkout with what is in it alone. */
function WorkOf({ work, reader }: { work: WorkView; reader: Reader }) {
  const words = loopWords(reader.locale)
  const { unseenCheckout, take, takeFolder, suspects, suspect } = farewellWords(reader.locale)
  const { checkout, uncommitted, unpushed, more, unseen, loose, takeUrl } = work
  return (
    <section class="notice warning report" data-checkout={checkout}>
      {checkout !== "" && (
        <h2>
          <bdi>{checkout}</bdi>
        </h2>
      )}
      {unseen && <p>{unseenCheckout}</p>}
      <ReportList title={words.deleteUncommitted} lines={uncommitted} />
      <ReportList title={words.deleteUnpushed} lines={unpushed} />
      {more > 0 && <p>{words.deleteMore(more)}</p>}
      <ReportList title={suspects} lines={work.suspects.map(({ path, what }) => `${path}: ${suspect(what)}`)} />
      {takeUrl !== undefined && <a href={takeUrl}>{loose ? takeFolder(checkout) : take(checkout)}</a>}
    </section>
  )
}

function ReportList({ title, lines }: { title: (count: number) => string; lines: string[] }) {
  if (lines.length === 0) return null
  return (
    <>
      <p>{title(lines.length)}</p>
      <ul class="paths">
        {lines.map((line) => (
          <li>{line}</li>
        ))}
      </ul>
    </>
  )
}
