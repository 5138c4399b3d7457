import { join } from "node:path"
import { z } from "zod"
import { id8, type WorkspaceId } from "../lib/ids.ts"
import type { Clock } from "../platform/clock.ts"
import type { Disk } from "../platform/disk/disk.ts"
import { bestEffort, type Log } from "../platform/log.ts"
import { CommandFailed, lastLine } from "../platform/process/command.ts"
import type { Processes } from "../platform/process/processes.ts"
import * as podman from "./args.ts"
import { removeContainer } from "./containers.ts"
import type { SandboxHealth } from "./contract.ts"
import type { SandboxSettings } from "./needs.ts"
import type { PodmanHost } from "./podman-host.ts"
import { baseTag, hostPackages, scripts, type Source, sourcesOf } from "./recipe.ts"
import { writeShared } from "./shared-file.ts"

export type ImageHealth = SandboxHealth["image"]
export type ImageOutcome = { kind: "ready"; tag: string } | { kind: "failed"; detail: string; remedy: string }

export interface ImageNeeds {
  processes: Processes
  disk: Disk
  clock: Clock
  log: Log
  workspace: WorkspaceId
  runtimeFolder: string
  settings: SandboxSettings
  server: { uid: number; gid: number }
  tell(health: ImageHealth): void
}

const pullMs = 20_000
const logLines = 200
const lineLength = 400

/** Makes sure that the base image is there. Runs once at a time; the caller shares its promise. */
export async function ensureImage(needs: ImageNeeds, host: PodmanHost): Promise<ImageOutcome> {
  const progress = createProgress(needs)
  const { settings } = needs
  try {
    if (settings.givenImage) return await useGiven(needs, settings.givenImage, progress)
    const sources = sourcesOf(settings.baseImage)
    const there = await existingTags(needs)
    for (const source of sources) {
      const tag = baseTag(needs.workspace, source)
      if (there.has(tag)) return progress.ready(source.kind, tag)
    }
    return await buildFirst({ ...needs, host, progress }, sources)
  } catch (error) {
    return progress.failed(reasonOf(error))
  }
}

/** Tags of base images of this workspace that podman has. */
export async function existingTags({
  processes,
  settings,
  workspace,
}: Pick<ImageNeeds, "processes" | "settings" | "workspace">): Promise<Set<string>> {
  const { text } = await processes.run(podman.listImages(settings.podman, workspace))
  const images = z.array(z.object({ Names: z.array(z.string()).nullish() })).parse(JSON.parse(text || "[]"))
  return new Set(images.flatMap(({ Names }) => Names ?? []))
}

async function useGiven(needs: ImageNeeds, image: string, progress: Progress): Promise<ImageOutcome> {
  const { processes, settings } = needs
  const { code } = await processes.run(podman.imageExists(settings.podman, image))
  if (code !== 0) {
    progress.step(`getting ${image}`)
    await processes.run(podman.pullImage(settings.podman, image, 10 * 60_000))
  }
  return progress.ready("given", image)
}

/** One run of making an image. */
interface Building extends ImageNeeds {
  host: PodmanHost
  progress: Progress
}

async function buildFirst(building: Building, sources: Source[]): Promise<ImageOutcome> {
  const { progress, log } = building
  let why = "no source for a base image is configured"
  for (const source of sources) {
    try {
      return progress.ready(source.kind, await build(building, source))
    } catch (error) {
      if (!(error instanceof CommandFailed)) throw error
      why = reasonOf(error)
      progress.line(`${source.kind}: ${why}`)
      log.info("a source of the base image did not work", { source: source.kind, why })
    }
  }
  return progress.failed(why)
}

