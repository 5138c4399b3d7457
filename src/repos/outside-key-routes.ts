import type { Locale } from "../lib/i18n/locale.ts"
import { outsideWords } from "../lib/i18n/outside.ts"
import { settingsWords } from "../lib/i18n/settings.ts"
import { outsideUrls } from "../lib/outside-urls.ts"
import { formProblem, readForm } from "../platform/http/form.ts"
import { redirectTo } from "../platform/http/html.ts"
import { userOf, visitorOf } from "../platform/http/visitor.ts"
import type { Attachable } from "./attach.ts"
import {
  AgainForm,
  isToken,
  KeyForm,
  KeyRemoveForm,
  parseKeyName,
  ReplaceForm,
  ReviewForm,
  TokenForm,
} from "./attach-form.ts"
import { usesText } from "./key-uses.ts"
import { type OutsideRouteNeeds, showOutsidePage } from "./outside-page.tsx"

export async function makeKey(needs: OutsideRouteNeeds, request: Request): Promise<Response> {
  const form = await readForm(request, KeyForm)
  if (form.kind !== "valid") return needs.showProblem(formProblem(form), request)
  const { name } = form.value
  const password = await needs.passwordAgain.missing(request, form.value.password)
  if (password !== undefined)
    return showOutsidePage(needs, request, { keyForm: { name, errors: { "key-password": password } }, status: 422 })
  const flaw = await keptOr(parseKeyName(name), needs, async (good) => {
    await needs.note(userOf(request), "workspace.key.make", good)
    return needs.keys.make(good)
  })
  if (flaw !== undefined) {
    const errors = { "key-name": keyFlaw(flaw, visitorOf(request).locale) }
    return showOutsidePage(needs, request, { keyForm: { name, errors }, status: 422 })
  }
  return redirectTo(outsideUrls.page({ said: "key", name }), request)
}

export async function storeToken(needs: OutsideRouteNeeds, request: Request): Promise<Response> {
  const form = await readForm(request, TokenForm)
  if (form.kind !== "valid") return needs.showProblem(formProblem(form), request)
  const { name, token } = form.value
  const { locale } = visitorOf(request)
  if (!isToken(token)) {
    const errors = { token: outsideWords(locale).tokenInvalid }
    return showOutsidePage(needs, request, { tokenForm: { name, errors }, status: 422 })
  }
  const password = await needs.passwordAgain.missing(request, form.value.password)
  if (password !== undefined) {
    // A token is never shown again, not even to whoever has just typed it.
    const errors = { "token-password": password, token: outsideWords(locale).tokenAgain }
    return showOutsidePage(needs, request, { tokenForm: { name, errors }, status: 422 })
  }
  const flaw = await keptOr(parseKeyName(name), needs, async (good) => {
    await needs.note(userOf(request), "workspace.token.store", good)
    return needs.keys.keepToken(good, token)
  })
  if (flaw !== undefined)
    return showOutsidePage(needs, request, {
      tokenForm: { name, errors: { "token-name": keyFlaw(flaw, locale) } },
      status: 422,
    })
  return redirectTo(outsideUrls.page({ said: "token", name }), request)
}

type KeyFlaw = "invalid" | "taken" | "too-many"

/** Noted before it is there: a secret that nobody wrote down must not be. */
async function keptOr(
  name: string | undefined,
  { keys }: Pick<OutsideRouteNeeds, "keys">,
  keep: (name: string) => Promise<{ kind: "kept" | "taken" | "too-many" }>,
): Promise<KeyFlaw | undefined> {
  if (name === undefined) return "invalid"
  if (await keys.has(name)) return "taken"
  const { kind } = await keep(name)
  return kind === "kept" ? undefined : kind
}

function keyFlaw(flaw: KeyFlaw, locale: Locale): string {
  const words = outsideWords(locale)
  return { invalid: words.keyNameInvalid, taken: words.keyNameTaken, "too-many": words.keysTooMany }[flaw]
}

