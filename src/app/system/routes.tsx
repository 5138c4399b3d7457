import { Elysia } from "elysia"
import { Findings, Verdict } from "../../../views/components/findings.tsx"
import { SystemImage, SystemPage } from "../../../views/pages/system.tsx"
import { Replace } from "../../../views/partials.tsx"
import type { FrameView } from "../../../views/props/frame.ts"
import { targets } from "../../../views/targets.ts"
import type { Locale } from "../../lib/i18n/locale.ts"
import { systemWords } from "../../lib/i18n/system.ts"
import { paths, urls } from "../../lib/urls.ts"
import type { Background } from "../../platform/background.ts"
import type { Clock } from "../../platform/clock.ts"
import { type AdminNeeds, asAdmin } from "../../platform/http/as-admin.ts"
import { htmlPage, redirectTo } from "../../platform/http/html.ts"
import type { LiveRights } from "../../platform/http/live-rights.ts"
import { userOf, visitorOf } from "../../platform/http/visitor.ts"
import { type SystemNeeds, systemState, type SystemState } from "./state.ts"

export interface SystemRouteNeeds extends SystemNeeds, AdminNeeds {
  clock: Clock
  background: Background
  rights: LiveRights
  frame(request: Request, about: Pick<FrameView, "title" | "section" | "streamUrl">): FrameView
}

/** How this server is, for administrators; and the log of the base image, for everyone whose loop waits for it. */
export function systemRoutes(needs: SystemRouteNeeds) {
  const { sandboxes, frame } = needs
  return new Elysia({ name: "system" })
    .get(paths.system, ({ request }) =>
      asAdmin(needs, request, async () => {
        const { locale } = visitorOf(request)
        const about = {
          title: systemWords(locale).systemTitle,
          section: "settings",
          streamUrl: urls.systemEvents,
        } as const
        const page = { ...frame(request, about), ...(await systemState(needs, locale)) }
        return htmlPage(<SystemPage page={page} />)
      }),
    )
    .get(paths.systemEvents, ({ request, server }) =>
      asAdmin(needs, request, () => {
        const { locale, formToken } = visitorOf(request)
        const stillAllowed = () => needs.isAdmin(userOf(request).name)
        return needs.rights.stream({ request, server, stillAllowed }, (viewer) =>
          follow(needs, { locale, formToken }, viewer),
        )
      }),
    )
    .post(paths.systemCheck, ({ request }) =>
      asAdmin(needs, request, async () => {
        await sandboxes.checkAgain()
        return redirectTo(urls.system, request)
      }),
    )
    .get(paths.imageLog, () => {
      const { image } = sandboxes.health()
      const lines = image.state === "waiting" ? [] : image.log
      const headers = { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" }
      const asFile = { "content-disposition": 'attachment; filename="loopat-image.log"' }
      return new Response(lines.map((line) => `${line}\n`).join(""), { headers: { ...headers, ...asFile } })
    })
}

/** Nobody announces the free space of a disk, so it is looked at. */
const lookMs = 5_000

interface Looking {
  locale: Locale
  formToken?: string | undefined
}

/** Sends what looks otherwise than before, now, at each news and every few seconds. */
function follow(
  needs: SystemRouteNeeds,
  looking: Looking,
  viewer: { send(html: string): void; readonly ended: AbortSignal },
): void {
  const { sandboxes, background, clock } = needs
  const sent = new Map<string, string>()
  let stopLooking: (() => void) | undefined
  const show = () =>
    background.run("show the state of this server", async () => {
      const regions = regionsOf(await systemState(needs, looking.locale), looking, clock.now())
      const fresh = Object.entries(regions).filter(([place, html]) => sent.get(place) !== html)
      for (const [place, html] of fresh) sent.set(place, html)
      if (fresh.length > 0) viewer.send(fresh.map(([, html]) => html).join(""))
    })
  const look = () => {
    show()
    stopLooking = clock.after(lookMs, look)
  }
  const leave = sandboxes.onHealth(show)
  viewer.ended.addEventListener("abort", () => {
    leave()
    stopLooking?.()
  })
  look()
}

function regionsOf({ findings, image }: SystemState, { locale, formToken }: Looking, now: number) {
  // A running clock is kept by the page; only what stands still is compared.
  const reader = { locale, now: image.startedAt ?? now }
  return {
    [targets.verdict]: String(
      <Replace target={targets.verdict}>
        <Verdict findings={findings} reader={reader} />
      </Replace>,
    ),
    [targets.findings]: String(
      <Replace target={targets.findings}>
        <Findings findings={findings} reader={reader} />
      </Replace>,
    ),
    [targets.imageRun]: String(
      <Replace target={targets.imageRun}>
        <SystemImage image={image} reader={reader} formToken={formToken} />
      </Replace>,
    ),
  }
}
