import { constants } from "node:fs"
import { access } from "node:fs/promises"
import { z } from "zod"
import { CommandFailed, lastLine } from "../platform/process/command.ts"
import type { Processes } from "../platform/process/processes.ts"
import { describeHost } from "./args.ts"
import type { ContainerLimits, IdMapping, Network } from "./container.ts"
import { withoutKeyrings } from "./seccomp.ts"
import type { HostObstacle, NetworkObstacle } from "./contract.ts"
import type { SandboxHost, SandboxSettings } from "./needs.ts"
import { IdMappings, missingIds, rangeForRoot, textOf } from "./subordinate-ids.ts"

/** What podman on this machine is and can. */
export interface PodmanHost {
  version: string
  rootless: boolean
  ids: IdMapping
  limits: ContainerLimits
  /** For loops with an open network, or why there can be none. */
  openNetwork: OpenNetwork
  selinux: boolean
  /** Devices that containers inside a container may make use of, as far as this machine has them. */
  devices: readonly string[]
  /** The seccomp profile for containers; without one they get the engine's own. */
  seccomp?: string
}

export type OpenNetwork = { kind: "usable"; by: Network } | { kind: "impossible"; obstacle: NetworkObstacle }

export type PodmanProbe =
  { kind: "usable"; host: PodmanHost } | { kind: "unusable"; version?: string; obstacle: HostObstacle }

const oldest = [4, 3] as const
/** Far above what distributions give to users, below what old tools take for negative. */
const fallbackBase = 1_900_000_000

const HostReport = z.object({
  host: z.object({
    cgroupControllers: z.array(z.string()).nullish(),
    idMappings: IdMappings,
    security: z.object({
      rootless: z.boolean(),
      selinuxEnabled: z.boolean().optional(),
      seccompEnabled: z.boolean().optional(),
      seccompProfilePath: z.string().optional(),
    }),
    slirp4netns: z.object({ executable: z.string() }).nullish(),
    pasta: z.object({ executable: z.string() }).nullish(),
  }),
  version: z.object({ Version: z.string() }),
})

/** Asks podman once what this host can enforce, so that no start fails for a limit the machine does not know. */
export async function probePodman(
  processes: Processes,
  settings: SandboxSettings,
  server: SandboxHost,
): Promise<PodmanProbe> {
  let info: z.infer<typeof HostReport>
  try {
    info = HostReport.parse(JSON.parse((await processes.run(describeHost(settings.podman))).text))
  } catch (error) {
    return notUsable(error)
  }
  const version = info.version.Version
  if (!recent(version)) {
    return { kind: "unusable", version, obstacle: { code: "podman-old", detail: `podman ${version} is too old` } }
  }
  const { rootless, selinuxEnabled = false } = info.host.security
  const seccomp = await profileOf(info.host.security)
  const ids = rootless ? ({ kind: "keep" } as const) : await rangeOf(settings)
  const obstacle = rootless ? await missingIds(info.host.idMappings, server.uid) : undefined
  if (obstacle) return { kind: "unusable", version, obstacle }
  return {
    kind: "usable",
    host: {
      version,
      rootless,
      ids,
      limits: enforceable(settings, info.host.cgroupControllers ?? [], await ownLimits()),
      openNetwork: await openNetworkOf(info, rootless),
      selinux: selinuxEnabled,
      devices: await nestingDevices(),
      ...(seccomp !== undefined && { seccomp }),
    },
  }
}

async function profileOf({
  seccompEnabled = false,
  seccompProfilePath: path = "",
}: z.infer<typeof HostReport>["host"]["security"]): Promise<string | undefined> {
  const engine = seccompEnabled && path !== "" ? await textOf(path) : undefined
  return engine === undefined ? undefined : withoutKeyrings(engine)
}

