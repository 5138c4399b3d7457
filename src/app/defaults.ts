import { statfs } from "node:fs/promises"
import { join } from "node:path"
import { identityOf, type User } from "../accounts/index.ts"
import type { AgentTimes } from "../agent/index.ts"
import { id8, parseVaultName, type UserName, type VaultName } from "../lib/ids.ts"
import type { LoopDefaults } from "../loops/index.ts"
import { originOf, placeOf, type PreviewOptions } from "../preview/index.ts"
import type { SandboxHost, SandboxSettings, SandboxSpec } from "../sandbox/index.ts"
import { durationMs, type Settings, type WorkspaceConfig } from "../settings/index.ts"
import type { AppNeeds } from "./app.ts"
import { isLoopback, type ServeOptions } from "./options.ts"

/** What a person's new loop starts with: the person's own choice, then the workspace's. */
export async function loopDefaults(settings: Settings, user: UserName): Promise<LoopDefaults> {
  const { agent, sandbox } = settings.workspace()
  const personal = await settings.personal(user)
  const wanted = personal.kind === "read" ? parseVaultName(personal.value["default_vault"]) : undefined
  return {
    vault: wanted ?? defaultVault(),
    visibility: agent.visibility,
    network: sandbox.network.mode,
    permissionMode: agent.permissionMode,
    thinking: "auto",
  }
}

function defaultVault(): VaultName {
  const name = parseVaultName("default")
  if (!name) throw new Error("the default vault's name must parse")
  return name
}

export function sandboxSettings(options: ServeOptions, { sandbox }: WorkspaceConfig): SandboxSettings {
  return {
    ...(options.sandboxImage && { givenImage: options.sandboxImage }),
    limits: sandbox.limits,
    hardening: sandbox.hardening,
    containerIdleMs: containerIdleMs(options, sandbox),
    keepOnStop: options.keep,
    podman: options.podman,
  }
}

export function sandboxHost({
  options,
  program,
  machine,
}: Pick<AppNeeds, "options" | "program" | "machine">): SandboxHost {
  const agentPackage = `@anthropic-ai/claude-agent-sdk-linux-${program.arch}`
  return {
    uid: machine.uid,
    gid: machine.gid,
    arch: program.arch,
    executable: program.executable,
    guestArguments: [...program.self.slice(1), "guest"],
    // Run from its sources, the guest needs them inside too.
    ...(program.self.length > 1 && { guestMounts: { [program.root]: program.root } }),
    ...(options.claude && { claude: options.claude }),
    claudeNearby: join(program.nearby, agentPackage, "claude"),
    build: program.build,
  }
}

/** Short, because the path of a unix socket holds 107 bytes; the same after every start, because containers mount it. */
export function socketsFolder(
  { options, machine }: Pick<AppNeeds, "options" | "machine">,
  { id }: WorkspaceConfig,
): string {
  const runtime = machine.environment.XDG_RUNTIME_DIR ?? (machine.uid === 0 ? "/run" : undefined)
  return runtime ? join(runtime, "loopat", id8(id)) : join(options.home, "runtime", "s")
}

export function agentTimes(options: ServeOptions, { sandbox }: WorkspaceConfig): Partial<AgentTimes> {
  const idle = options.agentIdleMs ?? durationMs(sandbox.idle.agent)
  return {
    idle,
    idleViewed: Math.max(idle, durationMs(sandbox.idle.agentViewed)),
    sandboxIdle: containerIdleMs(options, sandbox),
  }
}

/** Of the disk that holds this folder, in bytes. */
export async function diskSpace(folder: string): Promise<{ free: number; total: number }> {
  const { bavail, blocks, bsize } = await statfs(folder)
  return { free: bavail * bsize, total: blocks * bsize }
}

/** After so long without use a sandbox is stopped. */
export const containerIdleMs = (options: ServeOptions, { idle }: WorkspaceConfig["sandbox"]): number =>
  options.containerIdleMs ?? durationMs(idle.container)

export const isSecure = ({ publicUrl, tls }: ServeOptions): boolean =>
  publicUrl ? publicUrl.protocol === "https:" : tls !== undefined

/** Where and under which names previews are served. A proxy in front has the scheme's own port, unless it is said. */
export function previewOptions(options: ServeOptions): PreviewOptions {
  const { preview, publicUrl, trustedProxies, tls } = options
  const hasFront = trustedProxies.length > 0 || (publicUrl !== undefined && !isLoopback(publicUrl.hostname) && !tls)
  const publicPort = preview.publicPort ?? (hasFront ? ("none" as const) : undefined)
  return {
    ...{ host: preview.host, port: preview.port, secure: isSecure(options) },
    ...(preview.domain !== undefined && { domain: preview.domain }),
    ...(publicPort !== undefined && { publicPort }),
    ...(tls && { tls }),
  }
}

/** How the addresses of previews look, for whoever starts the server; undefined while they are off. */
export function previewAddress(options: ServeOptions): string | undefined {
  const place = placeOf(previewOptions(options), options.preview.port)
  return place && originOf(place, "*")
}

/** Origins of the pages, the one for people first; on loopback both of its usual names. */
export function appOrigins({ host, publicUrl, tls }: ServeOptions, port: number): string[] {
  const scheme = tls ? "https" : "http"
  const names = isLoopback(host) ? ["127.0.0.1", "localhost"] : [host]
  const own = names
    .filter((name) => !name.includes(":") && name !== "0.0.0.0")
    .map((name) => `${scheme}://${name}:${port}`)
  return [...(publicUrl ? [publicUrl.origin] : []), ...own]
}

/** Whether anybody but this machine may get here: set-up then needs the console's token. */
export const isExposed = ({ host, publicUrl, trustedProxies }: ServeOptions): boolean =>
  !isLoopback(host) || trustedProxies.length > 0 || (publicUrl !== undefined && !isLoopback(publicUrl.hostname))

/** How a person's commits are signed inside; the weakest identity, a `.gitconfig` of his own wins. */
export function committer(user: User | undefined, name: UserName): SandboxSpec["identity"] {
  if (!user) return { displayName: name, email: `${name}@loopat.local` }
  const identity = identityOf(user)
  return { displayName: identity.name, email: identity.email }
}
