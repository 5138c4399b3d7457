/** What previews show, put into a loop's working folder by the test, and started there by its agent. */
import { cp, readdir, stat } from "node:fs/promises"
import { dirname, join } from "node:path"
import type { Page } from "playwright-core"
import type { Server } from "./harness.ts"
import { send, settled } from "./steps.ts"

/** The executable is also a JavaScript runtime, and every sandbox has it. */
const run = "BUN_BE_BUN=1 /opt/loopat/bin/loopat"
const packages = join(import.meta.dir, "../../node_modules")

export interface Place {
  /** The loop's page. */
  path: string
  workdir: string
}

export function placeOf(server: Server, page: Page): Place {
  const [, id = ""] = /\/loops\/([0-9a-f-]{36})/.exec(page.url()) ?? []
  return { path: `/loops/${id}`, workdir: join(server.home, "loops", id, "workdir") }
}

/** A package and all it needs, as an installer inside would have put them there. */
export async function installInside({ workdir }: Place, name: string): Promise<void> {
  const wanted = [name]
  for (const one of wanted) {
    const from = join(packages, one)
    const described: Partial<Record<"dependencies" | "optionalDependencies", object>> = await Bun.file(
      join(from, "package.json"),
    ).json()
    const needed = Object.keys({ ...described.dependencies, ...described.optionalDependencies })
    for (const next of needed) if (!wanted.includes(next) && (await isThere(join(packages, next)))) wanted.push(next)
    await cp(from, join(workdir, "node_modules", one), { recursive: true })
  }
  await giveAway(workdir, join(workdir, "node_modules"))
}

const isThere = async (path: string) => (await readdir(path).catch(() => [])).length > 0

/** To whoever the working folder belongs to. */
async function giveAway(workdir: string, path: string): Promise<void> {
  const { uid, gid } = await stat(workdir)
  Bun.spawnSync(["chown", "-R", `${uid}:${gid}`, path])
}

export async function putInside({ workdir }: Place, name: string, text: string): Promise<void> {
  const path = join(workdir, name)
  await Bun.write(path, text)
  await giveAway(workdir, dirname(path) === workdir ? path : dirname(path))
}

/** Has the agent start a program that goes on when its turn is over; `turns` counts that one too. */
export async function startInside(
  page: Page,
  { path }: Place,
  { script, turns }: { script: string; turns: number },
): Promise<void> {
  await page.goto(path)
  await send(
    page,
    `#bash setsid nohup env ${run} ${script} > ${script.split(/\W/)[0]}.log 2>&1 < /dev/null & sleep 0.2; echo started`,
  )
  await settled(page, turns)
}
