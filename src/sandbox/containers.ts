import { z } from "zod"
import { type LoopId, parseLoopId, type WorkspaceId } from "../lib/ids.ts"
import type { Log } from "../platform/log.ts"
import { CommandFailed } from "../platform/process/command.ts"
import type { Processes } from "../platform/process/processes.ts"
import * as podman from "./args.ts"
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

/** The podman calls of a container's life, one by one. */
export interface Containers {
  list(): Promise<FoundContainer[]>
  create(plan: podman.ContainerPlan, spec: string): Promise<void>
  /** Starts it and returns after it is fenced. */
  start(plan: podman.ContainerPlan, ranges: readonly string[], host: PodmanHost): Promise<void>
  /** From outside: closes the blocked ranges and new user namespaces. Again and again is fine. */
  fence(plan: podman.ContainerPlan, ranges: readonly string[], host: PodmanHost): Promise<void>
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
  async function fence(plan: podman.ContainerPlan, ranges: readonly string[], host: PodmanHost): Promise<void> {
    const pid = Number((await processes.run(podman.containerPid(program, plan.name))).text.trim())
    if (!(pid > 1)) throw new CommandFailed("exit", "podman", { stderr: "the container ended while it started" })
    const routes = plan.network === "none" ? [] : [blockRanges(pid, ranges, host.rootless)]
    await Promise.all([forbidUserNamespaces(pid), ...routes].map((command) => processes.run(command)))
  }

  return {
    async list() {
      const { text } = await processes.run(podman.listContainers(program, workspace))
      return Listed.parse(JSON.parse(text || "[]")).map(({ Names, Image, State: state, Labels }) => ({
        name: Names[0] ?? "",
        loop: parseLoopId(Labels?.["loopat.loop"]),
        driver: Labels?.["loopat.driver"] ?? "",
        spec: Labels?.["loopat.spec"] ?? "",
        image: Image,
        running: state === "running",
      }))
    },
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
    },
    fence,
    async stop(name, seconds) {
      await processes.run(podman.stopContainer(program, name, seconds))
    },
    remove: (name) => removeContainer(processes, program, name),
    async killGuest(name) {
      await processes.run(podman.killGuest(program, name, guest))
    },
    async state(name) {
      try {
        const { text } = await processes.run(podman.containerState(program, name))
        const state = State.parse(JSON.parse(text))
        return { running: state.Running, outOfMemory: state.OOMKilled ?? false, exitCode: state.ExitCode }
      } catch (error) {
        if (error instanceof CommandFailed && /no such (container|object)/i.test(error.stderr)) return undefined
        throw error
      }
    },
  }
}

const isNameTaken = (error: unknown) =>
  error instanceof CommandFailed && /name .* is already in use/i.test(error.stderr)

/** A container that has just ended is still being unmounted; podman says so instead of waiting. */
export async function removeContainer(processes: Processes, program: string, name: string): Promise<void> {
  for (let left = 10; ; left--) {
    try {
      await processes.run(podman.removeContainer(program, name))
      return
    } catch (error) {
      if (left === 0 || !(error instanceof CommandFailed && /resource busy/i.test(error.stderr))) throw error
    }
  }
}