/** What uses the token asks with the new one from then on, and is tried at once. */
export async function replaceToken(needs: OutsideRouteNeeds, request: Request, key: string): Promise<Response> {
  const form = await readForm(request, ReplaceForm)
  if (form.kind !== "valid") return needs.showProblem(formProblem(form), request)
  const words = outsideWords(visitorOf(request).locale)
  const { token } = form.value
  const refuse = (errors: Record<string, string>) => showOutsidePage(needs, request, { errors, status: 422 })
  if (!(await isStored(needs, key))) return showOutsidePage(needs, request, { notice: words.keyNotThere, status: 409 })
  if (!isToken(token)) return refuse({ [`${key}-token`]: words.tokenInvalid })
  const password = await needs.passwordAgain.missing(request, form.value.password)
  // A token is never shown again, not even to whoever has just typed it.
  if (password !== undefined)
    return refuse({ [`${key}-replace-password`]: password, [`${key}-token`]: words.tokenAgain })
  await needs.note(userOf(request), "workspace.token.replace", key)
  if (!(await needs.keys.replaceToken(key, token)))
    return showOutsidePage(needs, request, { notice: words.keyNotThere, status: 409 })
  for (const context of (await needs.usesOf(key)).contexts) await needs.attaching.retry(context)
  return redirectTo(outsideUrls.page({ said: "replaced", name: key }), request)
}

const isStored = async ({ keys }: Pick<OutsideRouteNeeds, "keys">, key: string): Promise<boolean> =>
  (await keys.list()).some(({ name, kind }) => name === key && kind === "token")

/** Where proposals of a context are reviewed. Without a home outside they could only be reviewed here. */
export async function setReview(needs: OutsideRouteNeeds, request: Request, context: Attachable): Promise<Response> {
  const form = await readForm(request, ReviewForm)
  if (form.kind !== "valid") return needs.showProblem(formProblem(form), request)
  const { review } = form.value
  const { locale } = visitorOf(request)
  const refuse = (sentence: string) =>
    showOutsidePage(needs, request, { context: { name: context, errors: { form: sentence } }, status: 422 })
  if (review === "outside" && !needs.attaching.attached(context)) return refuse(outsideWords(locale).reviewNeedsHome)
  const done = await needs.setReview(context, review)
  if (done.kind === "unreadable") return refuse(settingsWords(locale).fileUnreadable(done))
  await needs.note(userOf(request), "context.review", `${context} ${review}`)
  // What waits for a review now is brought there, too.
  if (review === "outside") await needs.attaching.retry(context)
  return redirectTo(outsideUrls.page({ said: review === "outside" ? "reviewOutside" : "reviewHere" }), request)
}

/** Only with what stops working by it before one's eyes. */
export async function removeKey(needs: OutsideRouteNeeds, request: Request, key: string): Promise<Response> {
  const form = await readForm(request, KeyRemoveForm)
  if (form.kind !== "valid") return needs.showProblem(formProblem(form), request)
  const password = await needs.passwordAgain.missing(request, form.value.password)
  if (password !== undefined)
    return showOutsidePage(needs, request, { errors: { [`${key}-password`]: password }, status: 422 })
  const words = outsideWords(visitorOf(request).locale)
  if (!(await needs.keys.has(key))) return showOutsidePage(needs, request, { notice: words.keyNotThere, status: 409 })
  if (form.value.uses !== usesText(await needs.usesOf(key))) {
    return showOutsidePage(needs, request, { errors: { [key]: words.keyUsesChanged }, status: 409 })
  }
  await needs.note(userOf(request), "workspace.key.remove", key)
  await needs.keys.remove(key)
  return redirectTo(outsideUrls.page({ said: "removed", name: key }), request)
}

export async function renewHook(needs: OutsideRouteNeeds, request: Request): Promise<Response> {
  const form = await readForm(request, AgainForm)
  if (form.kind !== "valid") return needs.showProblem(formProblem(form), request)
  const password = await needs.passwordAgain.missing(request, form.value.password)
  if (password !== undefined)
    return showOutsidePage(needs, request, { errors: { "hook-password": password }, status: 422 })
  await needs.hook.renew()
  await needs.note(userOf(request), "settings.hook")
  return redirectTo(outsideUrls.page({ said: "hook" }), request)
}
