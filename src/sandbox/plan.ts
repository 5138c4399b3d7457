import { join } from "node:path"
import { id8, type LoopId, type WorkspaceId } from "../lib/ids.ts"
import { planArguments } from "./args.ts"
import type { ContainerLimits, ContainerPlan, Hardening, Network } from "./container.ts"
import type { SandboxSpec } from "./contract.ts"
import { contextObjects, inside } from "./environment.ts"
import type { Mount } from "./mounts.ts"
import type { SandboxHost, SandboxSettings } from "./needs.ts"
import type { OpenNetwork, PodmanHost } from "./podman-host.ts"
import { forNesting, seccompFile } from "./seccomp.ts"

export interface PlanNeeds {
  workspace: WorkspaceId
  runtimeFolder: string
  settings: SandboxSettings
  server: SandboxHost
  podman: PodmanHost
  image: string
  claude: string
  /** What `mise` reads inside; absent: it reads what the image holds. */
  config?: string
  /** Folder of the loop's sockets. */
  sockets: string
}

export const containerName = (workspace: WorkspaceId, loop: LoopId): string => `loopat-${id8(workspace)}-${loop}`
const inspectionName = (workspace: WorkspaceId, loop: LoopId): string => `loopat-${id8(workspace)}-look-${loop}`
export const hostsFile = (sockets: string): string => join(sockets, "hosts")
export const gitConfigFile = (sockets: string): string => join(sockets, "gitconfig")
export const toolConfigFile = (sockets: string): string => join(sockets, "mise.toml")
export const managedSettingsFile = (runtimeFolder: string): string => join(runtimeFolder, "managed-settings.json")
export const pluginFolder = (runtimeFolder: string): string => join(runtimeFolder, "plugins", "loopat")
export const hostname = (loop: LoopId): string => `loop-${id8(loop)}`

export function networkFor(spec: SandboxSpec, { openNetwork }: PodmanHost): OpenNetwork {
  // The way out of an allow-list is a socket that the server listens on; the network itself is none.
  return spec.network === "open" ? openNetwork : { kind: "usable", by: "none" }
}

/** What a loop's container is, from what the loop is and what the host can. */
export function planContainer(spec: SandboxSpec, network: Network, needs: PlanNeeds): ContainerPlan {
  const { settings, server, podman } = needs
  const hardening = hardeningOf(spec, settings)
  const nested = hardening === "nested"
  const seccomp = nested && podman.seccomp !== undefined ? forNesting(podman.seccomp) : podman.seccomp
  return {
    name: containerName(needs.workspace, spec.loop),
    workspace: needs.workspace,
    loop: spec.loop,
    driver: spec.driver,
    image: needs.image,
    hostname: hostname(spec.loop),
    ids: podman.ids,
    mounts: mounts(spec, needs),
    tmpfs: [
      { to: "/tmp", size: settings.limits.tmp, mode: "1777", own: false },
      { to: inside.vault, size: "64m", mode: "0700", own: true },
      { to: "/run/user/2000", size: "64m", mode: "0700", own: true },
    ],
    limits: ownLimits(podman.limits, spec.limits),
    network,
    ...(spec.network === "allow-list" && { way: true }),
    hardening,
    ...(nested && { devices: podman.devices }),
    ...(seccomp !== undefined && { seccomp: seccompFile(needs.runtimeFolder, seccomp) }),
    selinux: podman.selinux,
    program: [inside.program, ...server.guestArguments],
  }
}

/** Never less than the workspace has: where all are strict, none has containers inside. */
function hardeningOf({ hardening, nested }: SandboxSpec, workspace: Pick<SandboxSettings, "hardening">): Hardening {
  if (hardening === "strict" || workspace.hardening === "strict") return "strict"
  return nested ? "nested" : "standard"
}

/** A limit that this host cannot enforce is none, whoever asks. */
function ownLimits(usual: ContainerLimits, { cpus, memory }: NonNullable<SandboxSpec["limits"]> = {}): ContainerLimits {
  return {
    ...usual,
    ...(usual.cpus !== undefined && cpus !== undefined && { cpus }),
    ...(usual.memory !== undefined && memory !== undefined && { memory }),
  }
}

/** What everybody who may look into a loop sees of its checkouts: personal is its driver's. */
export const sharedCheckouts = ["knowledge", "notes", "repos"] as const

export interface InspectionNeeds extends Omit<PlanNeeds, "claude"> {
  /** Those of the shared checkouts that the loop has. */
  checkouts: readonly (typeof sharedCheckouts)[number][]
}

