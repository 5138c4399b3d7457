import { Elysia } from "elysia"
import { z } from "zod"
import { PersonalRepositoryPage } from "../../views/pages/personal-repository.tsx"
import type { FrameView } from "../../views/props/frame.ts"
import type { AttachView, PersonalRepositoryView } from "../../views/props/outside.ts"
import type { PasswordAgain } from "../accounts/index.ts"
import type { UserName } from "../lib/ids.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import { outsideWords } from "../lib/i18n/outside.ts"
import { personalHomeWords } from "../lib/i18n/personal-home.ts"
import { outsidePaths, outsideUrls } from "../lib/outside-urls.ts"
import { asAdmin } from "../platform/http/as-admin.ts"
import { formProblem, raw, readForm } from "../platform/http/form.ts"
import { htmlPage, redirectTo } from "../platform/http/html.ts"
import type { ShowProblem } from "../platform/http/problem.ts"
import { type SignedIn, userOf, visitorOf } from "../platform/http/visitor.ts"
import { attachHome, type AttachSite, confirmHost, detachHome, testHome } from "./attach-acts.ts"
import { AgainForm, isToken } from "./attach-form.ts"
import type { Attaching } from "./attach.ts"
import { hostOf } from "./outside-remote.ts"
import { outsideView } from "./outside-present.ts"
import { type mayKnock, type PersonalKeys, personalWanted } from "./personal-homes.ts"

export interface PersonalRouteNeeds {
  attaching: Attaching<UserName>
  keys: PersonalKeys
  /** Whether somebody who is no administrator may have the server ask that address. */
  mayKnock(address: string): ReturnType<typeof mayKnock>
  frame(request: Request, about: Pick<FrameView, "title" | "section">): FrameView
  showProblem: ShowProblem
  passwordAgain: PasswordAgain
  /** By the account as it stands now. */
  isAdmin(user: UserName): boolean
  /** Writes down who did it to what; durable when it resolves. */
  note(user: SignedIn, action: string, object?: string): Promise<void>
}

const TokenForm = AgainForm.extend({ token: z.string().max(1_000).trim() })

/** Everybody's own repository and its home outside. No address names a person: each sees and changes only their own. */
export function personalRoutes(needs: PersonalRouteNeeds) {
  const own =
    (work: (site: AttachSite<UserName>, request: Request) => Promise<Response>) =>
    ({ request }: { request: Request }) =>
      work(siteOf(needs, request), request)
  return (
    new Elysia({ name: "personal-repository" })
      .get(outsidePaths.personal, ({ request }) => showPage(needs, request))
      .post(outsidePaths.personalKey, ({ request }) => makeKey(needs, request), raw)
      .post(outsidePaths.personalToken, ({ request }) => storeToken(needs, request), raw)
      .post(outsidePaths.personalTest, own(testHome), raw)
      // Which host is the right one holds for everybody on this server.
      .post(
        outsidePaths.personalHost,
        ({ request }) => asAdmin(needs, request, () => own(confirmHost)({ request })),
        raw,
      )
      .post(outsidePaths.personalAttach, own(attachHome), raw)
      .post(outsidePaths.personalDetach, own(detachHome), raw)
  )
}

function siteOf(needs: PersonalRouteNeeds, request: Request): AttachSite<UserName> {
  const { name } = userOf(request)
  const { attaching, showProblem, passwordAgain } = needs
  return {
    ...{ about: name, shelf: "personal", attaching, showProblem, passwordAgain },
    read: ({ address }) => readPersonal(needs, request, address),
    show: (shown, status) => showPage(needs, request, { home: shown, status }),
    urlAfter: (said) => outsideUrls.personal({ said }),
    // Where somebody's own things lie is nobody else's business.
    note: (user, action, object) => needs.note(user, `personal.${action}`, action === "attach" ? undefined : object),
  }
}

