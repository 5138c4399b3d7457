import { Elysia } from "elysia"
import { z } from "zod"
import { SetUpPage } from "../../views/pages/set-up.tsx"
import { SignInPage } from "../../views/pages/sign-in.tsx"
import type { DocumentView } from "../../views/props/frame.ts"
import { accountWords } from "../lib/i18n/accounts.ts"
import { locales } from "../lib/i18n/locale.ts"
import { parseNext, paths, urls } from "../lib/urls.ts"
import { readForm } from "../platform/http/form.ts"
import { htmlPage, redirectTo } from "../platform/http/html.ts"
import { userOf, type Visitor, visitorOf } from "../platform/http/visitor.ts"
import type { Audit } from "./audit.ts"
import type { Cookies } from "./cookies.ts"
import type { Logins } from "./logins.ts"
import type { People } from "./people.ts"
import {
  fieldErrors,
  setUpView,
  type Shown,
  showSetUpRefusal,
  showSignInRefusal,
  signInView,
  tooLarge,
} from "./present.ts"
import type { SetUp } from "./set-up.ts"
import type { SignedInOutcome, SignIn } from "./sign-in.ts"
import { themes } from "./whois.ts"

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

const SignInForm = z.object({
  name: z.string("missing").min(1, "missing").max(256, "name-invalid"),
  password: z.string("missing").min(1, "missing").max(1024, "password-long"),
  next: z.string().optional(),
})

const SetUpForm = z.object({
  workspace: z.string("missing").trim().min(1, "workspace-invalid").max(80, "workspace-invalid"),
  name: z.string("missing").min(1, "missing").max(256, "name-invalid"),
  password: z.string("missing").min(1, "missing").max(1024, "password-long"),
  token: z.string().max(256).optional(),
})

const LocaleForm = z.object({ locale: z.enum(locales) })
const ThemeForm = z.object({ theme: z.enum(themes) })

export function accountRoutes(needs: RouteNeeds) {
  return new Elysia({ name: "accounts" }).use(signInRoutes(needs)).use(setUpRoutes(needs)).use(preferenceRoutes(needs))
}

function signInRoutes({ signIn, setUp, logins, audit, cookies, document }: RouteNeeds) {
  const page = (request: Request, shown: Shown, form: { name?: string; next?: string; notice?: string } = {}) => {
    const visitor = visitorOf(request)
    const view = signInView(document(visitor, accountWords(visitor.locale).signIn), { ...form, errors: shown.errors })
    return htmlPage(<SignInPage page={view} />, { status: shown.status, headers: retryHeader(shown) })
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
        if (form.kind === "too-large") return page(request, tooLarge(locale))
        const typed = form.kind === "valid" ? form.value : form.raw
        const kept = { name: typed["name"], next: parseNext(typed["next"]) }
        if (form.kind === "invalid")
          return page(request, { status: 422, errors: fieldErrors(form.fields, locale) }, kept)
        const outcome = await signIn.attempt({ ...form.value, ...callerOf(request), devices: cookies.devices(request) })
        if (outcome.kind !== "signed-in") return page(request, showSignInRefusal(outcome, locale), kept)
        if (before) await logins.end(before.login)
        return redirectTo(kept.next ?? urls.home, request, cookies.signedIn(outcome))
      },
      raw,
    )
    .post(
      paths.signOut,
      async ({ request }) => {
        const user = userOf(request)
        await logins.end(user.login)
        await audit.write({ ...by(request, user.name), action: "logout", object: user.name, outcome: "ok" })
        return redirectTo(urls.signedOut, request, cookies.signedOut())
      },
      raw,
    )
}

function setUpRoutes({ setUp, signIn, cookies, document }: RouteNeeds) {
  const page = (request: Request, shown: Shown, values?: { workspace: string; name: string }) => {
    const visitor = visitorOf(request)
    const title = accountWords(visitor.locale).setUp
    const form = { needsToken: setUp.needsToken(request), errors: shown.errors, ...(values && { values }) }
    const view = setUpView(document(visitor, title), form)
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
        const form = await readForm(request, SetUpForm)
        if (!setUp.isOpen()) return redirectTo(urls.signIn(), request)
        if (form.kind === "too-large") return page(request, tooLarge(locale))
        const typed: Partial<Record<string, string>> = form.kind === "valid" ? form.value : form.raw
        const values = { workspace: typed["workspace"] ?? "", name: typed["name"] ?? "" }
        if (form.kind === "invalid")
          return page(request, { status: 422, errors: fieldErrors(form.fields, locale) }, values)
        const needsToken = setUp.needsToken(request)
        const person = { ...form.value, token: form.value.token ?? "", needsToken, ...callerOf(request) }
        const outcome = await setUp.complete(person)
        if (outcome.kind === "already-done") return redirectTo(urls.signIn(), request)
        if (outcome.kind !== "done") return page(request, showSetUpRefusal(outcome, locale), values)
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

/** The framework leaves the body alone: `readForm` counts while it reads. */
const raw = { parse: "none" } as const

const retryHeader = ({ retryAfter }: Shown): Record<string, string> =>
  retryAfter === undefined ? {} : { "retry-after": String(retryAfter) }

function callerOf(request: Request): { address: string; agent: string } {
  return { address: visitorOf(request).address ?? "", agent: request.headers.get("user-agent") ?? "" }
}

const by = (request: Request, actor: string) => ({
  actor,
  via: "web" as const,
  login: visitorOf(request).user?.login,
  ip: visitorOf(request).address,
})

/** The page of ours on which the form stood. */
function cameFrom(request: Request): string {
  const url = URL.parse(request.headers.get("referer") ?? "")
  if (!url) return urls.home
  if (url.pathname === paths.setUp || url.pathname === paths.signIn) return url.pathname
  return parseNext(url.pathname + url.search) ?? urls.home
}
