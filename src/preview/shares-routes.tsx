import { Elysia } from "elysia"
import { z } from "zod"
import { SharesPage } from "../../views/pages/shares.tsx"
import type { FrameView } from "../../views/props/frame.ts"
import { previewWords } from "../lib/i18n/previews.ts"
import { settingsWords } from "../lib/i18n/settings.ts"
import { paths, urls } from "../lib/urls.ts"
import type { Loops } from "../loops/index.ts"
import { type AdminNeeds, asAdmin } from "../platform/http/as-admin.ts"
import { formProblem, raw, readForm } from "../platform/http/form.ts"
import { htmlPage, redirectTo } from "../platform/http/html.ts"
import { type SignedIn, userOf, visitorOf } from "../platform/http/visitor.ts"
import { originOf } from "./place.ts"
import { rowView } from "./present.ts"
import type { Serving } from "./serving.ts"
import { labelOf, parseShareId, type Share } from "./share.ts"
import type { Shares } from "./shares.ts"

export interface SharesRouteNeeds extends AdminNeeds {
  shares: Shares
  serving: Serving
  loops: Pick<Loops, "forViewer">
  links: LinksSwitch
  /** Asks everybody who is inside again. */
  recheck(): void
  frame(request: Request, about: Pick<FrameView, "title" | "section">): FrameView
  note(user: SignedIn, action: string, object: string): Promise<void>
}

/** The workspace's switch for secret links. A settings file that does not parse stays as it is. */
export interface LinksSwitch {
  allowed(): boolean
  allow(allowed: boolean): Promise<{ kind: "changed" } | Unreadable>
}

interface Unreadable {
  kind: "unreadable"
  path: string
  line: number
  column: number
}

const LinksForm = z.object({ links: z.enum(["on", "off"]) })

/** Settings → Shares: for administrators. */
export function sharesRoutes(needs: SharesRouteNeeds) {
  const { shares, links, showProblem } = needs
  return new Elysia({ name: "shares" })
    .get(paths.shares, ({ request }) => asAdmin(needs, request, () => list(needs, request)))
    .post(
      paths.sharesLinks,
      ({ request }) =>
        asAdmin(needs, request, async () => {
          const form = await readForm(request, LinksForm)
          if (form.kind !== "valid") return showProblem(formProblem(form), request)
          const switched = await links.allow(form.value.links === "on")
          if (switched.kind === "unreadable") return list(needs, request, switched)
          needs.recheck()
          await needs.note(userOf(request), `share.links.${form.value.links}`, "")
          return redirectTo(urls.shares, request)
        }),
      raw,
    )
    .post(paths.shareEnd, ({ request, params }) => {
      if (!parseShareId(params.share)) return showProblem({ status: 404, code: "no-such-share" }, request)
      return asAdmin(needs, request, async () => {
        const [ended] = await shares.end(({ id }) => id === params.share)
        if (ended) await needs.note(userOf(request), "share.end", ended.id)
        return redirectTo(urls.shares, request)
      })
    })
}

async function list(needs: SharesRouteNeeds, request: Request, fault?: Unreadable): Promise<Response> {
  const { locale } = visitorOf(request)
  const all = await needs.shares.all()
  const rows = await Promise.all(all.map((share) => row(needs, request, share)))
  const page = {
    ...needs.frame(request, { title: previewWords(locale).sharesTitle, section: "settings" }),
    shares: rows.map((one) => rowView(one, locale)),
    linksAllowed: needs.links.allowed(),
    errors: { ...(fault && { form: settingsWords(locale).fileUnreadable(fault) }) },
  }
  return htmlPage(<SharesPage page={page} />, { status: fault ? 422 : 200 })
}

/** The title of a loop is only for those who may read the loop. */
async function row({ loops, serving }: SharesRouteNeeds, request: Request, share: Share) {
  const viewed = await loops.forViewer(share.loop, userOf(request))
  const place = serving.place()
  return {
    ...{ share, address: place ? originOf(place, labelOf(share)) : labelOf(share) },
    ...(viewed.kind === "viewed" && { title: viewed.loop.record.title }),
  }
}
