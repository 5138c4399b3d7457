import { Elysia } from "elysia"
import { ProviderTest, providerTestId } from "../../views/components/provider-test.tsx"
import { ProviderFormPage } from "../../views/pages/provider-form.tsx"
import { ProvidersPage } from "../../views/pages/providers.tsx"
import { Replace } from "../../views/partials.tsx"
import type { FrameView } from "../../views/props/frame.ts"
import type { ProviderFormView } from "../../views/props/settings.ts"
import { settingsWords } from "../lib/i18n/settings.ts"
import { parseProviderName } from "../lib/ids.ts"
import { paths, urls } from "../lib/urls.ts"
import { raw, readForm } from "../platform/http/form.ts"
import { htmlFragment, htmlPage, isFragment, redirectTo } from "../platform/http/html.ts"
import type { ShowProblem } from "../platform/http/problem.ts"
import { userOf, visitorOf } from "../platform/http/visitor.ts"
import type { Preset, Provider } from "../settings/index.ts"
import { type Flaws, ProviderForm, readDraft } from "./provider-draft.ts"
import {
  flawSentences,
  refusalSentence,
  rowViews,
  testView,
  valuesOfForm,
  valuesOfPreset,
  valuesOfProvider,
} from "./provider-present.ts"
import type { TestOutcome } from "./provider-test.ts"
import type { ChangeOutcome, ListedProvider, Providers, SaveOutcome, Source } from "./providers.ts"

export interface ProviderRouteNeeds {
  /** The operations, for whoever sent this request. */
  providersOf(request: Request): Providers
  presets: readonly Preset[]
  test(request: Request, provider: Provider): Promise<TestOutcome>
  /** What every page has around its own content. */
  frame(request: Request, about: Pick<FrameView, "title" | "section">): FrameView
  showProblem: ShowProblem
}

export function providerRoutes(needs: ProviderRouteNeeds) {
  const { providersOf, showProblem } = needs
  const missing = (request: Request) => showProblem({ status: 404, code: "not-found" }, request)
  return new Elysia({ name: "providers" })
    .get(paths.settings, ({ request }) => redirectTo(urls.providers, request))
    .get(paths.providers, ({ request, query }) => listPage(needs, request, noticeOf(request, query)))
    .get(paths.newProvider, ({ request, query }) => {
      const preset = needs.presets.find(({ id }) => id === query["preset"])
      return formPage(needs, request, { values: valuesOfPreset(preset), preset: preset?.id })
    })
    .get(paths.provider, async ({ request, params }) => {
      const listed = await providersOf(request).find(userOf(request), params.source, params.name)
      return listed && mayEdit(request, listed) ? formPage(needs, request, existing(listed)) : missing(request)
    })
    .post(paths.providers, ({ request }) => save(needs, request, undefined), raw)
    .post(
      paths.provider,
      async ({ request, params }) => {
        const listed = await providersOf(request).find(userOf(request), params.source, params.name)
        return listed && mayEdit(request, listed) ? save(needs, request, listed) : missing(request)
      },
      raw,
    )
    .post(
      paths.providerTest,
      async ({ request, params }) => {
        const listed = await providersOf(request).find(userOf(request), params.source, params.name)
        if (!listed) return missing(request)
        return testAnswer(needs, request, listed)
      },
      raw,
    )
    .post(
      paths.providerDefault,
      async ({ request, params }) =>
        afterChange(needs, request, await providersOf(request).makeDefault(userOf(request), params.name)),
      raw,
    )
    .post(
      paths.providerDelete,
      async ({ request, params }) => {
        const name = parseProviderName(params.name)
        const source = sourceOf(params.source)
        if (!name || !source) return missing(request)
        const removed = await providersOf(request).remove(userOf(request), source, name)
        return afterChange(needs, request, { ...removed, deleted: name })
      },
      raw,
    )
}

const sourceOf = (text: string): Source | undefined =>
  (["personal", "workspace"] as const).find((source) => source === text)

const mayEdit = (request: Request, { provider }: ListedProvider) =>
  provider.source === "personal" || userOf(request).role === "admin"

async function listPage(needs: ProviderRouteNeeds, request: Request, said: { notice?: string; status?: number } = {}) {
  const user = userOf(request)
  const words = settingsWords(visitorOf(request).locale)
  const list = await needs.providersOf(request).list(user)
  const broken = list.broken.length > 0 ? words.brokenEntries(list.broken.join(", ")) : undefined
  const notice = [said.notice, broken].filter(Boolean).join(" ")
  const isAdmin = user.role === "admin"
  const page = {
    ...needs.frame(request, { title: words.providersTitle, section: "settings" }),
    providers: rowViews(list, isAdmin),
    presets: presetViews(needs),
    mayEditWorkspace: isAdmin,
    ...(notice && { notice }),
  }
  return htmlPage(<ProvidersPage page={page} />, { status: said.status ?? 200 })
}

const presetViews = ({ presets }: ProviderRouteNeeds) => presets.map(({ id, label }) => ({ id, label }))

/** What the address says happened; texts in it are shown as names only when they are names. */
function noticeOf(request: Request, query: Record<string, unknown>): { notice?: string } {
  const words = settingsWords(visitorOf(request).locale)
  const [deleted, allowed] = [parseProviderName(query["deleted"]), query["allowed"]]
  if (deleted) return { notice: words.deleted(deleted) }
  if (typeof allowed === "string" && /^[\w.:[\]-]{1,260}$/.test(allowed)) return { notice: words.savedAllowed(allowed) }
  if (query["saved"] === "off") return { notice: words.savedOff }
  return query["saved"] === undefined ? {} : { notice: words.saved }
}

