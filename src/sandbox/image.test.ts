import { describe, expect, test } from "bun:test"
import { exists, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { parseWorkspaceId } from "../lib/ids.ts"
import { createDisk } from "../platform/disk/disk.ts"
import { silentLog } from "../platform/log.ts"
import type { Command } from "../platform/process/command.ts"
import { testClock } from "../testing/clock.ts"
import { type Answer, scriptedProcesses } from "../testing/scripted-processes.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import type { SandboxHealth } from "./contract.ts"
import { ensureImage } from "./image.ts"
import type { SandboxSettings } from "./needs.ts"
import type { PodmanHost } from "./podman-host.ts"
import { baseTag, sourcesOf } from "./recipe.ts"

const host: PodmanHost = {
  version: "5.0.0",
  rootless: true,
  ids: { kind: "keep" },
  limits: { openFiles: 9, processesPerUser: 9 },
  openNetwork: { kind: "usable", by: "slirp4netns" },
  selinux: false,
}

/** `podman build`-like words of each call: what was asked, without its flags. */
const asked = (calls: readonly Command[]) =>
  calls.map(({ argv: [program, verb, more] }) =>
    program === "podman" ? `${verb}${verb === "image" ? ` ${more}` : ""}` : program,
  )

async function imageWorld(answer: (command: Command) => Answer, settings: Partial<SandboxSettings> = {}) {
  const temp = await tempFolder()
  const told: SandboxHealth["image"][] = []
  const workspace = parseWorkspaceId("aaaaaaaa-2222-4333-8444-555555555555")
  if (!workspace) throw new Error("the workspace's id parses")
  const processes = scriptedProcesses(answer)
  const needs = {
    processes,
    disk: createDisk(),
    clock: testClock(),
    log: silentLog,
    workspace,
    runtimeFolder: temp.path,
    server: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
    settings: {
      baseImage: "auto",
      limits: { cpus: 1, memory: "1g", pids: 9, openFiles: 9, tmp: "1g" },
      hardening: "standard" as const,
      blockRanges: [],
      containerIdleMs: 1,
      keepOnStop: true,
      podman: "podman",
      ...settings,
    },
    tell: (health: SandboxHealth["image"]) => void told.push(health),
  }
  const tagOf = (index: number) => baseTag(workspace, sourcesOf(needs.settings.baseImage)[index] ?? { kind: "host" })
  return {
    needs,
    processes,
    told,
    tagOf,
    ensure: () => ensureImage(needs, host),
    path: temp.path,
    [Symbol.asyncDispose]: () => temp[Symbol.asyncDispose](),
  }
}

const verb = (command: Command) => command.argv[1]

describe("a base image that is there", () => {
  test("is used without asking any registry or mirror, whichever source it came from", async () => {
    await using world = await imageWorld(() => ({ text: JSON.stringify([{ Names: [world.tagOf(2)] }]) }))
    expect(await world.ensure()).toEqual({ kind: "ready", tag: world.tagOf(2) })
    expect(asked(world.processes.calls)).toEqual(["images"])
    expect(world.told.at(-1)).toMatchObject({ state: "ready", source: "host" })
  })

  test("and is named by the operator is used as it is", async () => {
    await using world = await imageWorld(() => ({}), { givenImage: "registry.example/base:1" })
    expect(await world.ensure()).toEqual({ kind: "ready", tag: "registry.example/base:1" })
    expect(asked(world.processes.calls)).toEqual(["image exists"])
    expect(world.told.at(-1)).toMatchObject({ state: "ready", source: "given" })
  })
})

describe("a base image that is not there", () => {
  test("comes from the registry if that answers, with packages through apt", async () => {
    await using world = await imageWorld((command) => (verb(command) === "images" ? { text: "[]" } : {}))
    expect(await world.ensure()).toEqual({ kind: "ready", tag: world.tagOf(0) })
    expect(asked(world.processes.calls)).toEqual(["images", "pull", "rm", "create", "start", "import", "rm"])
    const create = world.processes.calls.find((command) => verb(command) === "create")
    expect(create?.argv).toContain("--env=PACKAGES=install")
    expect(create?.argv.join(" ")).toContain("--network=slirp4netns")
  })

  test("comes from the mirror else, and from this machine's packages at last; each refusal is in the log", async () => {
    await using world = await imageWorld((command) => {
      if (verb(command) === "images") return { text: "[]" }
      if (verb(command) === "pull") return { code: 125, stderr: "Error: no such host" }
      if (String(command.stdin).includes("mmdebstrap")) return { code: 1, stderr: "mmdebstrap is not installed" }
      return command.argv[0] === "bash" ? { text: "loopat-step: 134 packages\nsome noise\n" } : {}
    })
    expect(await world.ensure()).toEqual({ kind: "ready", tag: world.tagOf(2) })
    const last = world.told.at(-1)
    expect(last).toMatchObject({ state: "ready", source: "host", detail: expect.stringContaining("own packages") })
    expect(last?.log).toContain("registry: Error: no such host")
    expect(last?.log).toContain("mirror: mmdebstrap is not installed")
    expect(last?.log).toContain("some noise")
    expect(world.told.map(({ step }) => step)).toContain("134 packages")
    const create = world.processes.calls.findLast((command) => verb(command) === "create")
    expect(create?.argv).toContain("--env=PACKAGES=present")
    expect(create?.argv).toContain("--network=none")
  })
})

describe("a base image that cannot be had", () => {
  test("from anywhere says why and what to do, and leaves no folder behind", async () => {
    await using world = await imageWorld((command) =>
      verb(command) === "images" ? { text: "[]" } : { code: 1, stderr: "Error: nothing works" },
    )
    expect(await world.ensure()).toMatchObject({
      kind: "failed",
      detail: "Error: nothing works",
      remedy: expect.stringContaining("file:<tar>"),
    })
    expect(world.told.at(-1)?.state).toBe("failed")
    expect(await exists(join(world.path, "image-build"))).toBe(false)
  })

  test("whose set-up fails is not tagged", async () => {
    await using world = await imageWorld(
      (command) => {
        if (verb(command) === "images") return { text: "[]" }
        return verb(command) === "start" ? { code: 1, stderr: "the base image lacks sudo" } : {}
      },
      { baseImage: "host" },
    )
    expect(await world.ensure()).toMatchObject({ kind: "failed", detail: "the base image lacks sudo" })
    expect(world.processes.calls.filter((command) => command.argv.includes(world.tagOf(0)))).toEqual([])
  })
})

describe("a base image without a network", () => {
  test("can come from a file made elsewhere", async () => {
    await using world = await imageWorld((command) => (verb(command) === "images" ? { text: "[]" } : {}), {
      baseImage: "file:/srv/base.tar",
    })
    await writeFile(join(world.path, "unrelated"), "")
    expect((await world.ensure()).kind).toBe("ready")
    const source = world.processes.calls.find((command) => verb(command) === "import")
    expect(source?.argv).toContain("/srv/base.tar")
    expect(asked(world.processes.calls)).toEqual([
      "images",
      "import",
      "rm",
      "create",
      "start",
      "import",
      "rm",
      "image exists",
      "rmi",
    ])
  })
})
