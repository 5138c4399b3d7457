import type { LoopId } from "../lib/ids.ts"
import type { ContainerPlan } from "./container.ts"
import type { MountOrigin, SandboxDescription, SandboxSpec } from "./contract.ts"
import { contextObjects, inside, loopEnvironment } from "./environment.ts"
import type { SandboxSettings } from "./needs.ts"

/** What a loop's container is made of, in words that need no host path. */
export function describePlan(
  plan: ContainerPlan,
  { loop, network, identity }: SandboxSpec,
  { limits: asked }: SandboxSettings,
): SandboxDescription {
  const mounts = plan.mounts.map(({ to, mode }) => ({ to, mode, ...originOf(to, loop) }))
  const memory = plan.tmpfs.map(({ to, size }) => ({ to, mode: "rw" as const, origin: "memory" as const, size }))
  const { cpus, memory: bytes, pids, openFiles } = plan.limits
  return {
    mounts: [...mounts, ...memory].sort((a, b) => (a.to < b.to ? -1 : 1)),
    variables: Object.keys(loopEnvironment(loop, network)).sort(),
    limits: {
      ...(cpus !== undefined && { cpus }),
      ...(bytes !== undefined && { memory: bytes }),
      ...(pids !== undefined && { pids }),
      openFiles,
      tmp: asked.tmp,
    },
    hardening: plan.hardening,
    hostname: plan.hostname,
    image: plan.image,
    identity,
  }
}

function originOf(to: string, loop: LoopId): { origin: MountOrigin; name?: string } {
  const objects = inside.objects("")
  if (to.startsWith(`${inside.claudeState(loop)}/`)) return { origin: "snapshot" }
  if (to === contextObjects("personal")) return { origin: "personal" }
  if (to.startsWith(contextObjects(""))) return { origin: "repository", name: to.slice(contextObjects("").length) }
  if (to.startsWith(objects)) return { origin: "repository", name: to.slice(objects.length) }
  const origins: Record<string, MountOrigin> = {
    [inside.workdir(loop)]: "workdir",
    [inside.claudeState(loop)]: "agent-state",
    [inside.home]: "home",
    [inside.context("knowledge")]: "knowledge",
    [inside.context("notes")]: "notes",
    [inside.context("personal")]: "personal",
    [inside.context("repos")]: "repos",
    [inside.loops]: "loops",
    [inside.sockets]: "link",
    [inside.claude]: "agent",
    [inside.managedSettings]: "settings",
    [inside.gitConfig]: "identity",
    [inside.toolConfig]: "tools",
  }
  return { origin: origins[to] ?? "loopat" }
}
