import { describe, expect, test } from "bun:test"
import { silentLog } from "../platform/log.ts"
import type { Command } from "../platform/process/command.ts"
import { samplePodman, sampleWorkspace } from "../testing/sandbox-samples.ts"
import { type Answer, scriptedProcesses } from "../testing/scripted-processes.ts"
import type { ContainerPlan } from "./container.ts"
import { createContainers } from "./containers.ts"
import type { PodmanHost } from "./podman-host.ts"

const plan: ContainerPlan = {
  name: "loopat-a-b",
  workspace: "w",
  loop: "l",
  driver: "alice",
  image: "base:1",
  hostname: "h",
  ids: { kind: "keep" },
  mounts: [],
  tmpfs: [],
  limits: { openFiles: 1, processesPerUser: 1 },
  network: "slirp4netns",
  hardening: "standard",
  selinux: false,
  program: ["/loopat", "guest"],
}
const host: PodmanHost = { ...samplePodman, rootless: true, ids: { kind: "keep" }, limits: plan.limits }

function containersWith(answer: (command: Command, index: number) => Answer) {
  let index = 0
  const processes = scriptedProcesses((command) => answer(command, index++))
  const containers = createContainers({
    processes,
    program: "podman",
    workspace: sampleWorkspace,
    guest: ["/loopat", "guest"],
    log: silentLog,
  })
  return { containers, asked: () => processes.calls.map(({ argv }) => `${argv[0]} ${argv[1]}`) }
}

describe("podman's list", () => {
  test("is read with what the labels say, and a label that is no loop's id is no loop", async () => {
    const labels = {
      "loopat.loop": "11111111-2222-4333-8444-555555555555",
      "loopat.driver": "alice",
      "loopat.spec": "ab",
    }
    const text = JSON.stringify([
      { Names: ["one"], Image: "base:1", State: "running", Labels: labels },
      { Names: ["two"], Image: "base:1", State: "exited", Labels: { "loopat.loop": "../x" } },
      { Names: ["three"], Image: "base:1", State: "created", Labels: null },
      { Names: ["build"], Image: "base:1", State: "running", Labels: { "loopat.build": "tools" } },
    ])
    const { containers } = containersWith(() => ({ text }))
    expect(await containers.list()).toMatchObject([
      { name: "one", loop: labels["loopat.loop"], driver: "alice", spec: "ab", running: true },
      { name: "two", running: false },
      { name: "three", spec: "", running: false },
    ])
    expect((await containers.list()).map(({ loop }) => loop !== undefined)).toEqual([true, false, false])
    expect((await containers.listAll()).builds).toEqual(["build"])
  })

  test("of nothing is empty", async () => {
    for (const text of ["", "[]"]) expect(await containersWith(() => ({ text })).containers.list()).toEqual([])
  })
})

describe("a container", () => {
  test("whose name a cut-off start has left behind is made in its place", async () => {
    const taken = { code: 125, stderr: 'Error: the container name "loopat-a-b" is already in use by 123' }
    const { containers, asked } = containersWith((_command, index) => (index === 0 ? taken : {}))
    await containers.create(plan, "spec")
    expect(asked()).toEqual(["podman create", "podman rm", "podman create"])
  })

  test("that is still being unmounted is removed in a further try, and not for ever", async () => {
    const busy = { code: 125, stderr: "unlinkat …/shm: device or resource busy" }
    const soon = containersWith((_command, index) => (index < 3 ? busy : {}))
    await soon.containers.remove("c")
    expect(soon.asked()).toHaveLength(4)
    const never = containersWith(() => busy)
    await expect(never.containers.remove("c")).rejects.toThrow("resource busy")
    const other = containersWith(() => ({ code: 125, stderr: "Error: no storage" }))
    await expect(other.containers.remove("c")).rejects.toThrow("no storage")
    expect(other.asked()).toHaveLength(1)
  })

  test("is fenced after its start and before anything else, with routes only where it has a network", async () => {
    const open = containersWith(() => ({ text: "4242\n" }))
    await open.containers.start(plan, ["10.0.0.0/8"], host)
    expect(open.asked()).toEqual(["podman start", "podman inspect", "nsenter --target=4242", "nsenter --target=4242"])
    const closed = containersWith(() => ({ text: "4242\n" }))
    await closed.containers.start({ ...plan, network: "none" }, ["10.0.0.0/8"], host)
    expect(closed.asked()).toEqual(["podman start", "podman inspect", "nsenter --target=4242"])
  })

  test("that cannot be fenced does not count as started", async () => {
    const ended = containersWith(() => ({ text: "0\n" }))
    await expect(ended.containers.start(plan, [], host)).rejects.toThrow("the container ended while it started")
    const unfenced = containersWith(({ argv }) =>
      argv[0] === "nsenter" ? { code: 1, stderr: "denied" } : { text: "42" },
    )
    await expect(unfenced.containers.start(plan, [], host)).rejects.toThrow("denied")
  })

  test("tells how it ended, and one that does not exist is undefined", async () => {
    const state = { Running: false, OOMKilled: true, ExitCode: 137 }
    const { containers } = containersWith(() => ({ text: JSON.stringify(state) }))
    expect(await containers.state("c")).toEqual({ running: false, outOfMemory: true, exitCode: 137 })
    const none = containersWith(() => ({ code: 125, stderr: "Error: no such container c" }))
    expect(await none.containers.state("c")).toBeUndefined()
  })
})

describe("a container whose monitor was killed", () => {
  test("is removed in a further try", async () => {
    const stopping = {
      code: 125,
      stderr: "Error: cannot remove container c as it could not be stopped: no such process",
    }
    const { containers, asked } = containersWith((_command, index) => (index === 0 ? stopping : {}))
    await containers.remove("c")
    expect(asked()).toEqual(["podman rm", "podman rm"])
  })

  test("that ended unseen counts as stopped although podman complains, and one that goes on does not", async () => {
    const timedOut = {
      code: 125,
      stderr: "Error: timed out waiting for file /run/libpod/exits/c: internal libpod error",
    }
    const state = (Running: boolean) => ({ text: JSON.stringify({ Running, ExitCode: 137 }) })
    const ended = containersWith((_command, index) => (index === 0 ? timedOut : state(false)))
    await ended.containers.stop("c", 5)
    expect(ended.asked()).toEqual(["podman stop", "podman inspect"])
    const running = containersWith((_command, index) => (index === 0 ? timedOut : state(true)))
    await expect(running.containers.stop("c", 5)).rejects.toThrow("timed out waiting")
  })
})
