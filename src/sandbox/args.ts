import type { Command } from "../platform/process/command.ts"
import type { ContainerLimits, ContainerPlan, Hardening, IdMapping, Network, ToolsContainer } from "./container.ts"
import { mountText, tmpfsText } from "./mounts.ts"

export const sandboxUid = 2000
export const idCount = 65_536

/** What root inside may still do, all of it within the container's user namespace, so that `sudo apt install` works. */
export const capabilities = [
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "NET_BIND_SERVICE",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
] as const

const slirpResolver = "10.0.2.3"

/** Starts the guest without any capability of its own, and again until it ends by itself with success. */
const supervised = (program: readonly string[]) => [
  "setpriv",
  "--inh-caps=-all",
  "--ambient-caps=-all",
  "--",
  "sh",
  "-c",
  // Left alone, the guest's runtime looks for garbage many times a second, and a thread for memory to give back whenever
  // anything happened: once a minute, and together with the next work, will do.
  'export BUN_GC_TIMER_INTERVAL=60000 MIMALLOC_SCAVENGER=0; until "$@"; do sleep 1; done',
  "sh",
  ...program,
]

const addCapabilities = capabilities.map((name) => `--cap-add=${name}`)
const hardeningArguments: Record<Hardening, readonly string[]> = {
  standard: addCapabilities,
  // Only where nothing lies over it, a container inside may have a /proc of its own.
  nested: [...addCapabilities, "--security-opt=unmask=/proc/*"],
  strict: ["--security-opt=no-new-privileges", "--read-only", "--read-only-tmpfs=false"],
}

/** All that decides what the container is; `create` adds only its name and the hash of this. */
export function planArguments(plan: ContainerPlan): string[] {
  return [
    "--pull=never",
    "--init",
    "--systemd=false",
    "--http-proxy=false",
    "--no-hosts",
    `--hostname=${plan.hostname}`,
    `--label=loopat.workspace=${plan.workspace}`,
    ...(plan.loop === undefined ? [] : [`--label=loopat.loop=${plan.loop}`]),
    ...(plan.driver === undefined ? [] : [`--label=loopat.driver=${plan.driver}`]),
    ...idArguments(plan.ids),
    `--user=${sandboxUid}:${sandboxUid}`,
    "--cap-drop=ALL",
    ...hardeningArguments[plan.hardening],
    ...(plan.seccomp === undefined ? [] : [`--security-opt=seccomp=${plan.seccomp}`]),
    ...(plan.devices ?? []).map((device) => `--device=${device}`),
    ...limitArguments(plan.limits),
    ...networkArguments(plan.network),
    // What the guest prints may be looked at, but cannot fill the host's disk.
    "--log-driver=k8s-file",
    "--log-opt=max-size=1mb",
    "--stop-timeout=5",
    ...plan.mounts.map((mount) => `--mount=${mountText(mount, plan.selinux)}`),
    ...plan.tmpfs.map((tmpfs) => `--mount=${tmpfsText(tmpfs)}`),
    plan.image,
    ...supervised(plan.program),
  ]
}

export function createContainer(podman: string, plan: ContainerPlan, spec: string): Command {
  return {
    argv: [podman, "create", `--name=${plan.name}`, `--label=loopat.spec=${spec}`, ...planArguments(plan)],
    timeoutMs: 60_000,
  }
}

export const startContainer = (podman: string, name: string): Command => ({
  argv: [podman, "start", "--", name],
  timeoutMs: 60_000,
})

export const stopContainer = (podman: string, name: string, seconds: number): Command => ({
  argv: [podman, "stop", "--ignore", `--time=${seconds}`, "--", name],
  timeoutMs: (seconds + 20) * 1_000,
})

export const removeContainer = (podman: string, name: string): Command => ({
  argv: [podman, "rm", "--force", "--ignore", "--volumes", "--time=0", "--", name],
  timeoutMs: 60_000,
})

