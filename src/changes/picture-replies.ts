import { alone } from "../platform/http/alone.ts"
import type { Doing, Visit } from "./needs.ts"
import { readPicture } from "./pictures.ts"
import { gitOf, showUnplaced } from "./replies.tsx"
import { findTurn } from "./turn-view.ts"

/** An image as git has it, by its object; what is no image is not there. */
export async function showPicture(doing: Doing, visit: Visit, blob: string): Promise<Response> {
  const { request, loop, sight } = visit
  const found = await gitOf(doing, visit, async (git) => {
    if (sight.scope.kind !== "turn") return readPicture(git, blob)
    const turn = await findTurn(git, sight.scope.turn, loop.record.id)
    return turn.kind === "turn" ? readPicture(turn.git, blob) : undefined
  })
  if (found && "content" in found)
    return new Response(found.content, { headers: { ...alone, "content-type": found.type } })
  if (found?.kind === "not-placed") return showUnplaced(doing, visit, found)
  return doing.showProblem({ status: 404, code: "no-such-file" }, request)
}
