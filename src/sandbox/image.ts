import { join } from "node:path"
import { z } from "zod"
import type { WorkspaceId } from "../lib/ids.ts"
import type { Clock } from "../platform/clock.ts"
import type { Disk } from "../platform/disk/disk.ts"
import { bestEffort, type Log } from "../platform/log.ts"
import type { Processes } from "../platform/process/processes.ts"
import * as podman from "./args.ts"
import type { ImageFault, ImageHealth } from "./contract.ts"
import { buildImage } from "./image-build.ts"
import { imageFault } from "./image-fault.ts"
import { ImageProgress, type MadeImage } from "./image-progress.ts"
import { fetchMise } from "./mise.ts"
import type { SandboxSettings } from "./needs.ts"
import type { PodmanHost } from "./podman-host.ts"
import { baseTag, type MisePin, type Source, sourcesOf } from "./recipe.ts"

export type ImageOutcome = { kind: "ready"; tag: string; id: string } | { kind: "failed"; fault: ImageFault }

export interface ImageNeeds {
  processes: Processes
  disk: Disk
  clock: Clock
  log: Log
  workspace: WorkspaceId
  runtimeFolder: string
  settings: SandboxSettings
  baseImage: string
  server: { uid: number; gid: number; executable: string }
  /** The tool-chain installer that belongs into the image. */
  mise: MisePin | undefined
  /** Ends what takes long; what was begun is cleared away all the same. */
  signal: AbortSignal
  tell(health: ImageHealth): void
}

/** Makes sure that the base image is there. Runs once at a time; the caller shares its promise. */
export async function ensureImage(needs: ImageNeeds, host: PodmanHost): Promise<ImageOutcome> {
  const progress = new ImageProgress(needs)
  const { settings } = needs
  try {
    if (settings.givenImage) return await useGiven(needs, settings.givenImage, progress)
    const sources = sourcesOf(needs.baseImage)
    const images = await baseImages(needs)
    const there = firstOf(sources, images, needs)
    if (there) return ready(progress, there.image, there.source)
    return await buildFirst({ needs, host, progress, images }, sources)
  } catch (error) {
    return failed(progress, imageFault(error))
  }
}

function ready(progress: ImageProgress, { tag, id, madeAt, took }: MadeImage, source: Source): ImageOutcome {
  const known = { ...(id && { id }), ...(madeAt !== undefined && { madeAt }), ...(took !== undefined && { took }) }
  progress.ready({ tag, ...known }, source)
  return { kind: "ready", tag, id: id ?? tag }
}

function failed(progress: ImageProgress, fault: ImageFault): ImageOutcome {
  progress.failed(fault)
  return { kind: "failed", fault }
}

export interface FoundImage {
  kind: "base" | "tools"
  id: string
  tags: readonly string[]
  madeAt: number
  /** How it was made; undefined for one that is older than these labels. */
  source?: string
  took?: number
  /** Of one with tools: what it stands on. */
  base?: string
}

const Listed = z.array(
  z.object({
    Id: z.string(),
    Names: z.array(z.string()).nullish(),
    /** Seconds since the epoch. */
    Created: z.number().default(0),
    Labels: z.record(z.string(), z.string()).nullish(),
  }),
)

type Asking = Pick<ImageNeeds, "processes" | "settings" | "workspace">

interface ThereImage {
  image: MadeImage
  source: Source
}

/** The base image that is there and would be used as it is; nothing is built or asked from a network. */
export async function findImage(
  asking: Asking & Pick<ImageNeeds, "baseImage" | "mise">,
): Promise<ThereImage | undefined> {
  const { givenImage } = asking.settings
  if (!givenImage) return firstOf(sourcesOf(asking.baseImage), await baseImages(asking), asking)
  const there = await inspectGiven(asking, givenImage)
  return there && { image: { ...there, tag: givenImage }, source: { kind: "given", image: givenImage } }
}