function notUsable(error: unknown): PodmanProbe {
  if (error instanceof CommandFailed && error.kind === "missing") {
    const command = "sudo apt-get install podman uidmap slirp4netns catatonit"
    return { kind: "unusable", obstacle: { code: "podman-missing", detail: "podman is not installed", command } }
  }
  const detail = error instanceof CommandFailed ? lastLine(error.stderr) || error.message : String(error)
  return { kind: "unusable", obstacle: { code: "podman-broken", detail, command: "podman info" } }
}

function recent(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number)
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1])
}

const tunnelDevice = "/dev/net/tun"

async function nestingDevices(): Promise<string[]> {
  const known = ["/dev/fuse", tunnelDevice]
  const there = await Promise.all(known.map((path) => isThere(path)))
  return known.filter((_, at) => there[at])
}

/** A network of the container's own, made by a program of the server's user: no bridge that loops would share. */
async function openNetworkOf(info: z.infer<typeof HostReport>, rootless: boolean): Promise<OpenNetwork> {
  const by = userModeNetwork(info, rootless)
  if (!by) {
    const detail = "podman names neither slirp4netns nor a pasta that it may use"
    return impossible({ code: "no-user-network", detail, command: "sudo apt-get install slirp4netns" })
  }
  if (await mayUse(tunnelDevice)) return { kind: "usable", by }
  const detail = `the server's user may not open ${tunnelDevice}`
  return impossible({ code: "no-tunnel", detail, command: `sudo chmod 0666 ${tunnelDevice}` })
}

const impossible = (obstacle: NetworkObstacle): OpenNetwork => ({ kind: "impossible", obstacle })

function userModeNetwork(info: z.infer<typeof HostReport>, rootless: boolean): Network | undefined {
  if (info.host.slirp4netns?.executable) return "slirp4netns"
  return rootless && info.host.pasta?.executable ? "pasta" : undefined
}

const isThere = (path: string, how = constants.F_OK): Promise<boolean> =>
  access(path, how).then(
    () => true,
    () => false,
  )
const mayUse = (path: string) => isThere(path, constants.R_OK | constants.W_OK)

export function enforceable(
  { limits }: SandboxSettings,
  controllers: readonly string[],
  own: { openFiles: number; processes: number },
): ContainerLimits {
  const has = (controller: string) => controllers.includes(controller)
  return {
    cpus: has("cpu") ? limits.cpus : undefined,
    memory: has("memory") ? bytesOf(limits.memory) : undefined,
    pids: has("pids") ? limits.pids : undefined,
    openFiles: Math.min(limits.openFiles, own.openFiles),
    processesPerUser: own.processes,
  }
}

/** `512m`, `4g` or plain bytes. */
export function bytesOf(text: string): number {
  const [, number = "", unit = ""] = /^(\d+)([kmgt]?)b?$/i.exec(text.trim()) ?? []
  if (number === "") throw new Error(`${text} is not a size like 512m or 4g`)
  return Number(number) * 1_024 ** ["", "k", "m", "g", "t"].indexOf(unit.toLowerCase())
}

/** Nobody may raise a hard limit, not even for a container. */
async function ownLimits(): Promise<{ openFiles: number; processes: number }> {
  const [limits = "", highestPid = ""] = await Promise.all([
    textOf("/proc/self/limits"),
    textOf("/proc/sys/kernel/pid_max"),
  ])
  const hard = (name: string) =>
    Number(new RegExp(`^${name}\\s+\\S+\\s+(\\d+)`, "m").exec(limits)?.[1] ?? Number.MAX_SAFE_INTEGER)
  return { openFiles: hard("Max open files"), processes: Math.min(hard("Max processes"), Number(highestPid) || 32_768) }
}

/** Which host ids containers will get, also where podman cannot be asked yet. */
export const mappingFor = async (probe: PodmanProbe, settings: SandboxSettings, uid: number): Promise<IdMapping> => {
  if (probe.kind === "usable") return probe.host.ids
  return uid === 0 ? rangeOf(settings) : { kind: "keep" }
}

async function rangeOf(settings: SandboxSettings): Promise<IdMapping> {
  const base = settings.rootIdBase ?? (await rangeForRoot())?.start ?? fallbackBase
  return { kind: "range", base }
}
