import { Elysia } from "elysia"
import { createChanges } from "../changes/index.ts"
import { systemClock, systemIds } from "../platform/clock.ts"
import { linkedLoop } from "./linked-loop.ts"
import { person } from "./loops.ts"

type Sent = Parameters<Parameters<typeof createChanges>[0]["send"]>[1]

/** The pages of changes of a loop of alice, with one new file. */
export async function changesWorld() {
  const linked = await linkedLoop()
  const { world, box, rights, background, workbench, visitors, loop, watched, write, folder } = linked
  const place: { away?: "no-place" } = {}
  const agent = { sent: [] as Sent[], most: 1_000 }
  const changes = createChanges({
    ...{ loops: world.loops, rights, background },
    workbench: {
      ...workbench,
      write: async (of, work) => (place.away ? { kind: "not-placed", why: place.away } : workbench.write(of, work)),
    },
    ...{ clock: systemClock, ids: systemIds, disk: world.disk, showProblem: world.needs.showProblem },
    async send(_, message) {
      if (message.text.length > agent.most) return { kind: "too-long", most: agent.most }
      agent.sent.push(message)
      return { kind: "accepted" }
    },
  })
  await box.capture({ argv: ["git", "init", "-q"] })
  await write("new.txt", "one\n")
  const app = new Elysia({ systemRouter: false })
    .onRequest(({ request }) => visitors.admit(request))
    .use(changes.routes)
  return {
    ...{ agent, box, loop, write, folder },
    /** Set: no sandbox can be started for now. */
    place,
    /** How many folders are watched: the first look of a page's stream ends with that. */
    watched,
    alice: visitors.as(app, person("alice")),
    /** May look into the loop. */
    bob: visitors.as(app, person("bob")),
    [Symbol.asyncDispose]: () => linked[Symbol.asyncDispose](),
  }
}
