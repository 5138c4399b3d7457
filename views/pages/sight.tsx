import { pullingWords } from "../../src/lib/i18n/pulling.ts"
import { sightWords } from "../../src/lib/i18n/sight.ts"
import { urls } from "../../src/lib/urls.ts"
import { Field, PostForm } from "../components/form.tsx"
import { Time } from "../components/small.tsx"
import { StrictnessForm } from "../components/strictness-form.tsx"
import { Icon } from "../icons/icon.tsx"
import { PanelFrame } from "../layouts/panel-frame.tsx"
import type { FieldErrors, Reader } from "../props/reader.ts"
import type { InsideView, SightRow, SightSection, SightView } from "../props/sight.ts"
import { targets } from "../targets.ts"

/** What a loop can see and use, each with where it comes from. */
export function SightPage({ page }: { page: SightView }) {
  const { reader } = page
  const words = sightWords(reader.locale)
  return (
    <PanelFrame page={page} class="sight" reads>
      <h2>{words.sightTitle}</h2>
      <p class="lead">{words.sightLead}</p>
      {[page.notice, page.missing].map(
        (text) =>
          text !== undefined && (
            <p class="notice" role="status">
              {text}
            </p>
          ),
      )}
      <Now page={page} />
      {page.sections.map((section) => (
        <Section section={section} reader={reader} formToken={page.formToken} />
      ))}
      <StrictnessForm page={page} />
      <OwnHosts page={page} />
      <OwnLimits page={page} />
      <section aria-label={words.tools}>
        <Inside page={page} />
      </section>
    </PanelFrame>
  )
}

function Now({ page: { reader, running, mayRestart, header, formToken } }: { page: SightView }) {
  const words = sightWords(reader.locale)
  return (
    <section class="sight-now" aria-label={words.now}>
      <p>{running ? words.runningLead : words.restingLead}</p>
      {running && mayRestart && (
        <PostForm action={urls.loopSandboxRestart(header.id)} formToken={formToken}>
          <button type="submit" class="button" aria-describedby="restart-hint">
            <Icon name="reload" />
            <span>{words.restart}</span>
          </button>
          <p class="hint" id="restart-hint">
            {words.restartHint}
          </p>
        </PostForm>
      )}
    </section>
  )
}

interface SectionProps {
  section: SightSection
  reader: Reader
  formToken?: string | undefined
}