function firstOf(
  sources: readonly Source[],
  images: readonly FoundImage[],
  { workspace, mise }: Pick<ImageNeeds, "workspace" | "mise">,
): ThereImage | undefined {
  for (const source of sources) {
    const tag = baseTag(workspace, source, mise)
    const there = images.find(({ tags }) => tags.includes(tag))
    if (there) return { image: { ...there, tag }, source }
  }
  return undefined
}

/** The base images of this workspace that podman has, the newest first. */
const baseImages = async (asking: Asking): Promise<FoundImage[]> =>
  (await imagesOf(asking)).filter(({ kind }) => kind === "base")

/** All images of this workspace, the newest first. */
export async function imagesOf({ processes, settings, workspace }: Asking): Promise<FoundImage[]> {
  const { text } = await processes.run(podman.listImages(settings.podman, workspace))
  return Listed.parse(JSON.parse(text || "[]"))
    .map(({ Id, Names, Created, Labels }) => {
      const [source, took, base] = [Labels?.["loopat.source"], Number(Labels?.["loopat.took"]), Labels?.["loopat.base"]]
      const made = { ...(source && { source }), ...(took > 0 && { took }), ...(base && { base }) }
      const kind = Labels?.["loopat.image"] === "tools" ? ("tools" as const) : ("base" as const)
      return { kind, id: Id, tags: Names ?? [], madeAt: Created * 1_000, ...made }
    })
    .sort((a, b) => b.madeAt - a.madeAt)
}

const Inspected = z.array(z.object({ Id: z.string(), Created: z.string().optional() })).min(1)

async function useGiven(needs: ImageNeeds, image: string, progress: ImageProgress): Promise<ImageOutcome> {
  const { processes, settings } = needs
  const source: Source = { kind: "given", image }
  const there = await inspectGiven(needs, image)
  if (there) return ready(progress, { ...there, tag: image }, source)
  progress.source(source)
  progress.step("get")
  try {
    await processes.run(podman.pullImage(settings.podman, image, 10 * 60_000), { signal: needs.signal })
  } catch (error) {
    progress.missed(imageFault(error))
    return failed(progress, imageFault(error))
  }
  return ready(progress, { ...(await inspectGiven(needs, image)), tag: image }, source)
}

async function inspectGiven({ processes, settings }: Pick<ImageNeeds, "processes" | "settings">, image: string) {
  const { code, text } = await processes.run(podman.inspectImage(settings.podman, image))
  const [found] = code === 0 ? Inspected.parse(JSON.parse(text)) : []
  return found && { id: found.Id, ...(found.Created && { madeAt: Date.parse(found.Created) }) }
}

interface Trying {
  needs: ImageNeeds
  host: PodmanHost
  progress: ImageProgress
  /** What earlier builds left, newest first. */
  images: readonly FoundImage[]
}

async function buildFirst({ needs, host, progress, images }: Trying, sources: Source[]): Promise<ImageOutcome> {
  const { disk, log, clock } = needs
  const folder = join(needs.runtimeFolder, "image-tools")
  const stop = new AbortController()
  const signal = AbortSignal.any([needs.signal, stop.signal])
  // Not awaited here: it comes over the network while the first source does.
  const mise = fetchMise({ ...needs, executable: needs.server.executable, folder, signal }, needs.mise)
  let fault: ImageFault = { code: "other", detail: "no source for a base image is configured" }
  try {
    for (const source of sources) {
      const began = clock.now()
      progress.source(source, images.find((image) => image.source === source.kind)?.took)
      try {
        const made = await buildImage({ ...needs, host, progress, pin: needs.mise, mise, began }, source)
        return ready(progress, { ...made, madeAt: clock.now(), took: clock.now() - began }, source)
      } catch (error) {
        fault = imageFault(error)
        progress.missed(fault)
        if (needs.signal.aborted) break
      }
    }
    return failed(progress, fault)
  } finally {
    stop.abort()
    await mise
    await bestEffort(log, "remove what was fetched for an image", () => disk.remove(folder))
  }
}
