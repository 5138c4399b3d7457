import { ensureAgent, pinFor } from "./agent-binary.ts"
import type { SandboxHealth, StartStep } from "./contract.ts"
import { ensureImage } from "./image.ts"
import type { Preparation } from "./lives.ts"
import type { SandboxNeeds } from "./needs.ts"
import { type PodmanProbe, probePodman } from "./podman-host.ts"
import { fitsSockets } from "./seat.ts"

/** Podman, image and agent binary: got ready in the background, shared by everyone who waits. */
export interface Preparing {
  health(): SandboxHealth
  onHealth(listener: (health: SandboxHealth) => void): () => void
  /** Begins or joins; what failed before is tried again. */
  prepare(onStep: (step: StartStep) => void): Promise<Preparation>
  podman(): Promise<PodmanProbe>
}

export function createPreparing(needs: SandboxNeeds): Preparing {
  const listeners = new Set<(health: SandboxHealth) => void>()
  let health: SandboxHealth = {
    podman: { state: "unknown" },
    image: { state: "waiting", log: [] },
    agent: { state: "waiting" },
  }
  const tell = (change: Partial<SandboxHealth>) => {
    health = { ...health, ...change }
    for (const listener of listeners) listener(health)
  }

  const probe = shared(
    async () => {
      const found = fitsSockets(needs.socketsFolder)
        ? await probePodman(needs.processes, needs.settings, needs.host)
        : pathTooLong(needs.socketsFolder)
      tell({ podman: podmanHealth(found) })
      return found
    },
    (found) => found.kind === "usable",
  )
  const image = shared(
    async () => {
      const found = await probe()
      if (found.kind !== "usable") return { kind: "failed" as const, detail: found.detail, remedy: found.remedy }
      return ensureImage({ ...needs, server: needs.host, tell: (news) => tell({ image: news }) }, found.host)
    },
    (outcome) => outcome.kind === "ready",
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
    if (found.kind !== "usable") return { ...found, kind: "failed", reason: "podman-missing" }
    const listener = stepsOf(onStep)
    listeners.add(listener)
    // Who joins late learns at once what everybody waits for.
    listener(health)
    try {
      const base = await builtImage
      if (base.kind === "failed") return { ...base, reason: "image-missing" }
      const claude = await fetchedAgent
      if (claude.kind === "failed") return { ...claude, reason: "agent-missing" }
      return { kind: "prepared", prepared: { podman: found.host, image: base.tag, claude: claude.path } }
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
  }
}

const pathTooLong = (folder: string): PodmanProbe => ({
  kind: "broken",
  detail: `${folder} is too long a path for the sockets of sandboxes`,
  remedy: "Choose a home with a shorter path, or set XDG_RUNTIME_DIR.",
})

function podmanHealth(found: PodmanProbe): SandboxHealth["podman"] {
  if (found.kind !== "usable") return { state: found.kind, detail: found.detail, remedy: found.remedy }
  const { host } = found
  return {
    state: "ok",
    version: host.version,
    ...(host.openNetwork.kind === "impossible" && { detail: host.openNetwork.detail, remedy: host.openNetwork.remedy }),
  }
}

/** Passes on each new step of image and agent once. */
function stepsOf(onStep: (step: StartStep) => void): (health: SandboxHealth) => void {
  let last = ""
  return ({ image, agent }) => {
    const text = stepOf(image) ?? (agent.state === "fetching" ? "getting the agent" : undefined)
    if (!text || text === last) return
    last = text
    onStep({ step: "image", text })
  }
}

const stepOf = (image: SandboxHealth["image"]) => (image.state === "building" ? image.step : undefined)

/** One run for everyone who asks meanwhile; a good result is kept, a bad one is tried again by the next. */
function shared<T>(work: () => Promise<T>, isGood: (result: T) => boolean): () => Promise<T> {
  let current: Promise<T> | undefined
  return () => {
    if (current) return current
    const mine = work().then(
      (result) => {
        if (!isGood(result) && current === mine) current = undefined
        return result
      },
      (error) => {
        if (current === mine) current = undefined
        throw error
      },
    )
    current = mine
    return mine
  }
}
