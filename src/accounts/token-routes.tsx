import { Elysia } from "elysia"
import { z } from "zod"
import { TokensPage } from "../../views/pages/tokens.tsx"
import type { FrameView } from "../../views/props/frame.ts"
import type { TokensPageView } from "../../views/props/tokens.ts"
import { tokenWords } from "../lib/i18n/tokens.ts"
import { tokenPaths, tokenUrls } from "../lib/token-urls.ts"
import type { Clock } from "../platform/clock.ts"
import { formProblem, raw, readForm } from "../platform/http/form.ts"
import { htmlPage, redirectTo } from "../platform/http/html.ts"
import type { ShowProblem } from "../platform/http/problem.ts"
import { userOf, visitorOf } from "../platform/http/visitor.ts"
import { type PasswordAgain, passwordField } from "./password-again.ts"
import { hasExpired, type Tokens } from "./tokens.ts"

export interface TokenRouteNeeds {
  tokens: Tokens
  passwordAgain: PasswordAgain
  clock: Clock
  frame(request: Request, about: Pick<FrameView, "title" | "section">): FrameView
  showProblem: ShowProblem
}

const ends = { "30": 30, "90": 90, "365": 365, never: undefined }
const NewToken = z.object({
  label: z.string().trim().min(1, "label").max(64, "label"),
  scope: z.enum(["git:read", "git:write"], "choice"),
  days: z.enum(["30", "90", "365", "never"], "choice"),
  password: passwordField,
})

/** A person's own tokens; nobody else's are ever shown or touched. */
export const tokenRoutes = (needs: TokenRouteNeeds) =>
  new Elysia({ name: "tokens" })
    .get(tokenPaths.tokens, ({ request, query }) => {
      const notice = query["said"] === "revoked" ? tokenWords(visitorOf(request).locale).revoked : undefined
      return show(needs, request, { notice })
    })
    .post(tokenPaths.tokens, ({ request }) => make(needs, request), raw)
    .post(
      tokenPaths.tokenRevoke,
      async ({ request, params }) => {
        const { name: actor, login } = userOf(request)
        const { kind } = await needs.tokens.revoke(actor, params.token, { actor, login })
        if (kind === "revoked") return redirectTo(tokenUrls.tokens({ said: "revoked" }), request)
        return show(needs, request, { notice: tokenWords(visitorOf(request).locale).gone, status: 404 })
      },
      raw,
    )

async function make(needs: TokenRouteNeeds, request: Request): Promise<Response> {
  const form = await readForm(request, NewToken)
  const words = tokenWords(visitorOf(request).locale)
  if (form.kind === "too-large") return needs.showProblem(formProblem(form), request)
  if (form.kind === "invalid") {
    const sentences = Object.keys(form.fields).map((field) => [
      field,
      field === "label" ? words.labelInvalid : words.choiceInvalid,
    ])
    const errors = Object.fromEntries(sentences)
    return show(needs, request, { errors, values: { label: "", ...form.raw }, status: 422 })
  }
  const { label, scope, days } = form.value
  const { name: actor, login } = userOf(request)
  const password = await needs.passwordAgain.missing(request, form.value.password)
  if (password !== undefined)
    return show(needs, request, { errors: { password }, values: { label, scope, days }, status: 422 })
  const until = ends[days]
  const scopes = scope === "git:write" ? (["git:read", "git:write"] as const) : (["git:read"] as const)
  const wanted = { label, scopes, ...(until !== undefined && { days: until }) }
  const made = await needs.tokens.make(actor, wanted, { actor, login })
  if (made.kind !== "made")
    return show(needs, request, { errors: { form: words.tooMany }, values: { label }, status: 409 })
  return show(needs, request, { made: made.text })
}

type Shown = Partial<Pick<TokensPageView, "values" | "errors" | "made" | "notice">> & { status?: number }

async function show(needs: TokenRouteNeeds, request: Request, { status = 200, ...shown }: Shown): Promise<Response> {
  const { name } = userOf(request)
  const now = needs.clock.now()
  const all = await needs.tokens.list(name)
  const page: TokensPageView = {
    ...needs.frame(request, { title: tokenWords(visitorOf(request).locale).title, section: "settings" }),
    ...{ values: { label: "" }, errors: {}, ...shown },
    asksPassword: needs.passwordAgain.isDue(request),
    tokens: all.map((token) => ({
      ...{ label: token.label, writes: token.scopes.includes("git:write"), ended: hasExpired(token, now) },
      createdAt: Date.parse(token.createdAt),
      usedAt: token.lastUsedAt === undefined ? undefined : Date.parse(token.lastUsedAt),
      endsAt: token.expiresAt === undefined ? undefined : Date.parse(token.expiresAt),
      revokeUrl: tokenUrls.revoke(token.id),
    })),
  }
  return htmlPage(<TokensPage page={page} />, { status })
}
