import { parseLoopId, parseUserName, parseWorkspaceId } from "../lib/ids.ts"
import type { SandboxSpec } from "../sandbox/contract.ts"
import type { SandboxSettings } from "../sandbox/needs.ts"
import type { PlanNeeds } from "../sandbox/plan.ts"
import type { PodmanHost } from "../sandbox/podman-host.ts"

const sure = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error("an id of the samples does not parse")
  return value
}

export const sampleWorkspace = sure(parseWorkspaceId("aaaaaaaa-2222-4333-8444-555555555555"))

export const anotherDriver = sure(parseUserName("bob"))

/** Of a loop of alice, which borrows objects of nobody. */
export const sampleSpec: SandboxSpec = {
  loop: sure(parseLoopId("11111111-2222-4333-8444-555555555555")),
  driver: sure(parseUserName("alice")),
  folders: { workdir: "/h/w", claudeState: "/h/c", home: "/h/home" },
  objects: {},
  network: "open",
  nested: false,
  identity: { displayName: "Alice", email: "a@b" },
}

export const sampleSettings: SandboxSettings = {
  limits: { cpus: 2, memory: "4g", pids: 9, openFiles: 9, tmp: "1g" },
  hardening: "standard",
  containerIdleMs: 1,
  keepOnStop: true,
  podman: "podman",
}

/** A podman of root's. */
export const samplePodman: PodmanHost = {
  version: "5.0.0",
  rootless: false,
  ids: { kind: "range", base: 200_000 },
  limits: { openFiles: 9, processesPerUser: 9 },
  openNetwork: { kind: "usable", by: "slirp4netns" },
  selinux: false,
  devices: ["/dev/fuse"],
}

export const samplePlanNeeds: PlanNeeds = {
  workspace: sampleWorkspace,
  runtimeFolder: "/rt",
  settings: sampleSettings,
  server: { uid: 0, gid: 0, arch: "x64", executable: "/usr/bin/loopat", guestArguments: ["guest"], build: "b" },
  podman: samplePodman,
  image: "base:1",
  claude: "/rt/agent/2/claude",
  sockets: "/s/x",
}
