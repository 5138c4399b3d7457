import { Elysia } from "elysia"
import { z } from "zod"
import { EnteringPage } from "../../views/pages/entering.tsx"
import type { DocumentView } from "../../views/props/frame.ts"
import { previewWords } from "../lib/i18n/previews.ts"
import { paths, urls } from "../lib/urls.ts"
import { asDriver, asDriverWith, type DrivenLoop, type Loops } from "../loops/index.ts"
import { raw } from "../platform/http/form.ts"
import { htmlPage, redirectTo } from "../platform/http/html.ts"
import type { ShowProblem } from "../platform/http/problem.ts"
import { type SignedIn, userOf, type Visitor, visitorOf } from "../platform/http/visitor.ts"
import type { Gate } from "./gate.ts"
import { ownPaths } from "./knock.ts"
import { panel, type PanelNeeds, unplaced, type Visit } from "./replies.tsx"
import { originOf } from "./place.ts"
import { dayChoices, nameOf, type Refused, refusedErrors } from "./present.ts"
import { accesses, parseFolder, parsePort, parseShareId, type Share, type Target } from "./share.ts"

export interface PreviewRouteNeeds extends PanelNeeds {
  loops: Pick<Loops, "forDriver" | "record">
  gate: Pick<Gate, "isAllowed" | "shareAt">
  document(visitor: Visitor, title: string): DocumentView
  showProblem: ShowProblem
  note(user: SignedIn, action: string, object: string): Promise<void>
}

const Field = z.string().max(1_000).optional()
const CreateForm = z.object({ port: Field, folder: Field })
const ChangeForm = z.object({
  access: z.enum(accesses),
  alias: z.string().max(200).default(""),
  days: z.enum(dayChoices.map(String)),
})

/** The preview panel of a loop, and the way from the app to a preview's host name. */
export function previewRoutes(needs: PreviewRouteNeeds) {
  const { shares } = needs
  return new Elysia({ name: "preview" })
    .get(paths.loopPreview, ({ request, params: { id }, query: { share, path, width } }) =>
      asDriver(needs, { request, id }, (loop) => panel(needs, { request, loop, share, path, width })),
    )
    .post(paths.loopPreviewStart, ({ request, params: { id } }) =>
      asDriver(needs, { request, id }, async (loop) => {
        const started = await needs.workbench.write(loop, async () => "started" as const)
        return started === "started"
          ? redirectTo(urls.loopPreview(id), request)
          : unplaced(needs, { request, loop }, started)
      }),
    )
    .post(
      paths.previews,
      ({ request, params: { id } }) =>
        asDriverWith(needs, { request, id, form: CreateForm }, (form, loop) => create(needs, { request, loop }, form)),
      raw,
    )
    .post(
      paths.preview,
      ({ request, params: { id, share } }) =>
        asDriverWith(needs, { request, id, form: ChangeForm }, (form, loop) =>
          change(needs, { request, loop, share }, { ...form, days: Number(form.days) }),
        ),
      raw,
    )
    .post(paths.previewLink, ({ request, params: { id, share } }) =>
      asDriver(needs, { request, id }, async (loop) => {
        const renewed = await shares.renewLink(loop, share)
        return renewed ? done(needs, { request, share: renewed }, "share.link") : noSuchShare(needs, request)
      }),
    )
    .post(paths.previewEnd, ({ request, params: { id, share } }) =>
      asDriver(needs, { request, id }, async (loop) => {
        if (!parseShareId(share)) return noSuchShare(needs, request)
        const [ended] = await shares.end((one) => one.id === share && one.loop === loop.record.id)
        if (ended) await needs.note(userOf(request), "share.end", ended.id)
        return redirectTo(urls.loopPreview(id), request)
      }),
    )
    .get(paths.previewEntrance, ({ request, params: { label } }) => entrance(needs, request, label))
}

