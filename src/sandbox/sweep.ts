import { bestEffort } from "../platform/log.ts"
import { removeImage } from "./args.ts"
import { type Containers, removeContainer } from "./containers.ts"
import { type FoundImage, imagesOf } from "./image.ts"
import type { SandboxNeeds } from "./needs.ts"
import type { Preparing } from "./preparation.ts"
import { buildName, copyName } from "./tool-build.ts"
import type { ToolImages } from "./tool-images.ts"

export interface SweepNeeds extends Pick<SandboxNeeds, "processes" | "settings" | "workspace" | "clock" | "log"> {
  containers: Pick<Containers, "listAll">
  preparing: Pick<Preparing, "health">
  tools: Pick<ToolImages, "making" | "memory" | "forgetImages">
}

/** Images with tools that no loop has used for so long are removed. */
const unusedToolsMs = 30 * 24 * 3_600_000

/** Removes images of this workspace that nothing uses any more, and what a build left that was cut off. */
export async function sweepImages(needs: SweepNeeds): Promise<void> {
  const { image: base } = needs.preparing.health()
  if (base.state !== "ready") return
  const { boxes, builds } = await needs.containers.listAll()
  await removeLeftovers(needs, builds)
  const used = new Set(boxes.map(({ image }) => image))
  const all = await imagesOf(needs)
  const old = await oldTools(needs, all, used)
  for (const image of old) await remove(needs, image)
  if (old.length > 0) await needs.tools.forgetImages(old)
  const left = all.filter(({ kind, tags }) => kind === "tools" && !tags.some((tag) => old.includes(tag)))
  const below = new Set(left.map((image) => image.base))
  for (const image of all.filter(({ kind }) => kind === "base").flatMap(({ tags }) => tags))
    if (image !== base.tag && !used.has(image) && !below.has(image)) await remove(needs, image)
}

async function oldTools(
  { clock, tools }: SweepNeeds,
  all: readonly FoundImage[],
  inUse: ReadonlySet<string>,
): Promise<string[]> {
  const { used } = await tools.memory.read()
  const making = tools.making()
  const isOld = (tag: string, madeAt: number) =>
    !inUse.has(tag) && !making.has(tag) && clock.now() - Math.max(used[tag] ?? 0, madeAt) > unusedToolsMs
  return all
    .filter(({ kind }) => kind === "tools")
    .flatMap(({ tags, madeAt }) => tags.filter((tag) => isOld(tag, madeAt)))
}

/** Podman itself removes no image that a container is made of. */
async function remove({ processes, settings, log }: SweepNeeds, image: string): Promise<void> {
  await bestEffort(log, "remove an unused image", async () => {
    await processes.run(removeImage(settings.podman, image))
    log.info("an unused image was removed", { image })
  })
}

async function removeLeftovers(
  { processes, settings, workspace, tools, log }: SweepNeeds,
  builds: readonly string[],
): Promise<void> {
  const busy = new Set(
    [...tools.making()].map((tag) => buildName(workspace, tag)).flatMap((name) => [name, copyName(name)]),
  )
  for (const name of builds.filter((one) => !busy.has(one)))
    await bestEffort(log, "remove a build that was cut off", () => removeContainer(processes, settings.podman, name))
}
