import { PreviewPage } from "../../views/pages/preview.tsx"
import type { PreviewPageView } from "../../views/props/previews.ts"
import { previewWords } from "../lib/i18n/previews.ts"
import { urls } from "../lib/urls.ts"
import { type DrivenLoop, type NotPlaced, unplacedView, type Workbench } from "../loops/index.ts"
import type { Clock } from "../platform/clock.ts"
import { htmlPage } from "../platform/http/html.ts"
import { userOf, visitorOf } from "../platform/http/visitor.ts"
import { type Box, LinkFailed } from "../sandbox/index.ts"
import type { Passes } from "./passes.ts"
import { listeningPorts } from "./ports.ts"
import { shareView, tabView } from "./present.ts"
import type { Place, Serving } from "./serving.ts"
import { isStillOf, type Share } from "./share.ts"
import type { Shares } from "./shares.ts"
import type { Tickets } from "./tickets.ts"

export interface PanelNeeds {
  clock: Clock
  workbench: Workbench
  shares: Shares
  passes: Passes
  tickets: Tickets
  serving: Serving
  closedPort: number
  options: { domain?: string }
  links: { allowed(): boolean }
}

/** What of a loop's previews somebody looks at. */
export interface Visit {
  request: Request
  loop: DrivenLoop
  share?: string | undefined
  path?: string | undefined
  width?: string | undefined
}

type About = Partial<Pick<PreviewPageView, "errors" | "values" | "unplaced">> & { status?: number }

export async function panel(needs: PanelNeeds, visit: Visit, { status, ...about }: About = {}): Promise<Response> {
  const { request, loop } = visit
  const { locale } = visitorOf(request)
  const { id } = loop.record
  const shares = (await needs.shares.ofLoop(id)).filter((share) => isStillOf(share, loop.record))
  const current = shares.find((share) => share.id === visit.share) ?? shares.at(-1)
  const [around, ports, served] = await Promise.all([
    needs.workbench.page(request, loop, { panel: "preview", title: previewWords(locale).title }),
    portsOf(needs, needs.workbench.running(id)),
    current ? needs.serving.serve() : undefined,
  ])
  const off = offWords(needs, served, request)
  const share = current && served?.kind === "served" ? await shown(needs, { ...visit, served }, current) : undefined
  const page: PreviewPageView = {
    ...{ ...around, errors: {}, values: { port: "", folder: "" }, linksAllowed: needs.links.allowed(), ...about },
    tabs: shares.map((one) => tabView(one, locale, one.id === current?.id)),
    ...(ports && { ports }),
    ...(off && { off }),
    ...(share && { share }),
  }
  return htmlPage(<PreviewPage page={page} />, {
    ...(status !== undefined && { status }),
    ...(share && { preview: share.origin }),
  })
}

/** Undefined while the sandbox rests, or went away while it was asked. */
async function portsOf({ closedPort }: PanelNeeds, box: Box | undefined): Promise<number[] | undefined> {
  try {
    return box && (await listeningPorts(box, closedPort))
  } catch (error) {
    if (error instanceof LinkFailed) return undefined
    throw error
  }
}

function offWords({ options }: PanelNeeds, served: Place | undefined, request: Request): PreviewPageView["off"] {
  const words = previewWords(visitorOf(request).locale)
  if (options.domain === undefined) return { title: words.off, lead: words.offLead }
  if (served?.kind !== "port-taken") return undefined
  return { title: words.portTaken(served.port), lead: words.portTakenLead }
}

async function shown(
  { clock, passes, tickets }: PanelNeeds,
  { request, path, width, served }: Visit & { served: Extract<Place, { kind: "served" }> },
  share: Share,
) {
  const { name: user, login } = userOf(request)
  const ticket = tickets.issue(share.id, { kind: "login", user, login })
  return shareView(share, {
    ...{ place: served.place, locale: visitorOf(request).locale, now: clock.now(), ticket },
    path: parseShownPath(path),
    ...(width !== undefined && widths.has(width) && { width: Number(width) }),
    ...(share.access === "link" && { linkToken: await passes.linkToken(share) }),
  })
}

const widths: ReadonlySet<string> = new Set(["820", "390"])

/** What somebody typed as a path of the preview's own host. */
function parseShownPath(text: string | undefined): string {
  const path = `/${(text ?? "").trim().replace(/^[/\\]+/, "")}`
  return /^\/[\x21-\x5b\x5d-\x7e]{0,2000}$/.test(path) ? path : "/"
}

export function unplaced(needs: PanelNeeds, visit: Visit, why: NotPlaced): Promise<Response> {
  const view = unplacedView(visit.request, why, urls.loopPreview(visit.loop.record.id))
  return panel(needs, visit, { unplaced: view, status: 503 })
}