export const killGuest = (podman: string, name: string, guest: readonly string[]): Command => ({
  argv: [podman, "exec", `--user=${sandboxUid}:${sandboxUid}`, name, "pkill", "-KILL", "-f", `^${guest.join(" ")}$`],
  answers: [0, 1],
  timeoutMs: 20_000,
})

/** As root of the container, by its own python; what it says is looked at by nobody. */
export const runAsInnerRoot = (podman: string, name: string, script: string): Command => ({
  argv: [podman, "exec", "--user=0:0", name, "python3", "-c", script],
  timeoutMs: 20_000,
})

/** All containers of this workspace, running or not, as JSON. */
export const listContainers = (podman: string, workspace: string): Command => ({
  argv: [podman, "ps", "--all", `--filter=label=loopat.workspace=${workspace}`, "--format=json"],
})

export const containerPid = (podman: string, name: string): Command => ({
  argv: [podman, "inspect", "--type=container", "--format={{.State.Pid}}", "--", name],
})

export const containerState = (podman: string, name: string): Command => ({
  argv: [podman, "inspect", "--type=container", "--format={{json .State}}", "--", name],
})

export const describeHost = (podman: string): Command => ({
  argv: [podman, "info", "--format=json"],
  timeoutMs: 60_000,
})

/** Removes a folder with files of ids that only exist inside the user namespace. */
export const removeAsNamespaceRoot = (podman: string, folder: string): Command => ({
  argv: [podman, "unshare", "rm", "-rf", "--", folder],
  timeoutMs: 300_000,
})

export const listImages = (podman: string, workspace: string): Command => ({
  argv: [podman, "images", `--filter=label=loopat.workspace=${workspace}`, "--format=json"],
})

/** Answers with JSON, or with 125 when there is no such image. */
export const inspectImage = (podman: string, image: string): Command => ({
  argv: [podman, "image", "inspect", "--", image],
  answers: [0, 125],
})

export const removeImage = (podman: string, image: string): Command => ({
  argv: [podman, "rmi", "--", image],
  timeoutMs: 120_000,
})

export const pullImage = (podman: string, image: string, timeoutMs: number): Command => ({
  argv: [podman, "pull", "--quiet", "--", image],
  timeoutMs,
})

export const importSource = (podman: string, tar: string, tag: string): Command => ({
  argv: [podman, "import", "--quiet", tar, tag],
  timeoutMs: 300_000,
})

/** `took`: milliseconds from the first step to here. */
export interface BaseImport extends Record<"tar" | "tag" | "workspace" | "source", string> {
  took: number
}

/** Prints the id of the image. */
export const importBase = (podman: string, image: BaseImport): Command => ({
  argv: [
    podman,
    "import",
    "--quiet",
    "--change=ENV LANG=C.UTF-8",
    "--change=ENV PATH=/opt/loopat-mise/shims:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "--change=USER 2000:2000",
    "--change=WORKDIR /home/loopat",
    '--change=CMD ["sleep","infinity"]',
    `--change=LABEL loopat.workspace=${image.workspace}`,
    "--change=LABEL loopat.image=base",
    `--change=LABEL loopat.source=${image.source}`,
    `--change=LABEL loopat.took=${image.took}`,
    image.tar,
    image.tag,
  ],
  timeoutMs: 300_000,
})

export interface ImageBuild {
  name: string
  workspace: string
  /** Image to start from. */
  base: string
  ids: IdMapping
  limits: ContainerLimits
  network: Network
  /** Host folder with setup.sh; the finished root file system is left there as `root.tar`. */
  folder: string
  packages: "install" | "present"
  /** Checksum that the `mise` in the folder must have; undefined: there is none. */
  mise?: string
}

const buildFolder = "/loopat-build"

/**
 * A container that turns the base into what sandboxes start from and packs itself up. It has the same user namespace as
 * every sandbox, so not even a source image's own programs are ever root of the host; packing inside keeps ids right.
 */
