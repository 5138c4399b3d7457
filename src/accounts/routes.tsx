import { Elysia } from "elysia"
import { FailedTriesPage } from "../../views/pages/failed-tries.tsx"
import { SetUpPage } from "../../views/pages/set-up.tsx"
import { SignInPage } from "../../views/pages/sign-in.tsx"
import type { DocumentView } from "../../views/props/frame.ts"
import type { FieldErrors } from "../../views/props/reader.ts"
import { accountWords } from "../lib/i18n/accounts.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import { parseNext } from "../lib/page-paths.ts"
import { paths, urls } from "../lib/urls.ts"
import type { ShowProblem } from "../platform/http/problem.ts"
import { type Form, formProblem, raw, readForm } from "../platform/http/form.ts"
import { htmlPage, isFragment, redirectTo } from "../platform/http/html.ts"
import { userOf, type Visitor, visitorOf } from "../platform/http/visitor.ts"
import type { Audit } from "./audit.ts"
import type { Cookies } from "./cookies.ts"
import { LocaleForm, SetUpForm, SignInForm, ThemeForm } from "./forms.ts"
import type { Caller, Logins } from "./logins.ts"
import type { People } from "./people.ts"
import {
  fieldErrors,
  type RefusedSetUp,
  type RefusedSignIn,
  setUpErrors,
  setUpView,
  signInErrors,
  signInView,
} from "./present.ts"
import type { SetUp } from "./set-up.ts"
import type { SignedInOutcome, SignIn } from "./sign-in.ts"

export interface RouteNeeds {
  signIn: SignIn
  setUp: SetUp
  logins: Logins
  people: People
  audit: Audit
  cookies: Cookies
  showProblem: ShowProblem
  /** What every page needs beside its own content. */
  document(visitor: Visitor, title: string): DocumentView
}

export function accountRoutes(needs: RouteNeeds) {
  return new Elysia({ name: "accounts" }).use(signInRoutes(needs)).use(setUpRoutes(needs)).use(preferenceRoutes(needs))
}

/** A form's page again, with what was wrong. */
interface Shown {
  status: number
  errors: FieldErrors
  retryAfter?: number
}

const statusOfSignIn: Record<RefusedSignIn["kind"], number> = {
  refused: 401,
  pending: 403,
  disabled: 403,
  "too-many": 429,
  busy: 429,
}

const statusOfSetUp: Record<RefusedSetUp["kind"], number> = {
  refused: 422,
  "wrong-token": 403,
  "too-many": 429,
  busy: 429,
}

interface SignInFields {
  name?: string
  next?: string
  notice?: string
}

function signInRoutes({ signIn, setUp, logins, audit, cookies, document }: RouteNeeds) {
  const page = (request: Request, shown: Shown, fields: SignInFields) => {
    const visitor = visitorOf(request)
    const view = signInView(document(visitor, accountWords(visitor.locale).signIn), { ...fields, errors: shown.errors })
    return htmlPage(<SignInPage page={view} />, { status: shown.status, headers: retryHeader(shown) })
  }
  const enter = (request: Request, outcome: SignedInOutcome, next: string = urls.home) => {
    const headers = cookies.signedIn(outcome)
    if (outcome.failures < worthANote || isFragment(request)) return redirectTo(next, request, headers)
    const visitor = visitorOf(request)
    const view = { ...document(visitor, accountWords(visitor.locale).failedTriesTitle), count: outcome.failures, next }
    return htmlPage(<FailedTriesPage page={view} />, { headers })
  }
  return new Elysia()
    .get(paths.signIn, ({ request, query }) => {
      const next = parseNext(query["next"])
      if (setUp.isOpen()) return redirectTo(urls.setUp, request)
      if (visitorOf(request).user) return redirectTo(next ?? urls.home, request)
      const notice = "out" in query ? accountWords(visitorOf(request).locale).signedOut : undefined
      return page(request, { status: 200, errors: {} }, { next, notice })
    })
    .post(
      paths.signIn,
      async ({ request }) => {
        const { locale, user: before } = visitorOf(request)
        const form = await readForm(request, SignInForm)
        if (form.kind !== "valid") return page(request, refusedForm(form, locale), keptOf(form))
        const { name, next } = form.value
        const outcome = await signIn.attempt({ ...form.value, ...callerOf(request), devices: cookies.devices(request) })
        if (outcome.kind !== "signed-in") return page(request, refusedSignIn(outcome, locale), { name, next })
        if (before) await logins.end(before.login)
        return enter(request, outcome, next)
      },
      raw,
    )
    .post(
      paths.signOut,
      async ({ request }) => {
        const { name, login } = userOf(request)
        await logins.end(login)
        const by = { actor: name, via: "web", login, ip: visitorOf(request).address } as const
        await audit.write({ ...by, action: "logout", object: name, outcome: "ok" })
        return redirectTo(urls.signedOut, request, cookies.signedOut())
      },
      raw,
    )
}

