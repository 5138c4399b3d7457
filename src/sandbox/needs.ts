import type { LoopId, NewId, WorkspaceId } from "../lib/ids.ts"
import type { Background } from "../platform/background.ts"
import type { Clock } from "../platform/clock.ts"
import type { Disk } from "../platform/disk/disk.ts"
import type { Log } from "../platform/log.ts"
import type { Processes } from "../platform/process/processes.ts"
import type { ToolChain } from "./contract.ts"
import type { VaultFile } from "./link/contract.ts"
import type { Delivered } from "./link/protocol.ts"
import type { Lookup } from "./outbound/decide.ts"
import type { Dial } from "./outbound/proxy.ts"
import type { PlaceRules } from "./places.ts"
import type { RefusedPlaces } from "./outbound/refusals.ts"

/** What sandboxes are made of. Folders are absolute; `settings` come from the workspace's configuration. */
export interface SandboxNeeds {
  processes: Processes
  disk: Disk
  clock: Clock
  ids: NewId
  log: Log
  background: Background
  workspace: WorkspaceId
  /** Downloads, image state and caches: may be deleted while the server is stopped. */
  runtimeFolder: string
  /** Holds the sockets. Short, the same one after a restart, writable by the server alone. */
  socketsFolder: string
  settings: SandboxSettings
  /**
   * `auto`, an image reference, `host`, `mirror`, `debian:<suite>@<url>` or `file:<tar>`, as the configuration says now:
   * an administrator may mend it while the server runs.
   */
  baseImage(): Promise<string>
  host: SandboxHost
  /** The plugin that every agent has: its files, from their paths in it. */
  plugin: Readonly<Record<string, string>>
  /** Makes what a loop's mounts need and is not there yet; before each start. Absent: everything is there. */
  layOut?(loop: LoopId): Promise<void>
  /** Serves one HTTP request that came out of the loop's sandbox. */
  serveGateway(loop: LoopId, request: Request): Promise<Response>
  /** Absent: no range is blocked besides the usual ones, and an allow-list lets nothing out. */
  wayOut?: WayOut
  /** Absent: as many containers run as are started. */
  places?: PlaceRules
  /** Absent: nothing is handed into homes. */
  vaultFiles?: VaultFiles
  /** Absent: loops have the tools of the base image and no others. */
  toolChains?: ToolChains
}

/** What a loop's vault hands into its home. */
export interface VaultFiles {
  of(loop: LoopId): Promise<readonly VaultFile[]>
  /** Told after each start with files: `names` are the top-level entries. */
  delivered(loop: LoopId, outcome: Delivered & { names: readonly string[] }): void
}

/** Which tools loops are to have besides those of the base image. */
export interface ToolChains {
  /** As the configuration of a loop says now; undefined where it names none. */
  of(loop: LoopId): Promise<ToolChain | undefined>
  /** Loops of this workspace reach the internet; else what makes their tools reaches nothing either. */
  mayDownload(): boolean
}

/** Where loops may go on the network, as the configuration says now: an administrator may change it at any time. */
export interface WayOut {
  /** Ranges that loops cannot reach, besides the host's own and link-local addresses. */
  blockRanges(): readonly string[]
  /** Entries of the allow-list that hold for this loop. */
  allowHosts(loop: LoopId): Promise<readonly string[]>
  /** Programs of this loop were not let through. */
  refused(loop: LoopId, places: RefusedPlaces): void
  /** Instead of the system's own. */
  lookup?: Lookup
  dial?: Dial
}

export interface SandboxSettings {
  /** An image to use as it is. */
  givenImage?: string
  limits: { cpus: number; memory: string; pids: number; openFiles: number; tmp: string }
  hardening: "standard" | "strict"
  /** Milliseconds without a server after which a sandbox ends by itself. */
  containerIdleMs: number
  /** True: containers outlive a stop of the server and are attached to again. */
  keepOnStop: boolean
  podman: string
  /** First host id of the 65,536 that containers get when the server runs as root; from /etc/subuid when absent. */
  rootIdBase?: number
}

/** This machine and this program, as `main` sees them. */
export interface SandboxHost {
  uid: number
  gid: number
  /** `x64` or `arm64`. */
  arch: string
  /** The running executable, mounted into every container as `loopat`. */
  executable: string
  /** Arguments after the executable that start the guest. */
  guestArguments: readonly string[]
  /** Further host files or folders mounted read-only, from → to: needed when the guest does not run from the executable. */
  guestMounts?: Readonly<Record<string, string>>
  /** A claude binary to use instead of fetching one; taken as it is. */
  claude?: string
  /** A place where the right binary may lie already; used only when its checksum is the published one. */
  claudeNearby?: string
  build: string
}
