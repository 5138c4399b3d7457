import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { Elysia } from "elysia"
import { createChanges } from "../changes/index.ts"
import { createBackground } from "../platform/background.ts"
import { systemClock, systemIds } from "../platform/clock.ts"
import { createLiveRights } from "../platform/http/live-rights.ts"
import { silentLog } from "../platform/log.ts"
import type { Box } from "../sandbox/index.ts"
import { knownVisitors } from "./known-visitors.ts"
import { linkWorkbench } from "./link-workbench.ts"
import { linkWorld } from "./link-world.ts"
import { loopPages } from "./loop-pages.tsx"
import { person } from "./loops.ts"

type Sent = Parameters<Parameters<typeof createChanges>[0]["send"]>[1]

/** The pages of changes of a loop of alice, with one new file, over a link to a guest in this process. */
export async function changesWorld() {
  const link = await linkWorld()
  const world = await loopPages()
  const background = createBackground(silentLog)
  const rights = createLiveRights({ clock: world.clock, log: silentLog, isAlive: () => true })
  let watched = 0
  const guest = startingAnywhere((await link.guest()).box)
  const watch: Box["files"]["watch"] = async (...folder) => {
    const opened = await guest.files.watch(...folder)
    watched++
    return opened
  }
  const box = { ...guest, files: { ...guest.files, watch } }
  const agent = { sent: [] as Sent[], most: 1_000 }
  const changes = createChanges({
    ...{ loops: world.loops, workbench: linkWorkbench(world, box), rights, background },
    ...{ clock: systemClock, ids: systemIds, disk: world.disk, showProblem: world.needs.showProblem },
    async send(_, message) {
      if (message.text.length > agent.most) return { kind: "too-long", most: agent.most }
      agent.sent.push(message)
      return { kind: "accepted" }
    },
  })
  const visitors = knownVisitors()
  const app = new Elysia({ systemRouter: false })
    .onRequest(({ request }) => visitors.admit(request))
    .use(changes.routes)
  const created = await world.loops.create({ clientId: "c" }, person("alice"))
  if (created.kind !== "created") throw new Error(created.kind)
  await world.told("loop.ready", created.loop)
  await box.capture({ argv: ["git", "init", "-q"] })
  await writeFile(join(link.folder, "workdir", "new.txt"), "one\n")
  return {
    agent,
    loop: created.loop,
    /** How many folders are watched: the first look of a page's stream ends with that. */
    watched: () => watched,
    write: (name: string, text: string) => writeFile(join(link.folder, "workdir", name), text),
    alice: visitors.as(app, person("alice")),
    async [Symbol.asyncDispose]() {
      rights[Symbol.dispose]()
      await background[Symbol.asyncDispose]()
      await world[Symbol.asyncDispose]()
      await link[Symbol.asyncDispose]()
    },
  }
}

/** Here there is no folder of the name that every sandbox has: programs start in the guest's working folder. */
const startingAnywhere = (box: Box): Box => ({ ...box, run: ({ cwd: _, ...program }) => box.run(program) })
