import { Elysia } from "elysia"
import { FailedTriesPage } from "../../views/pages/failed-tries.tsx"
import { SetUpPage } from "../../views/pages/set-up.tsx"
import { SignInPage } from "../../views/pages/sign-in.tsx"
import type { DocumentView } from "../../views/props/frame.ts"
import { accountWords } from "../lib/i18n/accounts.ts"
import { parseNext, paths, urls } from "../lib/urls.ts"
import { readForm } from "../platform/http/form.ts"
import { htmlPage, isFragment, redirectTo } from "../platform/http/html.ts"
import { userOf, type Visitor, visitorOf } from "../platform/http/visitor.ts"
import type { Audit } from "./audit.ts"
import type { Cookies } from "./cookies.ts"
import { LocaleForm, readTyped, SetUpForm, SignInForm, ThemeForm } from "./forms.ts"
import type { Caller, Logins } from "./logins.ts"
import type { People } from "./people.ts"
import { setUpView, type Shown, showSetUpRefusal, showSignInRefusal, signInView } from "./present.ts"
import type { SetUp } from "./set-up.ts"
import type { SignedInOutcome, SignIn } from "./sign-in.ts"

export interface RouteNeeds {
  signIn: SignIn
  setUp: SetUp
  logins: Logins
  people: People
  audit: Audit
  cookies: Cookies
  /** What every page needs beside its own content. */
  document(visitor: Visitor, title: string): DocumentView
}

export function accountRoutes(needs: RouteNeeds) {
  return new Elysia({ name: "accounts" }).use(signInRoutes(needs)).use(setUpRoutes(needs)).use(preferenceRoutes(needs))
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
        const form = await readTyped(request, SignInForm, locale)
        if (form.kind === "refused") {
          return page(request, form.shown, { name: form.raw["name"], next: parseNext(form.raw["next"]) })
        }
        const outcome = await signIn.attempt({ ...form.value, ...callerOf(request), devices: cookies.devices(request) })
        const { name, next } = form.value
        if (outcome.kind !== "signed-in") return page(request, showSignInRefusal(outcome, locale), { name, next })
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
        const form = await readTyped(request, SetUpForm, locale)
        if (form.kind === "refused") return page(request, form.shown, form.raw)
        const person = { ...form.value, needsToken: setUp.needsToken(request), ...callerOf(request) }
        const outcome = await setUp.complete(person)
        if (outcome.kind === "already-done") return redirectTo(urls.signIn(), request)
        if (outcome.kind !== "done") return page(request, showSetUpRefusal(outcome, locale), form.value)
        const login = await signIn.welcome(outcome.user, { ...callerOf(request), devices: cookies.devices(request) })
        return redirectTo(urls.setUpProvider, request, cookies.signedIn(login))
      },
      raw,
    )
}

function preferenceRoutes({ people, cookies }: RouteNeeds) {
  return new Elysia()
    .post(
      paths.language,
      async ({ request }) => {
        const form = await readForm(request, LocaleForm)
        if (form.kind !== "valid") return redirectTo(cameFrom(request), request)
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
        if (form.kind !== "valid") return redirectTo(cameFrom(request), request)
        return redirectTo(cameFrom(request), request, cookies.preference("theme", form.value.theme))
      },
      raw,
    )
}

/** The framework leaves the body alone: the form's reader counts while it reads. */
const raw = { parse: "none" } as const

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