const noSuchShare = ({ showProblem }: Pick<PreviewRouteNeeds, "showProblem">, request: Request): Response =>
  showProblem({ status: 404, code: "no-such-share" }, request)

/** What a form asks to be shown; undefined with its field when that cannot be. */
function targetOf(form: z.infer<typeof CreateForm>, closedPort: number): Target | "port" | "folder" {
  if (form.folder !== undefined && form.port === undefined) {
    const folder = parseFolder(form.folder)
    return folder === undefined ? "folder" : { kind: "static", folder }
  }
  const port = parsePort((form.port ?? "").trim(), closedPort)
  return port === undefined ? "port" : { kind: "port", port }
}

async function create(needs: PreviewRouteNeeds, visit: Visit, form: z.infer<typeof CreateForm>): Promise<Response> {
  const { request, loop } = visit
  const words = previewWords(visitorOf(request).locale)
  const target = targetOf(form, needs.closedPort)
  if (target === "port" || target === "folder") {
    const sentence = target === "port" ? words.badPort : words.badFolder
    const values = { port: form.port ?? "", folder: form.folder ?? "" }
    return panel(needs, visit, { errors: { [target]: sentence, form: sentence }, values, status: 422 })
  }
  const served = await needs.serving.serve()
  if (served.kind !== "served") return needs.showProblem({ status: 409, code: `previews-${served.kind}` }, request)
  const created = await shared(needs, loop, target)
  return created.kind === "created"
    ? done(needs, { request, share: created.share }, "share.create")
    : refused(needs, visit, created)
}

/** The same thing once more is the one that is shown already. */
async function shared({ shares }: PreviewRouteNeeds, loop: DrivenLoop, target: Target) {
  const before = (await shares.ofLoop(loop.record.id)).find((share) => Bun.deepEquals(share.target, target))
  return before?.owner === loop.record.driver
    ? ({ kind: "created", share: before } as const)
    : shares.create(loop, target)
}

async function change(
  needs: PreviewRouteNeeds,
  visit: Visit & { share: string },
  form: { access: Share["access"]; alias: string; days: number },
): Promise<Response> {
  const id = parseShareId(visit.share)
  if (id === undefined) return noSuchShare(needs, visit.request)
  const changed = await needs.shares.change(visit.loop, id, form)
  if (changed.kind === "no-such-share") return noSuchShare(needs, visit.request)
  if (changed.kind !== "changed") return refused(needs, visit, changed)
  return done(needs, { request: visit.request, share: changed.share }, `share.access.${changed.share.access}`)
}

async function done(
  needs: PreviewRouteNeeds,
  { request, share }: { request: Request; share: Share },
  action: string,
): Promise<Response> {
  await needs.note(userOf(request), action, share.id)
  return redirectTo(urls.loopPreview(share.loop, { share: share.id }), request)
}

const refused = (needs: PreviewRouteNeeds, visit: Visit, why: Refused): Promise<Response> =>
  panel(needs, visit, { errors: refusedErrors(why, visitorOf(visit.request).locale), status: 409 })

/** Whoever may see it is led on, with a ticket; everybody else is told that there is none. */
async function entrance(needs: PreviewRouteNeeds, request: Request, label: string): Promise<Response> {
  const visitor = visitorOf(request)
  const { name: user, login } = userOf(request)
  const place = needs.serving.place()
  const share = place && (await needs.gate.shareAt(place, { host: `${label}.${place.domain}` }))
  const bearer = { kind: "login", user, login } as const
  if (!share || !needs.gate.isAllowed(share, bearer)) return noSuchShare(needs, request)
  const origin = originOf(place, label)
  const name = nameOf(share, visitor.locale)
  const page = {
    ...needs.document(visitor, previewWords(visitor.locale).entering(name)),
    ...{ name, enterUrl: origin + ownPaths.enter, ticket: needs.tickets.issue(share.id, bearer) },
  }
  return htmlPage(<EnteringPage page={page} />, { preview: origin })
}