function setUpRoutes({ setUp, signIn, cookies, document }: RouteNeeds) {
  const page = (request: Request, shown: Shown, typed: Partial<Record<string, string>> = {}) => {
    const visitor = visitorOf(request)
    const values = { workspace: typed["workspace"] ?? "", name: typed["name"] ?? "" }
    const form = { needsToken: setUp.needsToken(request), errors: shown.errors, values }
    const view = setUpView(document(visitor, accountWords(visitor.locale).setUp), form)
    return htmlPage(<SetUpPage page={view} />, { status: shown.status, headers: retryHeader(shown) })
  }
  return new Elysia()
    .get(paths.setUp, ({ request }) =>
      setUp.isOpen() ? page(request, { status: 200, errors: {} }) : redirectTo(urls.signIn(), request),
    )
    .post(
      paths.setUp,
      async ({ request }) => {
        const { locale } = visitorOf(request)
        if (!setUp.isOpen()) return redirectTo(urls.signIn(), request)
        const form = await readForm(request, SetUpForm)
        if (form.kind !== "valid") return page(request, refusedForm(form, locale), rawOf(form))
        const person = { ...form.value, needsToken: setUp.needsToken(request), ...callerOf(request) }
        const outcome = await setUp.complete(person)
        if (outcome.kind === "already-done") return redirectTo(urls.signIn(), request)
        if (outcome.kind !== "done") return page(request, refusedSetUp(outcome, locale), form.value)
        const login = await signIn.welcome(outcome.user, { ...callerOf(request), devices: cookies.devices(request) })
        return redirectTo(urls.setUpProvider, request, cookies.signedIn(login))
      },
      raw,
    )
}

function preferenceRoutes({ people, cookies, showProblem }: RouteNeeds) {
  return new Elysia()
    .post(
      paths.language,
      async ({ request }) => {
        const form = await readForm(request, LocaleForm)
        if (form.kind !== "valid") return showProblem(formProblem(form), request)
        const { user } = visitorOf(request)
        if (user) await people.setLocale(user.name, form.value.locale)
        return redirectTo(cameFrom(request), request, cookies.preference("locale", form.value.locale))
      },
      raw,
    )
    .post(
      paths.theme,
      async ({ request }) => {
        const form = await readForm(request, ThemeForm)
        if (form.kind !== "valid") return showProblem(formProblem(form), request)
        return redirectTo(cameFrom(request), request, cookies.preference("theme", form.value.theme))
      },
      raw,
    )
}

type RefusedForm = Exclude<Form<unknown>, { kind: "valid" }>

const rawOf = (form: RefusedForm): Record<string, string> => (form.kind === "invalid" ? form.raw : {})

const keptOf = (form: RefusedForm): SignInFields => ({
  name: rawOf(form)["name"],
  next: parseNext(rawOf(form)["next"]),
})

function refusedForm(form: RefusedForm, locale: Locale): Shown {
  if (form.kind === "invalid") return { status: 422, errors: fieldErrors(form.fields, locale) }
  return { status: 413, errors: { form: accountWords(locale).tooLarge } }
}

function refusedSignIn(outcome: RefusedSignIn, locale: Locale): Shown {
  const retryAfter = "retryAfter" in outcome ? outcome.retryAfter : undefined
  return { status: statusOfSignIn[outcome.kind], errors: signInErrors(outcome, locale), retryAfter }
}

function refusedSetUp(outcome: RefusedSetUp, locale: Locale): Shown {
  const retryAfter = "retryAfter" in outcome ? outcome.retryAfter : undefined
  return { status: statusOfSetUp[outcome.kind], errors: setUpErrors(outcome, locale), retryAfter }
}

/** From this many wrong tries on, the owner of an account is told about them when he is in. */
const worthANote = 5

const retryHeader = ({ retryAfter }: Shown): Record<string, string> =>
  retryAfter === undefined ? {} : { "retry-after": String(retryAfter) }

const callerOf = (request: Request): Caller => ({
  address: visitorOf(request).address ?? "",
  agent: request.headers.get("user-agent") ?? "",
})

/** The page of ours on which the form stood. */
function cameFrom(request: Request): string {
  const url = URL.parse(request.headers.get("referer") ?? "")
  if (!url) return urls.home
  if (url.pathname === paths.setUp) return urls.setUp
  if (url.pathname === paths.signIn) return urls.signIn(parseNext(url.searchParams.get("next")))
  return parseNext(url.pathname + url.search) ?? urls.home
}
