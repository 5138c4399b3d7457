import { join } from "node:path"
import { id8, type WorkspaceId } from "../lib/ids.ts"
import { bestEffort } from "../platform/log.ts"
import * as podman from "./args.ts"
import { removeContainer } from "./containers.ts"
import type { ImageNeeds } from "./image.ts"
import type { ImageProgress } from "./image-progress.ts"
import type { FetchedMise } from "./mise.ts"
import type { PodmanHost } from "./podman-host.ts"
import { baseTag, hostPackages, type MisePin, scripts, type Source } from "./recipe.ts"
import { writeShared } from "./shared-file.ts"

/** One run of making an image. */
export interface Building extends Omit<ImageNeeds, "mise"> {
  host: PodmanHost
  progress: ImageProgress
  pin: MisePin | undefined
  /** The pinned installer, perhaps still on its way. */
  mise: Promise<FetchedMise>
  /** When this source was begun. */
  began: number
}

const pullMs = 20_000

/** Makes the image out of one source. Throws when that does not work; then nothing is tagged. */
export async function buildImage(building: Building, source: Source): Promise<{ tag: string; id: string }> {
  const { processes, disk, settings, workspace, host, log } = building
  const { podman: program } = settings
  const folder = join(building.runtimeFolder, "image-build")
  const name = `loopat-${id8(workspace)}-image-build`
  await disk.remove(folder)
  await disk.makeFolder(folder, 0o700)
  try {
    await writeShared(building, join(folder, "setup.sh"), scripts.setup)
    const base = await obtain(building, source, folder)
    const mise = await addMise(building, folder)
    if (host.ids.kind === "range") await disk.own(folder, { uid: host.ids.base, gid: host.ids.base }, 0o700)
    await removeContainer(processes, program, name)
    const build = { name, workspace, base, folder, ...(mise && { mise }), ...conditions(host, source) }
    await processes.run(podman.createBuild(program, build))
    await processes.run(podman.runBuild(program, name), followed(building))
    building.progress.step("store")
    return await store(building, source, join(folder, "root.tar"))
  } finally {
    await bestEffort(log, "remove the build container", () => removeContainer(processes, program, name))
    if (source.kind !== "registry") await bestEffort(log, "remove the source image", () => dropSource(building))
    await disk.remove(folder)
  }
}

/** What it prints is progress; a server that stops ends it. */
const followed = ({ progress, signal }: Building) => ({
  signal,
  onOutput: (piece: Uint8Array) => progress.output(piece),
})

async function store(building: Building, source: Source, tar: string): Promise<{ tag: string; id: string }> {
  const { processes, settings, workspace, clock, pin } = building
  const tag = baseTag(workspace, source, pin)
  const took = clock.now() - building.began
  const { text } = await processes.run(
    podman.importBase(settings.podman, { tar, tag, workspace, source: source.kind, took }),
  )
  return { tag, id: text.trim() }
}

/** An image of a registry is only a start: its packages come through apt. The other sources bring theirs. */
function conditions({ ids, limits, openNetwork }: PodmanHost, source: Source) {
  if (source.kind !== "registry") return { ids, limits, network: "none", packages: "present" } as const
  return { ids, limits, network: openNetwork.kind === "usable" ? openNetwork.by : "none", packages: "install" } as const
}

const sourceTag = (workspace: WorkspaceId) => `localhost/loopat-${id8(workspace)}-source:latest`

async function dropSource({ processes, settings, workspace }: Building): Promise<void> {
  const tag = sourceTag(workspace)
  const { code } = await processes.run(podman.inspectImage(settings.podman, tag))
  if (code === 0) await processes.run(podman.removeImage(settings.podman, tag))
}

/** Gets the source into podman's store and returns its name there. */
async function obtain(building: Building, source: Source, folder: string): Promise<string> {
  const { processes, settings, progress } = building
  if (source.kind === "registry" || source.kind === "given") {
    progress.step("get")
    // What somebody has loaded by hand is as good, and asks no registry.
    const { code } = await processes.run(podman.inspectImage(settings.podman, source.image))
    if (code !== 0) await processes.run(podman.pullImage(settings.podman, source.image, pullMs), followed(building))
    return source.image
  }
  const tag = sourceTag(building.workspace)
  const tar = source.kind === "file" ? source.tar : join(folder, "source.tar")
  if (source.kind !== "file") {
    progress.step("collect")
    await processes.run(rootfs(source, tar), followed(building))
  }
  progress.step("unpack")
  await processes.run(podman.importSource(settings.podman, tar, tag))
  return tag
}

/** Lays the installer where the recipe looks for it, and returns the checksum that it must have there. */
async function addMise({ processes, progress, pin, ...building }: Building, folder: string) {
  const mise = await building.mise
  if (mise.kind === "absent") progress.line(`mise is left out, so there will be no tool chains: ${mise.why}`)
  if (mise.kind === "absent" || !pin) return undefined
  await processes.run({ argv: ["cp", "--reflink=auto", "--", mise.path, join(folder, "mise")], timeoutMs: 60_000 })
  return pin.sha256
}

function rootfs(source: Extract<Source, { kind: "mirror" | "host" }>, tar: string) {
  const given = source.kind === "mirror" && source.suite && source.url ? [source.suite, source.url] : []
  const rest = source.kind === "host" ? hostPackages : given
  return {
    argv: ["bash", "-s", "--", tar, ...rest] as const,
    stdin: source.kind === "host" ? scripts.fromHost : scripts.fromMirror,
    timeoutMs: 15 * 60_000,
    maxOutput: 16 << 20,
  }
}
