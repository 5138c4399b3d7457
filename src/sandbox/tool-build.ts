import script from "../../sandbox/tools.sh" with { type: "text" }
import { id8 } from "../lib/ids.ts"
import { bestEffort } from "../platform/log.ts"
import { createToolsContainer, createToolsCopy, startContainer, stopContainer } from "./args.ts"
import { type Containers, removeContainer } from "./containers.ts"
import type { SandboxNeeds } from "./needs.ts"
import type { PodmanHost } from "./podman-host.ts"
import { commitTools, copyTools, installTools } from "./tool-commands.ts"
import type { ToolsProgress } from "./tool-progress.ts"
import type { ToolRecipe } from "./tool-chain.ts"

/** Podman and the image that tools come on top of. */
export interface ToolsBase {
  podman: PodmanHost
  image: string
  /** Podman's id of that image. */
  imageId: string
}

export interface BuildNeeds extends Pick<SandboxNeeds, "processes" | "clock" | "log" | "workspace" | "settings"> {
  containers: Pick<Containers, "fence">
  /** The seccomp profile that containers get, once it lies there. */
  seccomp(podman: PodmanHost): Promise<string | undefined>
  blockedRanges(): string[]
  /** Ends what takes long. */
  signal: AbortSignal
}

export interface ToolsBuild {
  base: ToolsBase
  recipe: ToolRecipe
  tag: string
  /** Whether loops of this workspace may reach the internet: a build reaches no more than they do. */
  mayDownload: boolean
}

/** The container that a tag is made in. */
export const buildName = (workspace: SandboxNeeds["workspace"], tag: string): string =>
  `loopat-${id8(workspace)}-tools-${tag.split(":").at(-1) ?? ""}`

/** The one that its tools are copied into. */
export const copyName = (name: string): string => `${name}-copy`

/** Makes the image. Throws when that does not work; then nothing is tagged and nothing is left. */
export async function buildTools(needs: BuildNeeds, build: ToolsBuild, progress: ToolsProgress): Promise<void> {
  const { processes, settings, workspace, clock, log, signal } = needs
  const { base, recipe, tag } = build
  const { ids, limits, openNetwork } = base.podman
  const name = buildName(workspace, tag)
  const network = build.mayDownload && openNetwork.kind === "usable" ? openNetwork.by : "none"
  const program = settings.podman
  const copy = copyName(name)
  try {
    progress.step("begin")
    const seccomp = await needs.seccomp(base.podman)
    await removeContainer(processes, program, name)
    const container = { name, workspace, base: base.image, ids, limits, network, ...(seccomp && { seccomp }) }
    await processes.run(createToolsContainer(program, container), { signal })
    await processes.run(startContainer(program, name), { signal })
    await needs.containers.fence({ name, network }, needs.blockedRanges(), base.podman)
    await processes.run(installTools(program, { ...recipe, name, script }), {
      signal,
      onOutput: (piece) => progress.output(piece),
    })
    progress.step("store")
    // Nothing of it may write while its files become an image.
    await processes.run(stopContainer(program, name, 0))
    await removeContainer(processes, program, copy)
    await processes.run(createToolsCopy(program, { name: copy, workspace, base: base.image }))
    await processes.run(copyTools(program, name, copy), { signal })
    const took = clock.now() - progress.run.startedAt
    await processes.run(
      commitTools(program, { name: copy, tag, base: base.image, took, versions: progress.versions }),
      { signal },
    )
  } finally {
    for (const one of [name, copy])
      await bestEffort(log, "remove the container of a tool chain", () => removeContainer(processes, program, one))
  }
}
