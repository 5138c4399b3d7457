import type { Obstacle, SandboxHealth } from "./contract.ts"

/** What sandboxes need of this server, one by one: the same for the page, for `/readyz` and for `doctor`. */
export type Finding =
  | { id: "podman" | "ids" | "agent" | "image"; state: "waiting" }
  | { id: "podman"; state: "ok" | "warning"; version: string; rootless?: boolean }
  | { id: "ids"; state: "ok"; firstId?: number }
  | { id: "network"; state: "ok" }
  | { id: "limits"; state: "ok" | "warning"; unlimited: readonly string[] }
  | { id: "agent"; state: "ok"; version?: string; path: string; proof: "verified" | "given" }
  | { id: "agent"; state: "working"; version: string }
  | { id: "image"; state: "ok" | "working" | "blocking" }
  | { id: "podman" | "ids" | "network" | "agent"; state: "warning" | "blocking"; obstacle: Obstacle }

export function findings({ podman, image, agent }: SandboxHealth): Finding[] {
  return [...ofPodman(podman), ofImage(image), ofAgent(agent)]
}

/** The parts that a loop cannot start without and that are not there yet, by the names of `/readyz`. */
export function missingParts(health: SandboxHealth): string[] {
  const missing = findings(health).filter(({ state }) => state !== "ok" && state !== "warning")
  return [...new Set(missing.map(({ id }) => (id === "ids" ? "podman" : id)))]
}

function ofPodman(podman: SandboxHealth["podman"]): Finding[] {
  if (podman.state === "unknown") return [waiting("podman"), waiting("ids")]
  if (podman.state === "unusable") {
    const { obstacle, version } = podman
    if (obstacle.code !== "ids-missing") return [{ id: "podman", state: "blocking", obstacle }, waiting("ids")]
    const ids: Finding = { id: "ids", state: "blocking", obstacle }
    return version === undefined ? [ids] : [{ id: "podman", state: "ok", version, rootless: true }, ids]
  }
  const { version, rootless, firstId, network, unlimited } = podman
  return [
    { id: "podman", state: rootless ? "ok" : "warning", version, rootless },
    { id: "ids", state: "ok", ...(firstId !== undefined && { firstId }) },
    network ? { id: "network", state: "warning", obstacle: network } : { id: "network", state: "ok" },
    { id: "limits", state: unlimited.length === 0 ? "ok" : "warning", unlimited },
  ]
}

function ofImage({ state }: SandboxHealth["image"]): Finding {
  const states = { waiting: "waiting", building: "working", ready: "ok", failed: "blocking" } as const
  const named = states[state]
  return named === "waiting" ? waiting("image") : { id: "image", state: named }
}

function ofAgent(agent: SandboxHealth["agent"]): Finding {
  if (agent.state === "waiting") return waiting("agent")
  if (agent.state === "fetching") return { id: "agent", state: "working", version: agent.version }
  if (agent.state === "failed") return { id: "agent", state: "blocking", obstacle: agent.fault }
  const { state: _, ...found } = agent
  return { id: "agent", state: "ok", ...found }
}

const waiting = (id: "podman" | "ids" | "agent" | "image"): Finding => ({ id, state: "waiting" })