export const createBuild = (podman: string, build: ImageBuild): Command => ({
  argv: [
    podman,
    "create",
    `--name=${build.name}`,
    "--pull=never",
    "--http-proxy=false",
    `--label=loopat.workspace=${build.workspace}`,
    ...(build.ids.kind === "range" ? idArguments(build.ids) : []),
    "--user=0:0",
    ...limitArguments(build.limits),
    ...networkArguments(build.network),
    "--entrypoint=[]",
    `--env=PACKAGES=${build.packages}`,
    `--env=OUT=${buildFolder}/root.tar`,
    ...(build.mise === undefined ? [] : [`--env=MISE=${buildFolder}/mise`, `--env=MISE_SHA256=${build.mise}`]),
    `--mount=${mountText({ from: build.folder, to: buildFolder, mode: "rw", shared: false }, false)}`,
    build.base,
    "sh",
    `${buildFolder}/setup.sh`,
  ],
  timeoutMs: 60_000,
})

export const runBuild = (podman: string, name: string): Command => ({
  argv: [podman, "start", "--attach", "--", name],
  timeoutMs: 20 * 60_000,
  maxOutput: 64 << 20,
})

function idArguments(ids: IdMapping): string[] {
  if (ids.kind === "keep") return [`--userns=keep-id:uid=${sandboxUid},gid=${sandboxUid}`]
  return [`--uidmap=0:${ids.base}:${idCount}`, `--gidmap=0:${ids.base}:${idCount}`]
}

function limitArguments({ cpus, memory, pids, openFiles, processesPerUser }: ContainerLimits): string[] {
  return [
    ...(cpus === undefined ? [] : [`--cpus=${cpus}`]),
    // The same value twice: no swap beyond the memory.
    ...(memory === undefined ? [] : [`--memory=${memory}`, `--memory-swap=${memory}`]),
    ...(pids === undefined ? [] : [`--pids-limit=${pids}`]),
    `--ulimit=nofile=${openFiles}:${openFiles}`,
    `--ulimit=nproc=${processesPerUser}:${processesPerUser}`,
  ]
}

function networkArguments(network: Network): string[] {
  if (network === "none") return ["--network=none"]
  if (network === "pasta") return ["--network=pasta:--no-map-gw,-t,none,-u,none,-T,none,-U,none"]
  return ["--network=slirp4netns:allow_host_loopback=false,enable_ipv6=false", `--dns=${slirpResolver}`]
}

const ofTools = ({ name, workspace }: Pick<ToolsContainer, "name" | "workspace">) =>
  [
    "create",
    `--name=${name}`,
    "--pull=never",
    `--label=loopat.workspace=${workspace}`,
    "--label=loopat.build=tools",
  ] as const

/**
 * A container in which tools are installed: nothing of this server is mounted into it, and nobody in it is or becomes
 * root, so that all it can change is what belongs to the sandbox user anyway.
 */
export const createToolsContainer = (podman: string, container: ToolsContainer): Command => ({
  argv: [
    podman,
    ...ofTools(container),
    ...["--init", "--systemd=false", "--http-proxy=false", "--no-hosts", "--hostname=tools", "--log-driver=none"],
    ...idArguments(container.ids),
    ...[`--user=${sandboxUid}:${sandboxUid}`, "--cap-drop=ALL", "--security-opt=no-new-privileges"],
    ...(container.seccomp === undefined ? [] : [`--security-opt=seccomp=${container.seccomp}`]),
    ...limitArguments(container.limits),
    ...networkArguments(container.network),
    ...[container.base, "sleep", "infinity"],
  ],
  timeoutMs: 60_000,
})

/**
 * A container that never runs and has no ids of its own, so that files in it lie as they lie in an image: one that was
 * made of the container above would have that one's ids on them.
 */
export const createToolsCopy = (
  podman: string,
  copy: Pick<ToolsContainer, "name" | "workspace" | "base">,
): Command => ({
  argv: [podman, ...ofTools(copy), "--network=none", copy.base, "sleep", "infinity"],
  timeoutMs: 60_000,
})
