import { Elysia } from "elysia"
import { attachment } from "../lib/attachment.ts"
import { id6 } from "../lib/ids.ts"
import { urls } from "../lib/urls.ts"
import { workbenchPaths } from "../lib/workbench-urls.ts"
import { asViewer, bundleName, type NotPlaced } from "../loops/index.ts"
import { redirectTo } from "../platform/http/html.ts"
import { identityVariables } from "../platform/git/inside-changes.ts"
import type { NoCheckout } from "./checkouts.ts"
import type { Doing, Visit } from "./needs.ts"
import { gitOf, showNoCheckout, showUnplaced } from "./replies.tsx"
import { addressOf, checkoutIn, plainSight } from "./sight.ts"
import { packUnsaved, type Unsaved } from "./unsaved.ts"

/** What would be lost with a loop, to take away before it goes. */
export const unsavedRoutes = (doing: Doing) =>
  new Elysia({ name: "changes-unsaved" }).get(workbenchPaths.unsaved, ({ request, params: { id }, query }) =>
    asViewer(doing, { request, id }, async (loop) => {
      const visit: Visit = { request, loop, sight: { ...plainSight(), checkout: checkoutIn(query) } }
      return answer(doing, visit, await pack(doing, visit))
    }),
  )

async function pack(doing: Doing, visit: Visit): Promise<Unsaved | NotPlaced | NoCheckout> {
  const { id } = visit.loop.record
  const spec = await doing.loops.sandboxSpec(id)
  if (!spec) return { kind: "not-placed", why: "not-prepared" }
  const needs = { ids: doing.ids, identity: identityVariables(spec.identity), branch: branchOf(id) }
  return gitOf(doing, visit, (git) => packUnsaved(git, needs))
}

const branchOf = (loop: Visit["loop"]["record"]["id"]) => `unsaved-${id6(loop)}`

function answer(doing: Doing, visit: Visit, packed: Unsaved | NotPlaced | NoCheckout): Response | Promise<Response> {
  const { request, loop } = visit
  const { id, title } = loop.record
  const { checkout } = visit.sight
  switch (packed.kind) {
    case "packed": {
      const name = attachment(bundleName({ id, title, checkout }))
      const headers = { "content-type": "application/octet-stream", "content-disposition": name }
      return new Response(packed.body, { headers: { ...headers, "x-content-type-options": "nosniff" } })
    }
    case "no-repository":
      // All of it is what would be lost.
      return redirectTo(urls.loopFileDownload(id, "", checkout), request)
    case "nothing":
      return redirectTo(addressOf(id, visit.sight), request)
    case "refused":
      return showUnplaced(doing, visit, { kind: "not-placed", why: "refused", detail: packed.said })
    case "no-checkout":
      return showNoCheckout(doing, visit)
    case "not-placed":
      return showUnplaced(doing, visit, packed)
  }
}
