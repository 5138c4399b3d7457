import type { Mount, Tmpfs } from "./mounts.ts"

/** Everything about a container that podman is told. Its hash is the loop's `spec`: another hash, another container. */
export interface ContainerPlan {
  name: string
  workspace: string
  /** What its labels say of a loop: a container that is no loop's own has neither. */
  loop?: string
  driver?: string
  image: string
  hostname: string
  ids: IdMapping
  mounts: readonly Mount[]
  tmpfs: readonly Tmpfs[]
  limits: ContainerLimits
  network: Network
  /** Its guest finds a way out at a socket of the server. */
  way?: boolean
  hardening: Hardening
  /** Devices of the host that it gets. */
  devices?: readonly string[]
  /** Path of a seccomp profile instead of the engine's own. */
  seccomp?: string
  selinux: boolean
  /** The guest and its arguments. */
  program: readonly string[]
}

/** `range`: the server is root and maps 65,536 host ids; `keep`: the server's own user is 2000 inside. */
export type IdMapping = { kind: "range"; base: number } | { kind: "keep" }

/** Undefined where this host cannot enforce it. Memory in bytes. */
export interface ContainerLimits {
  cpus?: number
  memory?: number
  pids?: number
  openFiles: number
  processesPerUser: number
}

/**
 * `strict`: nobody inside is more than an ordinary user, and the system's files stay as the image has them. `nested`:
 * containers can be started inside.
 */
export type Hardening = "standard" | "strict" | "nested"

export type Network = "none" | "slirp4netns" | "pasta"

export interface ToolsContainer extends Pick<
  ContainerPlan,
  "name" | "workspace" | "ids" | "limits" | "network" | "seccomp"
> {
  base: string
}
