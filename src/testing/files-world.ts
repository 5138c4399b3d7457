import { Elysia } from "elysia"
import { createKeeping } from "../changes/index.ts"
import { createFiles } from "../files/index.ts"
import { systemClock, systemIds } from "../platform/clock.ts"
import { linkedLoop } from "./linked-loop.ts"
import { person } from "./loops.ts"

/** The pages of files of a loop of alice, whose working folder is empty. */
export async function filesWorld() {
  const linked = await linkedLoop()
  const { world, box, rights, background, workbench, visitors, loop, watched, write, folder } = linked
  const files = createFiles({
    ...{ loops: world.loops, workbench, rights, background },
    ...{ clock: systemClock, showProblem: world.needs.showProblem, editor: { script: "/editor.js" } },
    keeping: createKeeping({ clock: systemClock, ids: systemIds, loops: world.loops }),
  })
  const app = new Elysia({ systemRouter: false }).onRequest(({ request }) => visitors.admit(request)).use(files.routes)
  return {
    ...{ box, loop, watched, write, folder },
    alice: visitors.as(app, person("alice")),
    /** May look into the loop. */
    bob: visitors.as(app, person("bob")),
    [Symbol.asyncDispose]: () => linked[Symbol.asyncDispose](),
  }
}