function Section({ section: { id, title, lead, rows, empty }, reader, formToken }: SectionProps) {
  const words = sightWords(reader.locale)
  return (
    <section aria-labelledby={`sight-${id}`}>
      <h3 id={`sight-${id}`}>{title}</h3>
      {lead !== undefined && <p class="hint">{lead}</p>}
      {rows.length === 0 && empty !== undefined && <p>{empty}</p>}
      {rows.length > 0 && (
        <table class="sight-table">
          <thead class="unseen">
            <tr>
              <th scope="col">{words.what}</th>
              <th scope="col">{words.how}</th>
              <th scope="col">{words.from}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr>
                <th scope="row">{row.isCode ? <code>{row.name}</code> : row.name}</th>
                <td>
                  {row.how}
                  {row.pull && <PullNow pull={row.pull} reader={reader} formToken={formToken} />}
                </td>
                <td class="sight-from">{row.from}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

function PullNow({ pull, reader, formToken }: Pick<SectionProps, "reader" | "formToken"> & { pull: Pull }) {
  const words = pullingWords(reader.locale)
  return (
    <PostForm action={pull.url} formToken={formToken}>
      <input type="hidden" name="context" value={pull.context} />
      <button type="submit" class="button small" aria-label={words.pullNamed(pull.context)}>
        {words.pull}
      </button>
    </PostForm>
  )
}

type Pull = NonNullable<SightRow["pull"]>

/** Filled when the page is there: to look inside takes a moment. */
function Inside({ page: { inside, running, header, reader } }: { page: SightView }) {
  const words = sightWords(reader.locale)
  if (inside !== undefined) return <InsideNow inside={inside} reader={reader} />
  if (!running) return <InsideNow inside={restingInside(reader)} reader={reader} />
  return (
    <div id={targets.inside} hx-get={urls.loopSandboxInside(header.id)} hx-trigger="load" hx-swap="none">
      <h3>{words.tools}</h3>
      <p class="only-script">{words.looking}</p>
      <noscript>
        <a class="button" href={urls.loopSandbox(header.id, { look: 1 })}>
          {words.lookInside}
        </a>
      </noscript>
    </div>
  )
}

function restingInside(reader: Reader): InsideView {
  const words = sightWords(reader.locale)
  return {
    ...{ state: "resting", facts: [], stale: false },
    tools: { id: "tools", title: words.tools, rows: [], empty: words.noTools },
  }
}

/** Live: `<Replace target={targets.inside}>`. */
export function InsideNow({ inside, reader }: { inside: InsideView; reader: Reader }) {
  const words = sightWords(reader.locale)
  const { state, stale, facts, tools, variables } = inside
  return (
    <div id={targets.inside}>
      {stale && (
        <p class="notice" role="status">
          {words.stale}
        </p>
      )}
      {state === "failed" && <p role="alert">{words.lookFailed}</p>}
      {facts.length > 0 && <Section section={{ id: "now", title: words.now, rows: facts }} reader={reader} />}
      <Section section={tools} reader={reader} />
      {variables !== undefined && <Section section={variables} reader={reader} />}
    </div>
  )
}

function OwnHosts({ page }: { page: SightView }) {
  const { hosts: own, reader } = page
  if (own === undefined) return null
  const words = sightWords(reader.locale)
  return (
    <section aria-labelledby="sight-hosts">
      <h3 id="sight-hosts">{words.hosts}</h3>
      <p class="hint">{own.permitted ? words.hostsLead : words.hostsOff}</p>
      {own.hosts.length === 0 && own.permitted && <p>{words.noHosts}</p>}
      <ul class="sight-hosts">
        {own.hosts.map((host) => (
          <OwnHost page={page} host={host} />
        ))}
      </ul>
      {own.mayChange && own.permitted && <AddHost page={page} />}
    </section>
  )
}

interface OwnHostProps {
  page: SightView
  host: NonNullable<SightView["hosts"]>["hosts"][number]
}

function OwnHost({ page: { header, reader, formToken, hosts: own }, host: { host, by, at } }: OwnHostProps) {
  const words = sightWords(reader.locale)
  return (
    <li>
      <code>{host}</code>
      <span class="hint">
        {words.allowedBy(by)}, <Time at={at} reader={reader} />
      </span>
      {own?.mayChange && (
        <PostForm action={urls.loopHostForget(header.id)} formToken={formToken}>
          <input type="hidden" name="host" value={host} />
          <button type="submit" class="button small quiet" aria-label={words.removeHostNamed(host)}>
            {words.removeHost}
          </button>
        </PostForm>
      )}
    </li>
  )
}

function AddHost({ page: { header, reader, formToken, hosts: own } }: { page: SightView }) {
  const words = sightWords(reader.locale)
  const errors: FieldErrors = own?.error === undefined ? {} : { host: own.error }
  return (
    <PostForm action={urls.loopHosts(header.id)} formToken={formToken} class="stack">
      <Field name="host" label={words.hostLabel} hint={words.hostHint} errors={errors}>
        {(control) => (
          <input {...control} class="mono" type="text" value={own?.typed ?? ""} maxlength="300" spellcheck="false" />
        )}
      </Field>
      <div class="form-foot">
        <button type="submit" class="button">
          {words.addHost}
        </button>
      </div>
    </PostForm>
  )
}

function OwnLimits({ page: { limits, header, reader, formToken } }: { page: SightView }) {
  if (limits === undefined) return null
  const words = sightWords(reader.locale)
  const { values, usual, most, errors } = limits
  return (
    <section aria-labelledby="sight-own-limits">
      <h3 id="sight-own-limits">{words.ownLimits}</h3>
      <p class="hint">{words.ownLimitsLead(most.cpus, most.memory)}</p>
      <PostForm action={urls.loopLimits(header.id)} formToken={formToken} class="stack">
        <Field name="cpus" label={words.processors} errors={errors}>
          {(control) => (
            <input {...control} type="text" inputmode="decimal" value={values.cpus} placeholder={usual.cpus} />
          )}
        </Field>
        <Field name="memory" label={words.memory} hint={words.memoryHint} errors={errors}>
          {(control) => <input {...control} type="text" value={values.memory} placeholder={usual.memory} />}
        </Field>
        <div class="form-foot">
          <button type="submit" class="button">
            {words.apply}
          </button>
        </div>
      </PostForm>
    </section>
  )
}