/** What people look into a loop with whose sandbox does not run: its checkouts, and nothing that is its driver's. */
export function planInspection(spec: SandboxSpec, needs: InspectionNeeds): ContainerPlan {
  const { server, podman, sockets, settings } = needs
  const { folders, objects } = spec.contexts ?? {}
  const read = (from: string, to: string, shared: boolean): Mount => ({ from, to, mode: "ro", shared })
  return {
    name: inspectionName(needs.workspace, spec.loop),
    workspace: needs.workspace,
    image: needs.image,
    hostname: hostname(spec.loop),
    ids: podman.ids,
    mounts: [
      read(spec.folders.workdir, inside.workdir(spec.loop), false),
      ...needs.checkouts.flatMap((name) => (folders ? [read(folders[name], inside.context(name), false)] : [])),
      ...borrowed(spec),
      ...needs.checkouts.flatMap((name) =>
        objects && name !== "repos" ? [shared(objects[name], contextObjects(name))] : [],
      ),
      ...programs(server),
      read(sockets, inside.sockets, false),
      read(hostsFile(sockets), inside.hosts, false),
      read(gitConfigFile(sockets), inside.gitConfig, false),
    ],
    tmpfs: [
      // What is taken away before a loop goes is packed here.
      { to: "/tmp", size: settings.limits.tmp, mode: "1777", own: false },
      { to: inside.home, size: "16m", mode: "0700", own: true },
    ],
    limits: podman.limits,
    network: "none",
    hardening: "strict",
    ...(podman.seccomp !== undefined && { seccomp: seccompFile(needs.runtimeFolder, podman.seccomp) }),
    selinux: podman.selinux,
    program: [inside.program, ...server.guestArguments],
  }
}

function mounts(spec: SandboxSpec, { runtimeFolder, server, claude, sockets, config }: PlanNeeds): Mount[] {
  const own = (from: string, to: string): Mount => ({ from, to, mode: "rw", shared: false })
  const [guest, ...guestParts] = programs(server)
  return [
    own(spec.folders.workdir, inside.workdir(spec.loop)),
    own(spec.folders.claudeState, inside.claudeState(spec.loop)),
    ...laidOver(spec),
    own(spec.folders.home, inside.home),
    ...Object.entries(spec.contexts?.folders ?? {}).map(([name, from]) => own(from, inside.context(name))),
    ...(spec.allLoops === undefined ? [] : [{ ...shared(spec.allLoops, inside.loops), shared: false }]),
    ...borrowed(spec),
    ...Object.entries(spec.contexts?.objects ?? {}).map(([name, from]) => shared(from, contextObjects(name))),
    ...(guest ? [guest] : []),
    shared(claude, inside.claude),
    ...guestParts,
    { from: sockets, to: inside.sockets, mode: "ro", shared: false },
    shared(managedSettingsFile(runtimeFolder), inside.managedSettings),
    shared(pluginFolder(runtimeFolder), inside.plugin),
    { from: hostsFile(sockets), to: inside.hosts, mode: "ro", shared: false },
    { from: gitConfigFile(sockets), to: inside.gitConfig, mode: "ro", shared: false },
    ...(config === undefined ? [] : [toolConfig(sockets)]),
  ]
}

/** Each entry by itself: what the agent keeps beside them stays its own. */
const laidOver = ({ loop, snapshot = {} }: SandboxSpec): Mount[] =>
  Object.entries(snapshot).map(([name, from]) => ({
    ...{ from, to: `${inside.claudeState(loop)}/${name}` },
    ...{ mode: "ro", shared: false },
  }))

const toolConfig = (sockets: string): Mount => ({
  from: toolConfigFile(sockets),
  to: inside.toolConfig,
  mode: "ro",
  shared: false,
})

const shared = (from: string, to: string): Mount => ({ from, to, mode: "ro", shared: true })

/** The object stores that the working folder's repository borrows from. */
const borrowed = ({ objects }: SandboxSpec): Mount[] =>
  Object.entries(objects)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, from]) => shared(from, inside.objects(name)))

/** The guest itself. */
const programs = (server: SandboxHost): Mount[] => [
  shared(server.executable, inside.program),
  ...Object.entries(server.guestMounts ?? {}).map(([from, to]) => shared(from, to)),
]

/** Sixteen hex digits over everything podman is told but the name, and what a guest must know when it begins. */
export function specHash(plan: ContainerPlan): string {
  return new Bun.CryptoHasher("sha256")
    .update(JSON.stringify(plan.way ? [planArguments(plan), "way"] : planArguments(plan)))
    .digest("hex")
    .slice(0, 16)
}
