import { ensureAgent, pinFor } from "./agent-binary.ts"
import type { PodmanHealth, SandboxHealth, StartFailed, StartStep } from "./contract.ts"
import { hindered } from "./failures.ts"
import { ensureImage, type ImageOutcome } from "./image.ts"
import type { SandboxNeeds } from "./needs.ts"
import { type PodmanHost, type PodmanProbe, probePodman } from "./podman-host.ts"
import { misePinFor } from "./recipe.ts"
import { fitsSockets } from "./seat.ts"

/** What must be there before a container can start. */
export interface Prepared {
  podman: PodmanHost
  image: string
  /** Podman's id of that image. */
  imageId: string
  claude: string
  /** What `mise` reads inside, where a loop is to have tools. */
  config?: string
}
export type Preparation = { kind: "prepared"; prepared: Prepared } | StartFailed

/** Podman, image and agent binary: got ready in the background, shared by everyone who waits. */
export interface Preparing {
  health(): SandboxHealth
  onHealth(listener: (health: SandboxHealth) => void): () => void
  /** Begins or joins; what failed before is tried again. */
  prepare(onStep: (step: StartStep) => void): Promise<Preparation>
  podman(): Promise<PodmanProbe>
  /** Looks at podman anew; what is ready is looked for again by the next `prepare`. */
  lookAgain(): Promise<PodmanProbe>
}

/** `signal` ends what takes long. */
export function createPreparing(needs: SandboxNeeds, signal: AbortSignal): Preparing {
  const listeners = new Set<(health: SandboxHealth) => void>()
  let health: SandboxHealth = { podman: { state: "unknown" }, image: { state: "waiting" }, agent: { state: "waiting" } }
  const tell = (change: Partial<SandboxHealth>) => {
    health = { ...health, ...change }
    for (const listener of listeners) listener(health)
  }

  const probe = shared(
    async () => {
      const found = await lookAtPodman(needs)
      tell({ podman: podmanHealth(found) })
      return found
    },
    (found) => found.kind === "usable",
  )
  const image = shared(
    async (): Promise<ImageOutcome | "no podman"> => {
      const found = await probe()
      if (found.kind !== "usable") return "no podman"
      const wanted = { baseImage: await needs.baseImage(), mise: misePinFor(needs.host.arch), server: needs.host }
      return ensureImage({ ...needs, ...wanted, signal, tell: (news) => tell({ image: news }) }, found.host)
    },
    (outcome) => outcome !== "no podman" && outcome.kind === "ready",
  )
  const agent = shared(
    () => {
      const pin = pinFor(needs.host.arch)
      return ensureAgent({ ...needs, server: needs.host, pin, tell: (news) => tell({ agent: news }) })
    },
    (outcome) => outcome.kind === "ready",
  )

  async function prepare(onStep: (step: StartStep) => void): Promise<Preparation> {
    const [fetchedAgent, builtImage, found] = [agent(), image(), await probe()]
    if (found.kind !== "usable") return hindered(found.obstacle.code, found.obstacle)
    const listener = waitingFor(onStep)
    listeners.add(listener)
    // Who joins late learns at once what everybody waits for.
    listener(health)
    try {
      const base = await builtImage
      if (base === "no podman") throw new Error("podman was usable and its image was not asked for")
      if (base.kind === "failed") return hindered("image-missing", base.fault)
      const claude = await fetchedAgent
      if (claude.kind === "failed") return hindered("agent-missing", claude.fault)
      return {
        kind: "prepared",
        prepared: { podman: found.host, image: base.tag, imageId: base.id, claude: claude.path },
      }
    } finally {
      listeners.delete(listener)
    }
  }

  return {
    health: () => health,
    onHealth(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    prepare,
    podman: probe,
    lookAgain() {
      for (const one of [probe, image, agent]) one.forget()
      return probe()
    },
  }
}

/** Whether podman can be used by this server as it stands. */
export async function lookAtPodman(
  needs: Pick<SandboxNeeds, "processes" | "settings" | "host" | "socketsFolder">,
): Promise<PodmanProbe> {
  if (!fitsSockets(needs.socketsFolder)) return pathTooLong(needs.socketsFolder)
  return probePodman(needs.processes, needs.settings, needs.host)
}

const pathTooLong = (folder: string): PodmanProbe => ({
  kind: "unusable",
  obstacle: { code: "path-long", detail: `${folder} is too long a path for the sockets of sandboxes` },
})

export function podmanHealth(found: PodmanProbe): PodmanHealth {
  if (found.kind !== "usable")
    return { state: "unusable", ...(found.version && { version: found.version }), obstacle: found.obstacle }
  const { version, rootless, ids, limits, openNetwork } = found.host
  const enforced = { cpu: limits.cpus, memory: limits.memory, pids: limits.pids }
  return {
    state: "ok",
    version,
    rootless,
    ...(ids.kind === "range" && { firstId: ids.base }),
    ...(openNetwork.kind === "impossible" && { network: openNetwork.obstacle }),
    unlimited: (["cpu", "memory", "pids"] as const).filter((name) => enforced[name] === undefined),
  }
}

/** Passes on each new reason to wait once. */
function waitingFor(onStep: (step: StartStep) => void): (health: SandboxHealth) => void {
  let last = ""
  return ({ image, agent }) => {
    const next =
      (image.state === "building" && { step: "image", text: image.step?.name ?? "get" }) ||
      (agent.state === "fetching" && image.state === "ready" && { step: "program", text: "getting the agent" })
    if (!next || next.step + next.text === last) return
    last = next.step + next.text
    onStep(next)
  }
}

interface Shared<T> {
  (): Promise<T>
  /** The next who asks begins anew, unless a run is under way. */
  forget(): void
}

/** One run for everyone who asks meanwhile; a good result is kept, a bad one is tried again by the next. */
function shared<T>(work: () => Promise<T>, isGood: (result: T) => boolean): Shared<T> {
  let current: Promise<T> | undefined
  let isOver = false
  const ask = (): Promise<T> => {
    if (current) return current
    isOver = false
    const mine = work().then(
      (result) => {
        isOver = true
        if (!isGood(result)) current = undefined
        return result
      },
      (error) => {
        current = undefined
        throw error
      },
    )
    current = mine
    return mine
  }
  return Object.assign(ask, {
    forget: () => {
      if (isOver) current = undefined
    },
  })
}
