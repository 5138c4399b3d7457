import { ContextRepositoriesPage } from "../../views/pages/context-repositories.tsx"
import type { FrameView } from "../../views/props/frame.ts"
import type { AttachView, KeyView, OutsidePageView } from "../../views/props/outside.ts"
import type { PasswordAgain } from "../accounts/index.ts"
import type { UserName } from "../lib/ids.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import { contextWords } from "../lib/i18n/context.ts"
import { outsideWords } from "../lib/i18n/outside.ts"
import { outsideUrls } from "../lib/outside-urls.ts"
import type { FileFault } from "../settings/index.ts"
import type { Clock } from "../platform/clock.ts"
import { htmlPage } from "../platform/http/html.ts"
import type { ShowProblem } from "../platform/http/problem.ts"
import { type SignedIn, visitorOf } from "../platform/http/visitor.ts"
import { type Attachable, attachable, type Attaching } from "./attach.ts"
import type { Hook } from "./hook.ts"
import { outsideView } from "./outside-present.ts"
import { type KeyUses, usesText } from "./key-uses.ts"
import type { WorkspaceKey, WorkspaceKeys } from "./workspace-keys.ts"

export interface OutsideRouteNeeds {
  attaching: Attaching<Attachable>
  keys: WorkspaceKeys
  usesOf(key: string): Promise<KeyUses>
  /** Whether the settings say that proposals are reviewed outside. */
  reviewsOutside(context: Attachable): boolean
  setReview(context: Attachable, review: "here" | "outside"): Promise<{ kind: "changed" } | FileFault>
  hook: Hook
  clock: Clock
  passwordAgain: PasswordAgain
  /** The address under which others reach this server. */
  origin(request: Request): string
  frame(request: Request, about: Pick<FrameView, "title" | "section">): FrameView
  showProblem: ShowProblem
  /** By the account as it stands now. */
  isAdmin(user: UserName): boolean
  /** Writes down who did it to what; durable when it resolves. */
  note(user: SignedIn, action: string, object?: string): Promise<void>
}

/** What is shown besides how things stand. */
interface Shown {
  context?: { name: Attachable } & Partial<Pick<AttachView, "values" | "errors" | "outcome">>
  keyForm?: OutsidePageView["keyForm"]
  tokenForm?: OutsidePageView["tokenForm"]
  /** Of forms that have nothing to type in but the password. */
  errors?: OutsidePageView["errors"]
  notice?: string | undefined
  status?: number
}

/** The page about contexts' homes outside. */
export async function showOutsidePage(
  needs: OutsideRouteNeeds,
  request: Request,
  shown: Shown = {},
): Promise<Response> {
  const { locale } = visitorOf(request)
  const { keys, hook } = needs
  const secret = await hook.secret()
  const view: OutsidePageView = {
    ...needs.frame(request, { title: outsideWords(locale).title, section: "settings" }),
    contexts: await Promise.all(attachable.map((name) => contextView(needs, { name, shown, locale }))),
    keys: await Promise.all((await keys.list()).map((key) => keyView(needs, key, locale))),
    asksPassword: needs.passwordAgain.isDue(request),
    errors: shown.errors ?? {},
    keyForm: shown.keyForm ?? { name: "", errors: {} },
    tokenForm: shown.tokenForm ?? { name: "", errors: {} },
    hook: secret === undefined ? undefined : `${needs.origin(request)}${outsideUrls.hook(secret)}`,
    notice: shown.notice ?? saidIn(request, locale),
  }
  return htmlPage(<ContextRepositoriesPage page={view} />, { status: shown.status ?? 200 })
}

async function keyView({ usesOf }: OutsideRouteNeeds, key: WorkspaceKey, locale: Locale): Promise<KeyView> {
  const uses = await usesOf(key.name)
  const names = [...uses.contexts.map((name) => contextWords(locale)[name]), ...uses.repositories]
  return {
    ...{ name: key.name, kind: key.kind, uses: usesText(uses), usedBy: names },
    ...(key.kind === "key" && { public: key.public }),
  }
}

async function contextView(
  { attaching, reviewsOutside }: OutsideRouteNeeds,
  { name, shown, locale }: { name: Attachable; shown: Shown; locale: Locale },
): Promise<AttachView> {
  const attached = attaching.attached(name)
  const state = attached && (await attaching.state(name))
  const { values, errors = {}, outcome } = shown.context?.name === name ? shown.context : {}
  return {
    ...{ shelf: name, attached, outcome, errors, mayConfirm: true, reviewsOutside: reviewsOutside(name) },
    state: state && outsideView(name, state, locale),
    values: values ?? { address: "", credential: "" },
  }
}

function saidIn(request: Request, locale: Locale): string | undefined {
  const { searchParams } = new URL(request.url)
  const words = outsideWords(locale)
  const name = (searchParams.get("name") ?? "").slice(0, 64)
  const sentences: Record<string, string> = {
    ...{ attached: words.attached, detached: words.detached, hook: words.hookRenewed },
    ...{ key: words.keyMade(name), token: words.tokenStored(name) },
    ...{ removed: words.keyRemoved(name), replaced: words.tokenReplaced(name) },
    ...{ reviewHere: words.reviewHereNow, reviewOutside: words.reviewOutsideNow },
  }
  const said = searchParams.get("said") ?? ""
  return Object.hasOwn(sentences, said) ? sentences[said] : undefined
}
