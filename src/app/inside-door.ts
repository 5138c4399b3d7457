import type { Gateway } from "../gateway/index.ts"
import type { LoopId } from "../lib/ids.ts"
import type { LoopsDoor } from "../loops/index.ts"
import type { Asker, GitHost } from "../repos/index.ts"

interface InsideNeeds {
  loops: Pick<LoopsDoor, "asItself">
  gateway: Pick<Gateway, "serve">
  gitHost: GitHost
}

/** What a loop reaches of the server from inside: models, and the repositories that the server owns. */
export async function serveInside(
  { loops, gateway, gitHost }: InsideNeeds,
  loop: LoopId,
  request: Request,
): Promise<Response> {
  if (!new URL(request.url).pathname.startsWith("/git/")) return gateway.serve(loop, request)
  const acting = await loops.asItself(loop)
  const asker: Asker | undefined = acting && {
    kind: "loop",
    ...{ loop, user: acting.driver },
    async rests() {
      const now = await loops.asItself(loop)
      // Whoever took over meanwhile has asked for nothing.
      return now?.driver === acting.driver ? now.rests : "offered"
    },
  }
  return (asker && (await gitHost.serve(asker, request))) ?? new Response("There is no such loop.\n", { status: 404 })
}
