import { Elysia } from "elysia"
import { mostImageBytes } from "../lib/message-images.ts"
import { workbenchPaths } from "../lib/workbench-urls.ts"
import { asDriver, asViewer, type DrivenLoop } from "../loops/index.ts"
import { isDiskFailure } from "../platform/disk/calls.ts"
import { alone } from "../platform/http/alone.ts"
import { raw, readBody } from "../platform/http/form.ts"
import { createAttachments } from "./attachments.ts"
import type { Doing } from "./route-needs.ts"

/** Images for messages: sent before the message that names them, and shown beside it. */
export function attachmentRoutes({ needs, showProblem }: Doing) {
  const { loops, clock } = needs
  const attachments = createAttachments(needs.disk, loops)

  async function keep(request: Request, loop: DrivenLoop): Promise<Response> {
    const content = await readBody(request, mostImageBytes)
    if (content === "too-large") return showProblem({ status: 413, code: "too-large" }, request)
    try {
      const { kind, ...kept } = await attachments.keep(loop.record.id, content)
      if (kind === "kept") return Response.json(kept)
      return showProblem({ status: kind === "full" ? 409 : 422, code: kind }, request)
    } catch (error) {
      if (isDiskFailure(error)) return showProblem({ status: 507, code: "storage-full" }, request)
      throw error
    }
  }

  return new Elysia({ name: "agent-attachments" })
    .post(
      workbenchPaths.attachments,
      ({ request, params: { id } }) =>
        asDriver({ loops, clock, showProblem }, { request, id }, (loop) => keep(request, loop)),
      raw,
    )
    .get(workbenchPaths.attachment, ({ request, params: { id, name } }) =>
      asViewer({ loops, showProblem }, { request, id }, async (loop) => {
        const image = await attachments.open(loop.record.id, name)
        if (!image) return showProblem({ status: 404, code: "no-such-image" }, request)
        return new Response(Buffer.from(image.content), { headers: { ...alone, "content-type": image.type } })
      }),
    )
}
