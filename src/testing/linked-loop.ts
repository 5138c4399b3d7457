import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { createBackground } from "../platform/background.ts"
import { createLiveRights } from "../platform/http/live-rights.ts"
import { silentLog } from "../platform/log.ts"
import type { Box } from "../sandbox/index.ts"
import { knownVisitors } from "./known-visitors.ts"
import { linkWorkbench } from "./link-workbench.ts"
import { linkWorld } from "./link-world.ts"
import { loopPages } from "./loop-pages.tsx"
import { person } from "./loops.ts"

/** A loop of alice over a link to a guest in this process, and what pages of it need. */
export async function linkedLoop() {
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
  const visitors = knownVisitors()
  const created = await world.loops.create({ clientId: "c" }, person("alice"))
  if (created.kind !== "created") throw new Error(created.kind)
  await world.told("loop.ready", created.loop)
  return {
    ...{ world, rights, background, box, visitors, loop: created.loop, workbench: linkWorkbench(world, box) },
    /** What the guest's roots lie in. */
    folder: link.folder,
    /** How many folders are watched so far. */
    watched: () => watched,
    write: (name: string, text: string) => writeFile(join(link.folder, "workdir", name), text),
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