async function build(building: Building, source: Source): Promise<string> {
  const { processes, disk, settings, workspace, host, progress, log } = building
  const { podman: program } = settings
  const tag = baseTag(workspace, source)
  const folder = join(building.runtimeFolder, "image-build")
  const name = `loopat-${id8(workspace)}-image-build`
  await disk.remove(folder)
  await disk.makeFolder(folder, 0o700)
  try {
    await writeShared(building, join(folder, "setup.sh"), scripts.setup)
    const base = await obtain(building, source, folder)
    if (host.ids.kind === "range") await disk.own(folder, { uid: host.ids.base, gid: host.ids.base }, 0o700)
    await removeContainer(processes, program, name)
    await processes.run(podman.createBuild(program, { name, workspace, base, folder, ...conditions(host, source) }))
    await processes.run(podman.runBuild(program, name), { onOutput: progress.output })
    progress.step("storing the image")
    await processes.run(podman.importBase(program, { tar: join(folder, "root.tar"), tag, workspace }))
    return tag
  } finally {
    await bestEffort(log, "remove the build container", () => removeContainer(processes, program, name))
    if (source.kind !== "registry") await bestEffort(log, "remove the source image", () => dropSource(building))
    await disk.remove(folder)
  }
}

/** An image of a registry is only a start: its packages come through apt. The other sources bring theirs. */
function conditions({ ids, limits, openNetwork }: PodmanHost, source: Source) {
  if (source.kind !== "registry") return { ids, limits, network: "none", packages: "present" } as const
  return { ids, limits, network: openNetwork.kind === "usable" ? openNetwork.by : "none", packages: "install" } as const
}

const sourceTag = (workspace: WorkspaceId) => `localhost/loopat-${id8(workspace)}-source:latest`

async function dropSource({ processes, settings, workspace }: ImageNeeds): Promise<void> {
  const tag = sourceTag(workspace)
  const { code } = await processes.run(podman.imageExists(settings.podman, tag))
  if (code === 0) await processes.run(podman.removeImage(settings.podman, tag))
}

/** Gets the source into podman's store and returns its name there. */
async function obtain(building: Building, source: Source, folder: string): Promise<string> {
  const { processes, settings, progress } = building
  if (source.kind === "registry") {
    progress.step(`getting ${source.image}`)
    await processes.run(podman.pullImage(settings.podman, source.image, pullMs))
    return source.image
  }
  const tag = sourceTag(building.workspace)
  const tar = source.kind === "file" ? source.tar : join(folder, "source.tar")
  if (source.kind !== "file") {
    progress.step(source.kind === "host" ? "collecting this machine's packages" : "getting packages from the mirror")
    await processes.run(rootfs(source, tar), { onOutput: progress.output })
  }
  progress.step("unpacking")
  await processes.run(podman.importSource(settings.podman, tar, tag))
  return tag
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

const reasonOf = (error: unknown) => {
  if (error instanceof CommandFailed) return lastLine(error.stderr) || error.message
  return error instanceof Error ? error.message : String(error)
}

interface Progress {
  step(text: string): void
  line(text: string): void
  output(piece: Uint8Array): void
  ready(source: string, tag: string): ImageOutcome
  failed(detail: string): ImageOutcome
}

/** Turns output into steps and a bounded log, and tells every change. */
function createProgress({ clock, tell, log }: ImageNeeds): Progress {
  let health: ImageHealth = { state: "building", startedAt: clock.now(), log: [] }
  let rest = ""
  const set = (change: Partial<ImageHealth>) => {
    health = { ...health, ...change }
    tell(health)
  }
  const line = (text: string) => set({ log: [...health.log, text.slice(0, lineLength)].slice(-logLines) })
  const step = (text: string) => {
    set({ step: text })
    line(text)
  }
  return {
    step,
    line,
    output(piece) {
      const lines = (rest + new TextDecoder().decode(piece)).split("\n")
      rest = (lines.pop() ?? "").slice(-lineLength)
      for (const one of lines) {
        if (one.startsWith("loopat-step: ")) step(one.slice("loopat-step: ".length))
        else if (one.trim() !== "") line(one)
      }
    },
    ready(source, tag) {
      log.info("the base image is ready", { source, tag })
      set({ state: "ready", source, tag, step: undefined, detail: source === "host" ? reduced : undefined })
      return { kind: "ready", tag }
    },
    failed(detail) {
      log.warn("there is no base image", { detail })
      set({ state: "failed", detail, remedy, step: undefined })
      return { kind: "failed", detail, remedy }
    },
  }
}

const reduced =
  "Made from this machine's own packages; compilers and further tools come with `sudo apt-get install` inside."
const remedy =
  "Give this machine access to an image registry or an apt mirror, or set `sandbox.baseImage` to `file:<tar>`, then restart."
