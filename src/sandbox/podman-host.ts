import { constants } from "node:fs"
import { access, readFile } from "node:fs/promises"
import { z } from "zod"
import { CommandFailed, lastLine } from "../platform/process/command.ts"
import type { Processes } from "../platform/process/processes.ts"
import { type ContainerLimits, describeHost, type IdMapping, idCount, type Network } from "./args.ts"
import { withoutKeyrings } from "./seccomp.ts"
import type { HostObstacle, NetworkObstacle } from "./contract.ts"
import type { SandboxHost, SandboxSettings } from "./needs.ts"

/** What podman on this machine is and can. */
export interface PodmanHost {
  version: string
  rootless: boolean
  ids: IdMapping
  limits: ContainerLimits
  /** For loops with an open network, or why there can be none. */
  openNetwork: OpenNetwork
  selinux: boolean
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
  if (rootless && !(await hasRange(server))) return noRange(version, server)
  return {
    kind: "usable",
    host: {
      version,
      rootless,
      ids,
      limits: enforceable(settings, info.host.cgroupControllers ?? [], await ownLimits()),
      openNetwork: await openNetworkOf(info, rootless),
      selinux: selinuxEnabled,
      ...(seccomp !== undefined && { seccomp }),
    },
  }
}

async function profileOf({
  seccompEnabled = false,
  seccompProfilePath: path = "",
}: z.infer<typeof HostReport>["host"]["security"]): Promise<string | undefined> {
  const engine = seccompEnabled && path !== "" ? await systemText(path) : undefined
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

function noRange(version: string, { uid }: SandboxHost): PodmanProbe {
  const detail = `user ${uid} has fewer than ${idCount} subordinate ids`
  const command = `sudo usermod --add-subuids 200000-265535 --add-subgids 200000-265535 "$(id -un ${uid})" && podman system migrate`
  return { kind: "unusable", version, obstacle: { code: "ids-missing", detail, command } }
}

function recent(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number)
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1])
}

const tunnelDevice = "/dev/net/tun"

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

const mayUse = (path: string): Promise<boolean> =>
  access(path, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  )

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
  const [, number = "", unit = ""] = /^(\d+)([kmg]?)b?$/i.exec(text.trim()) ?? []
  if (number === "") throw new Error(`${text} is not a size like 512m or 4g`)
  return Number(number) * 1_024 ** ["", "k", "m", "g"].indexOf(unit.toLowerCase())
}

/** Nobody may raise a hard limit, not even for a container. */
async function ownLimits(): Promise<{ openFiles: number; processes: number }> {
  const [limits = "", highestPid = ""] = await Promise.all([
    systemText("/proc/self/limits"),
    systemText("/proc/sys/kernel/pid_max"),
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
  if (settings.rootIdBase !== undefined) return { kind: "range", base: settings.rootIdBase }
  const given = rangesOf(await systemText("/etc/subuid")).find(({ who }) => who === "loopat" || who === "containers")
  return { kind: "range", base: given && given.count >= idCount ? given.start : fallbackBase }
}

/** Whether the server's own user may map enough ids. */
async function hasRange({ uid }: SandboxHost): Promise<boolean> {
  const passwd = (await systemText("/etc/passwd")) ?? ""
  const name = passwd
    .split("\n")
    .find((line) => line.split(":")[2] === String(uid))
    ?.split(":")[0]
  const mine = ({ who, count }: SubordinateRange) => (who === name || who === String(uid)) && count >= idCount
  return rangesOf(await systemText("/etc/subuid")).some(mine)
}

interface SubordinateRange {
  who: string
  start: number
  count: number
}

/** Lines `name:start:count` of subuid(5). */
export function rangesOf(text = ""): SubordinateRange[] {
  return text.split("\n").flatMap((line) => {
    const [who = "", start = "", count = ""] = line.trim().split(":")
    return /^\d+$/.test(start) && /^\d+$/.test(count) ? [{ who, start: Number(start), count: Number(count) }] : []
  })
}

/** Files of /proc claim to be empty; this call reads them to their end all the same. */
async function systemText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8")
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined
    throw error
  }
}
