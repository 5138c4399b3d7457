import { Elysia } from "elysia"
import { contextUrls } from "../lib/context-urls.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import { outsideWords } from "../lib/i18n/outside.ts"
import { outsidePaths, outsideUrls } from "../lib/outside-urls.ts"
import { parseNext } from "../lib/page-paths.ts"
import { asAdmin } from "../platform/http/as-admin.ts"
import { raw } from "../platform/http/form.ts"
import { redirectTo } from "../platform/http/html.ts"
import { userOf, visitorOf } from "../platform/http/visitor.ts"
import { attachHome, type AttachSite, confirmHost, detachHome, testHome } from "./attach-acts.ts"
import { type AttachFlaw, readAttach } from "./attach-form.ts"
import { type Attachable, attachable } from "./attach.ts"
import { hookRoute } from "./hook-routes.ts"
import { makeKey, removeKey, renewHook, replaceToken, setReview, storeToken } from "./outside-key-routes.ts"
import { type OutsideRouteNeeds, showOutsidePage } from "./outside-page.tsx"
import { type PersonalRouteNeeds, personalRoutes } from "./personal-routes.tsx"

type Needs = OutsideRouteNeeds & { personal: Pick<PersonalRouteNeeds, "attaching" | "keys" | "mayKnock"> }

/** Contexts' homes outside: for administrators, everybody's own, and what everybody may do about all of them. */
export function outsideRoutes(needs: Needs) {
  const rule = (work: (request: Request, context: Attachable | undefined) => Promise<Response>) => {
    return ({ request, params }: { request: Request; params?: { shelf?: string } }) =>
      asAdmin(needs, request, () => work(request, parseAttachable(params?.shelf)))
  }
  const about = (work: (site: AttachSite<Attachable>, request: Request) => Promise<Response>) =>
    rule(async (request, context) =>
      context ? work(siteOf(needs, request, context), request) : noSuchContext(needs, request),
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
    .post(
      outsidePaths.workspaceTokenReplace,
      ({ request, params }) => asAdmin(needs, request, () => replaceToken(needs, request, params.key)),
      raw,
    )
    .post(
      outsidePaths.contextReview,
      rule(async (request, context) => (context ? setReview(needs, request, context) : noSuchContext(needs, request))),
      raw,
    )
    .post(outsidePaths.contextTest, about(testHome), raw)
    .post(outsidePaths.contextHost, about(confirmHost), raw)
    .post(outsidePaths.contextAttach, about(attachHome), raw)
    .post(outsidePaths.contextDetach, about(detachHome), raw)
    .post(outsidePaths.contextRetry, ({ request, params }) => retry(needs, request, params.shelf), raw)
    .use(personalRoutes({ ...needs, ...needs.personal }))
    .use(hookRoute(needs))
}

const parseAttachable = (text: string | undefined): Attachable | undefined => attachable.find((one) => one === text)

const noSuchContext = ({ showProblem }: Pick<Needs, "showProblem">, request: Request): Response =>
  showProblem({ status: 404, code: "not-found" }, request)

function siteOf(needs: OutsideRouteNeeds, request: Request, context: Attachable): AttachSite<Attachable> {
  const { attaching, keys, showProblem, passwordAgain } = needs
  const { locale } = visitorOf(request)
  return {
    ...{ about: context, shelf: context, attaching, showProblem, passwordAgain },
    async read(form) {
      const read = await readAttach(form, keys)
      return read.kind === "wanted" ? read : { kind: "flawed", errors: flawSentence(context, read.flaw, locale) }
    },
    show: (shown, status) => showOutsidePage(needs, request, { context: { name: context, ...shown }, status }),
    urlAfter: (said) => outsideUrls.page({ said }),
    note: (user, action, object) =>
      needs.note(user, `context.${action}`, action === "attach" ? `${context} ${object}` : (object ?? context)),
  }
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

/** Nothing but what happens by itself anyway, only now: whoever sees a context may ask for it. */
async function retry(needs: Needs, request: Request, shelf: string): Promise<Response> {
  const context = parseAttachable(shelf)
  if (context) await needs.attaching.retry(context)
  else if (shelf === "personal") await needs.personal.attaching.retry(userOf(request).name)
  else return noSuchContext(needs, request)
  return redirectTo(cameFrom(request) ?? contextUrls.context(), request)
}

/** The page of ours on which the button stood. */
function cameFrom(request: Request): string | undefined {
  const url = URL.parse(request.headers.get("referer") ?? "")
  return url ? parseNext(url.pathname + url.search) : undefined
}
