import { z } from "zod"
import { type LoopId, parseLoopId, type WorkspaceId } from "../lib/ids.ts"
import prepareNesting from "../../sandbox/nested.py" with { type: "text" }
import { bestEffort, type Log } from "../platform/log.ts"
import { type Command, CommandFailed } from "../platform/process/command.ts"
import type { Processes } from "../platform/process/processes.ts"
import * as podman from "./args.ts"
import type { ContainerPlan } from "./container.ts"
import { blockRanges, forbidUserNamespaces } from "./network.ts"
import type { PodmanHost } from "./podman-host.ts"

/** A container of this workspace as podman lists it. */
export interface FoundContainer {
  name: string
  loop: LoopId | undefined
  driver: string
  spec: string
  image: string
  running: boolean
}

const Listed = z.array(
  z.object({
    Names: z.array(z.string()).min(1),
    Image: z.string(),
    State: z.string(),
    Labels: z.record(z.string(), z.string()).nullish(),
  }),
)
const State = z.object({ Running: z.boolean(), OOMKilled: z.boolean().optional(), ExitCode: z.number() })

type Fenced = Pick<ContainerPlan, "name" | "network"> & Partial<Pick<ContainerPlan, "hardening">>

/** All of a workspace. `builds`: names of those that are to become an image. */
interface Listing {
  boxes: FoundContainer[]
  builds: string[]
}

/** The podman calls of a container's life, one by one. */
export interface Containers {
  /** Without those that are to become an image. */
  list(): Promise<FoundContainer[]>
  listAll(): Promise<Listing>
  create(plan: ContainerPlan, spec: string): Promise<void>
  /** Starts it and returns after it is fenced. */
  start(plan: ContainerPlan, ranges: readonly string[], host: PodmanHost): Promise<void>
  /** From outside: closes the blocked ranges and new user namespaces. Again and again is fine. */
  fence(plan: Fenced, ranges: readonly string[], host: PodmanHost): Promise<void>
  stop(name: string, seconds: number): Promise<void>
  remove(name: string): Promise<void>
  killGuest(name: string): Promise<void>
  /** Undefined: there is no such container. */
  state(name: string): Promise<{ running: boolean; outOfMemory: boolean; exitCode: number } | undefined>
}

export interface ContainersNeeds {
  processes: Processes
  /** The podman to call. */
  program: string
  workspace: WorkspaceId
  /** Command line of the guest inside. */
  guest: readonly string[]
  log: Log
}

export function createContainers({ processes, program, workspace, guest, log }: ContainersNeeds): Containers {
  async function fence(plan: Fenced, ranges: readonly string[], host: PodmanHost): Promise<void> {
    const pid = Number((await processes.run(podman.containerPid(program, plan.name))).text.trim())
    if (!(pid > 1)) throw new CommandFailed("exit", "podman", { stderr: "the container ended while it started" })
    const routes = plan.network === "none" ? [] : [blockRanges(pid, ranges, host.rootless)]
    const walls = plan.hardening === "nested" ? [] : [forbidUserNamespaces(pid)]
    await Promise.all([...walls, ...routes].map((command) => processes.run(command)))
  }

  const state = (name: string) => stateOf(processes, podman.containerState(program, name))

  async function listAll(): Promise<Listing> {
    const { text } = await processes.run(podman.listContainers(program, workspace))
    const all = Listed.parse(JSON.parse(text || "[]"))
    return { boxes: all.filter((one) => !isBuild(one)).map(asFound), builds: all.filter(isBuild).map(nameOf) }
  }

  return {
    list: async () => (await listAll()).boxes,
    listAll,
    async create(plan, spec) {
      try {
        await processes.run(podman.createContainer(program, plan, spec))
      } catch (error) {
        if (!isNameTaken(error)) throw error
        // A container of a start that was cut off; nobody knows what it is, so it goes.
        log.warn("a leftover container was in the way", { name: plan.name })
        await removeContainer(processes, program, plan.name)
        await processes.run(podman.createContainer(program, plan, spec))
      }
    },
    async start(plan, ranges, host) {
      await processes.run(podman.startContainer(program, plan.name))
      await fence(plan, ranges, host)
      if (plan.hardening !== "nested") return
      const prepare = podman.runAsInnerRoot(program, plan.name, prepareNesting)
      await bestEffort(log, "get a sandbox ready for containers inside", () => processes.run(prepare))
    },
    fence,
    async stop(name, seconds) {
      try {
        await processes.run(podman.stopContainer(program, name, seconds))
      } catch (error) {
        // Podman waits in vain for word of a container whose monitor was killed, and says so only after it has ended.
        if ((await state(name))?.running === true) throw error
        log.warn("a container had ended before it was stopped", { name, error })
      }
    },
    remove: (name) => removeContainer(processes, program, name),
    async killGuest(name) {
      await processes.run(podman.killGuest(program, name, guest))
    },
    state,
  }
}

type OneListed = z.infer<typeof Listed>[number]

const isBuild = ({ Labels }: OneListed) => Boolean(Labels?.["loopat.build"])
const nameOf = ({ Names }: OneListed) => Names[0] ?? ""

const asFound = (one: OneListed): FoundContainer => ({
  name: nameOf(one),
  loop: parseLoopId(one.Labels?.["loopat.loop"]),
  driver: one.Labels?.["loopat.driver"] ?? "",
  spec: one.Labels?.["loopat.spec"] ?? "",
  image: one.Image,
  running: one.State === "running",
})

async function stateOf(processes: Processes, look: Command): ReturnType<Containers["state"]> {
  try {
    const { Running, OOMKilled, ExitCode } = State.parse(JSON.parse((await processes.run(look)).text))
    return { running: Running, outOfMemory: OOMKilled ?? false, exitCode: ExitCode }
  } catch (error) {
    if (error instanceof CommandFailed && /no such (container|object)/i.test(error.stderr)) return undefined
    throw error
  }
}

const isNameTaken = (error: unknown) =>
  error instanceof CommandFailed && /name .* is already in use/i.test(error.stderr)

/**
 * A container that has just ended is still being unmounted, and one whose monitor was killed counts as running until
 * podman has failed to stop it: podman says so instead of looking again.
 */
export async function removeContainer(processes: Processes, program: string, name: string): Promise<void> {
  for (let left = 10; ; left--) {
    try {
      await processes.run(podman.removeContainer(program, name))
      return
    } catch (error) {
      if (left === 0 || !(error instanceof CommandFailed && passing.test(error.stderr))) throw error
    }
  }
}

const passing = /resource busy|could not be stopped/i