async function readPersonal(
  needs: PersonalRouteNeeds,
  request: Request,
  text: string,
): ReturnType<AttachSite<UserName>["read"]> {
  const { locale } = visitorOf(request)
  const [words, own] = [outsideWords(locale), personalHomeWords(locale)]
  const flawed = (sentence: string) => ({ kind: "flawed" as const, errors: { "personal-address": sentence } })
  const wanted = personalWanted(text)
  if (!wanted) return flawed(words.addressInvalid)
  const { name } = userOf(request)
  const has = await needs.keys.shown(name)
  if (wanted.address.startsWith("https:")) {
    if (!has.token) return flawed(own.needsToken)
  } else if (has.key === undefined) return flawed(own.needsKey)
  const may = needs.isAdmin(name) ? "yes" : await needs.mayKnock(wanted.address)
  if (may === "private") return flawed(own.privateAddress(hostOf(wanted.address) ?? ""))
  return may === "unknown" ? flawed(words.refusedUnreachable) : { kind: "wanted", wanted }
}

interface Shown {
  home?: Partial<Pick<AttachView, "values" | "errors" | "outcome">>
  keyErrors?: PersonalRepositoryView["keyErrors"]
  tokenErrors?: PersonalRepositoryView["tokenErrors"]
  status?: number
}

async function showPage(needs: PersonalRouteNeeds, request: Request, shown: Shown = {}): Promise<Response> {
  const { locale } = visitorOf(request)
  const { name } = userOf(request)
  const attached = needs.attaching.attached(name)
  const state = attached && (await needs.attaching.state(name))
  const { key, token } = await needs.keys.shown(name)
  const { values, errors = {}, outcome } = shown.home ?? {}
  const view: PersonalRepositoryView = {
    ...needs.frame(request, { title: personalHomeWords(locale).title, section: "settings" }),
    home: {
      ...{ shelf: "personal", attached, errors, mayConfirm: needs.isAdmin(name) },
      ...{ state: state && outsideView("personal", state, locale), values: values ?? { address: "", credential: "" } },
      outcome,
    },
    ...{ key, token, keyErrors: shown.keyErrors ?? {}, tokenErrors: shown.tokenErrors ?? {} },
    asksPassword: needs.passwordAgain.isDue(request),
    notice: saidIn(request, locale),
  }
  return htmlPage(<PersonalRepositoryPage page={view} />, { status: shown.status ?? 200 })
}

function saidIn(request: Request, locale: Locale): string | undefined {
  const [words, own] = [outsideWords(locale), personalHomeWords(locale)]
  const sentences: Record<string, string> = {
    ...{ attached: words.attached, detached: words.detached, key: own.keyMade, token: own.tokenKept },
  }
  const said = new URL(request.url).searchParams.get("said") ?? ""
  return Object.hasOwn(sentences, said) ? sentences[said] : undefined
}

/** Noted before it is there: a secret that nobody wrote down must not be. */
async function makeKey(needs: PersonalRouteNeeds, request: Request): Promise<Response> {
  const form = await readForm(request, AgainForm)
  if (form.kind !== "valid") return needs.showProblem(formProblem(form), request)
  const password = await needs.passwordAgain.missing(request, form.value.password)
  if (password !== undefined) return showPage(needs, request, { keyErrors: { "key-password": password }, status: 422 })
  const user = userOf(request)
  await needs.note(user, "personal.key.make")
  await needs.keys.make(user.name)
  return redirectTo(outsideUrls.personal({ said: "key" }), request)
}

async function storeToken(needs: PersonalRouteNeeds, request: Request): Promise<Response> {
  const form = await readForm(request, TokenForm)
  if (form.kind !== "valid") return needs.showProblem(formProblem(form), request)
  const { token } = form.value
  if (!isToken(token)) {
    const tokenErrors = { token: outsideWords(visitorOf(request).locale).tokenInvalid }
    return showPage(needs, request, { tokenErrors, status: 422 })
  }
  const password = await needs.passwordAgain.missing(request, form.value.password)
  if (password !== undefined) {
    // A token is never shown again, not even to whoever has just typed it.
    const tokenErrors = { "token-password": password, token: outsideWords(visitorOf(request).locale).tokenAgain }
    return showPage(needs, request, { tokenErrors, status: 422 })
  }
  const user = userOf(request)
  await needs.note(user, "personal.token.store")
  await needs.keys.keepToken(user.name, token)
  return redirectTo(outsideUrls.personal({ said: "token" }), request)
}
