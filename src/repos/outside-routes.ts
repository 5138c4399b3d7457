import { Elysia } from "elysia"
import { contextUrls } from "../lib/context-urls.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import { outsideWords } from "../lib/i18n/outside.ts"
import { settingsWords } from "../lib/i18n/settings.ts"
import { outsidePaths, outsideUrls } from "../lib/outside-urls.ts"
import { parseNext } from "../lib/page-paths.ts"
import { asAdmin } from "../platform/http/as-admin.ts"
import { formProblem, raw, readForm } from "../platform/http/form.ts"
import { redirectTo } from "../platform/http/html.ts"
import { userOf, visitorOf } from "../platform/http/visitor.ts"
import type { FileFault } from "../settings/index.ts"
import { AgainForm, type AttachFlaw, AttachForm, HostForm, readAttach } from "./attach-form.ts"
import { type Attachable, attachable, type RemoteWanted } from "./attach.ts"
import { hookRoute } from "./hook-routes.ts"
import { makeKey, removeKey, renewHook, storeToken } from "./outside-key-routes.ts"
import { type OutsideRouteNeeds, showOutsidePage } from "./outside-page.tsx"
import { apartView, testedView } from "./outside-present.ts"

/** Contexts' homes outside: for administrators; and what everybody may do about them. */
export function outsideRoutes(needs: OutsideRouteNeeds) {
  const rule = (work: (request: Request, context: Attachable | undefined) => Promise<Response>) => {
    return ({ request, params }: { request: Request; params?: { shelf?: string } }) =>
      asAdmin(needs, request, () => work(request, parseAttachable(params?.shelf)))
  }
  const about = (work: (needs: OutsideRouteNeeds, request: Request, context: Attachable) => Promise<Response>) =>
    rule(async (request, context) =>
      context ? work(needs, request, context) : needs.showProblem({ status: 404, code: "not-found" }, request),
    )
  return new Elysia({ name: "context-repositories" })
    .get(
      outsidePaths.contextRepositories,
      rule((request) => showOutsidePage(needs, request)),
    )
    .post(
      outsidePaths.workspaceKeys,
      rule((request) => makeKey(needs, request)),
      raw,
    )
    .post(
      outsidePaths.workspaceKeyRemove,
      ({ request, params }) => asAdmin(needs, request, () => removeKey(needs, request, params.key)),
      raw,
    )
    .post(
      outsidePaths.workspaceTokens,
      rule((request) => storeToken(needs, request)),
      raw,
    )
    .post(
      outsidePaths.hookRenew,
      rule((request) => renewHook(needs, request)),
      raw,
    )
    .post(outsidePaths.contextTest, about(test), raw)
    .post(outsidePaths.contextHost, about(confirmHost), raw)
    .post(outsidePaths.contextAttach, about(attach), raw)
    .post(outsidePaths.contextDetach, about(detach), raw)
    .post(outsidePaths.contextRetry, ({ request, params }) => retry(needs, request, params.shelf), raw)
    .use(hookRoute(needs))
}

const parseAttachable = (text: string | undefined): Attachable | undefined => attachable.find((one) => one === text)

type Read<Form> = { kind: "read"; form: Form; wanted: RemoteWanted } | { kind: "answered"; response: Response }

/** The form, or the page that says what is wrong with it. */
async function readRemote<Form extends AttachForm>(
  needs: OutsideRouteNeeds,
  { request, context }: { request: Request; context: Attachable },
  schema: Parameters<typeof readForm<Form>>[1],
): Promise<Read<Form>> {
  const form = await readForm(request, schema)
  if (form.kind !== "valid") return { kind: "answered", response: needs.showProblem(formProblem(form), request) }
  const read = await readAttach(form.value, needs.keys)
  if (read.kind === "wanted") return { kind: "read", form: form.value, wanted: read.wanted }
  const errors = flawSentence(context, read.flaw, visitorOf(request).locale)
  const shown = { context: { name: context, values: form.value, errors }, status: 422 }
  return { kind: "answered", response: await showOutsidePage(needs, request, shown) }
}