interface Shown {
  values: ProviderFormView["values"]
  existing?: ProviderFormView["existing"]
  keySet?: boolean
  preset?: string
  errors?: ProviderFormView["errors"]
  status?: number
}

const existing = (listed: ListedProvider): Shown => ({
  values: valuesOfProvider(listed),
  existing: { source: listed.provider.source, name: listed.provider.name },
  keySet: listed.key === "key",
})

function formPage(
  needs: ProviderRouteNeeds,
  request: Request,
  { errors = {}, keySet = false, status = 200, ...shown }: Shown,
) {
  const words = settingsWords(visitorOf(request).locale)
  const title = shown.existing ? words.editProviderTitle(shown.existing.name) : words.newProviderTitle
  const page: ProviderFormView = {
    ...needs.frame(request, { title, section: "settings" }),
    ...shown,
    ...{ errors, keySet },
    presets: presetViews(needs),
    mayEditWorkspace: userOf(request).role === "admin",
  }
  return htmlPage(<ProviderFormPage page={page} />, { status })
}

async function save(
  needs: ProviderRouteNeeds,
  request: Request,
  listed: ListedProvider | undefined,
): Promise<Response> {
  const { locale } = visitorOf(request)
  const form = await readForm(request, ProviderForm)
  const before = listed ? existing(listed) : undefined
  if (form.kind === "too-large") return needs.showProblem({ status: 413, code: "too-large" }, request)
  const typed: Partial<ProviderForm> =
    form.kind === "valid" ? form.value : (ProviderForm.partial().safeParse(form.raw).data ?? {})
  const refuse = (errors: ProviderFormView["errors"], status = 422) =>
    formPage(needs, request, { ...before, values: { ...valuesOfForm(typed), ...fixed(listed) }, errors, status })
  if (form.kind === "invalid") return refuse(flawSentences(form.fields, locale))
  const read = readDraft({ ...form.value, ...fixed(listed) })
  if (read.kind === "flawed") return refuse(flawSentences(read.flaws, locale))
  const source = listed?.provider.source ?? form.value.source
  const outcome = await needs
    .providersOf(request)
    .save(userOf(request), source, { draft: read.draft, existing: listed !== undefined })
  return outcome.kind === "saved"
    ? afterSave(needs, request, { source, name: read.draft.name, allowed: outcome.allowed })
    : refuse(...saveRefusal(outcome, request))
}

/** Name and owner of an existing provider are not the form's to say. */
const fixed = (listed: ListedProvider | undefined) =>
  listed ? { source: listed.provider.source, name: listed.provider.name } : {}

function saveRefusal(
  outcome: Exclude<SaveOutcome, { kind: "saved" }>,
  request: Request,
): [ProviderFormView["errors"], number] {
  const { locale } = visitorOf(request)
  if (outcome.kind === "flawed") return [flawSentences(outcome.flaws satisfies Flaws, locale), 422]
  return [{ form: refusalSentence(outcome, locale) }, outcome.kind === "not-allowed" ? 403 : 409]
}

async function afterSave(
  needs: ProviderRouteNeeds,
  request: Request,
  saved: { source: Source; name: string; allowed?: string },
) {
  if (saved.allowed) return redirectTo(urls.providersSaid({ allowed: saved.allowed }), request)
  const listed = await needs.providersOf(request).find(userOf(request), saved.source, saved.name)
  const off = listed?.provider.enabled === false && listed.key !== "key" && listed.key !== "not-needed"
  return redirectTo(urls.providersSaid({ saved: off ? "off" : "on" }), request)
}

type Changed = ChangeOutcome & { deleted?: string }

function afterChange(needs: ProviderRouteNeeds, request: Request, outcome: Changed) {
  if (outcome.kind === "saved") {
    return redirectTo(urls.providersSaid(outcome.deleted ? { deleted: outcome.deleted } : { saved: "on" }), request)
  }
  if (outcome.kind === "not-found") return needs.showProblem({ status: 404, code: "not-found" }, request)
  if (outcome.kind === "not-allowed") return needs.showProblem({ status: 403, code: "admin-only" }, request)
  return listPage(needs, request, { notice: refusalSentence(outcome, visitorOf(request).locale), status: 409 })
}

/** With script the result appears beside the button; without it the list comes anew, with the result in words. */
async function testAnswer(needs: ProviderRouteNeeds, request: Request, { provider }: ListedProvider) {
  const outcome = await needs.test(request, provider)
  const { locale } = visitorOf(request)
  const { source, name } = provider
  const test = testView(outcome, locale)
  const { reader } = needs.frame(request, { title: "", section: "settings" })
  if (isFragment(request)) {
    const shown = { source, name, test }
    return htmlFragment(
      <Replace target={providerTestId(source, name)}>
        <ProviderTest provider={shown} reader={reader} />
      </Replace>,
    )
  }
  const list = await needs.providersOf(request).list(userOf(request))
  const isAdmin = userOf(request).role === "admin"
  const rows = rowViews(list, isAdmin).map((row) =>
    row.source === source && row.name === name ? { ...row, test } : row,
  )
  const frame = needs.frame(request, { title: settingsWords(locale).providersTitle, section: "settings" })
  return htmlPage(
    <ProvidersPage page={{ ...frame, providers: rows, presets: presetViews(needs), mayEditWorkspace: isAdmin }} />,
  )
}