function flawSentence(context: Attachable, flaw: AttachFlaw, locale: Locale): Record<string, string> {
  const words = outsideWords(locale)
  if (flaw === "address") return { [`${context}-address`]: words.addressInvalid }
  const sentences = {
    "credential-unknown": words.credentialUnknown,
    "needs-key": words.needsKey,
    "needs-token": words.needsToken,
  }
  return { [`${context}-credential`]: sentences[flaw] }
}

async function test(needs: OutsideRouteNeeds, request: Request, context: Attachable): Promise<Response> {
  const read = await readRemote(needs, { request, context }, AttachForm)
  if (read.kind === "answered") return read.response
  const outcome = testedView(await needs.attaching.test(context, read.wanted), visitorOf(request).locale)
  return showOutsidePage(needs, request, { context: { name: context, values: read.form, outcome } })
}

async function confirmHost(needs: OutsideRouteNeeds, request: Request, context: Attachable): Promise<Response> {
  const read = await readRemote(needs, { request, context }, HostForm)
  if (read.kind === "answered") return read.response
  const { address, fingerprint } = read.form
  const confirmed = await needs.attaching.confirmHost(address, fingerprint)
  const good = confirmed.kind === "confirmed"
  if (good) await needs.note(userOf(request), "context.host.confirm", fingerprint)
  const words = outsideWords(visitorOf(request).locale)
  const outcome = { good, sentence: good ? words.hostConfirmed : words.hostNotShown }
  return showOutsidePage(needs, request, {
    context: { name: context, values: read.form, outcome },
    status: good ? 200 : 409,
  })
}

async function attach(needs: OutsideRouteNeeds, request: Request, context: Attachable): Promise<Response> {
  const read = await readRemote(needs, { request, context }, AttachForm)
  if (read.kind === "answered") return read.response
  const { locale } = visitorOf(request)
  const outcome = await needs.attaching.attach(context, read.wanted)
  if (outcome.kind === "unreadable") return unreadable(needs, request, { context, fault: outcome, values: read.form })
  if (outcome.kind !== "attached") {
    const values = read.form
    const shown = { name: context, values, outcome: apartView(context, outcome, locale) }
    return showOutsidePage(needs, request, { context: shown, status: 409 })
  }
  await needs.note(userOf(request), "context.attach", `${context} ${read.wanted.address}`)
  return redirectTo(outsideUrls.page({ said: "attached" }), request)
}

async function detach(needs: OutsideRouteNeeds, request: Request, context: Attachable): Promise<Response> {
  const form = await readForm(request, AgainForm)
  if (form.kind !== "valid") return needs.showProblem(formProblem(form), request)
  const password = await needs.passwordAgain.missing(request, form.value.password)
  if (password !== undefined) {
    const errors = { [`${context}-password`]: password }
    return showOutsidePage(needs, request, { context: { name: context, errors }, status: 422 })
  }
  const outcome = await needs.attaching.detach(context)
  if (outcome.kind === "unreadable") return unreadable(needs, request, { context, fault: outcome })
  await needs.note(userOf(request), "context.detach", context)
  return redirectTo(outsideUrls.page({ said: "detached" }), request)
}

function unreadable(
  needs: OutsideRouteNeeds,
  request: Request,
  { context, fault, values }: { context: Attachable; fault: FileFault; values?: AttachForm },
): Promise<Response> {
  const form = settingsWords(visitorOf(request).locale).fileUnreadable(fault.path, fault.line, fault.column)
  return showOutsidePage(needs, request, {
    context: { name: context, errors: { form }, ...(values && { values }) },
    status: 409,
  })
}

/** Nothing but what happens by itself anyway, only now: whoever sees a context may ask for it. */
async function retry(
  { attaching, showProblem }: OutsideRouteNeeds,
  request: Request,
  shelf: string,
): Promise<Response> {
  const context = parseAttachable(shelf)
  if (!context) return showProblem({ status: 404, code: "not-found" }, request)
  await attaching.retry(context)
  return redirectTo(cameFrom(request) ?? contextUrls.context(), request)
}

/** The page of ours on which the button stood. */
function cameFrom(request: Request): string | undefined {
  const url = URL.parse(request.headers.get("referer") ?? "")
  return url ? parseNext(url.pathname + url.search) : undefined
}
