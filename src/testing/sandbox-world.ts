import { chmod, mkdir } from "node:fs/promises"
import { join } from "node:path"
import { type LoopId, newLoopId, newWorkspaceId, parseUserName, type WorkspaceId } from "../lib/ids.ts"
import { createBackground } from "../platform/background.ts"
import { type Clock, systemClock, systemIds } from "../platform/clock.ts"
import { createDisk } from "../platform/disk/disk.ts"
import { createLog } from "../platform/log.ts"
import { createProcesses, type Processes } from "../platform/process/processes.ts"
import { removeContainer } from "../sandbox/containers.ts"
import {
  type Box,
  createSandboxes,
  type Sandboxes,
  type SandboxNeeds,
  type SandboxSettings,
  type SandboxSpec,
} from "../sandbox/index.ts"
import { podmanEnvironment, testBaseImage, testSettings } from "./base-image.ts"
import { testPlugin } from "./plugin.ts"
import { tempFolder } from "./temp-folder.ts"

/** Real podman, a base image of this machine's packages, and the guest out of the sources. */
export interface SandboxWorld extends AsyncDisposable {
  sandboxes: Sandboxes
  processes: Processes
  workspace: WorkspaceId
  folder: string
  log: string[]
  /** A loop with its folders, which belong to the sandbox user. */
  spec(over?: Partial<SandboxSpec>): Promise<SandboxSpec>
  started(spec: SandboxSpec): Promise<Box>
  /** Another server on the same home, as after a restart; the first one lets go of what it has. */
  restart(): Promise<Sandboxes>
  podman(...args: string[]): Promise<string>
}

export interface SandboxWorldOptions {
  settings?: Partial<SandboxSettings>
  clock?: Clock
  /** Stands in the environment of the server's programs; must never be seen inside. */
  canary?: string
  serveGateway?(loop: LoopId, request: Request): Promise<Response>
  wayOut?: SandboxNeeds["wayOut"]
  places?: SandboxNeeds["places"]
  toolChains?: SandboxNeeds["toolChains"]
  vaultFiles?: SandboxNeeds["vaultFiles"]
}

export async function sandboxWorld(options: SandboxWorldOptions = {}): Promise<SandboxWorld> {
  const temp = await tempFolder()
  const processes = createProcesses({ ...podmanEnvironment(), DBUS_SESSION_BUS_ADDRESS: options.canary })
  const lines: string[] = []
  const log = createLog({ format: "text", verbose: true, write: (line) => lines.push(line) }, systemClock)
  const workspace = newWorkspaceId(systemIds)
  const needs: SandboxNeeds = {
    processes,
    disk: createDisk(),
    clock: options.clock ?? systemClock,
    ids: systemIds,
    log,
    background: createBackground(log),
    workspace,
    runtimeFolder: join(temp.path, "runtime"),
    socketsFolder: join(temp.path, "s"),
    settings: { ...testSettings, givenImage: await testBaseImage(), ...options.settings },
    baseImage: async () => "host",
    plugin: await testPlugin(),
    host: await testHost(temp.path),
    ...(options.wayOut && { wayOut: options.wayOut }),
    ...(options.places && { places: options.places }),
    ...(options.toolChains && { toolChains: options.toolChains }),
    ...(options.vaultFiles && { vaultFiles: options.vaultFiles }),
    serveGateway: options.serveGateway ?? (async () => new Response("no gateway here", { status: 404 })),
  }
  await mkdir(needs.runtimeFolder)
  await mkdir(needs.socketsFolder)

  const podman = async (...args: string[]) => (await processes.run({ argv: ["podman", ...args] })).text
  const world: SandboxWorld = {
    sandboxes: createSandboxes(needs),
    processes,
    workspace,
    folder: temp.path,
    log: lines,
    podman,
    async spec(over = {}) {
      const loop = newLoopId(systemIds)
      const folders = { workdir: "workdir", claudeState: "claude", home: "home" }
      const made = Object.fromEntries(
        Object.entries(folders).map(([key, name]) => [key, join(temp.path, "loops", loop, name)]),
      ) as SandboxSpec["folders"]
      for (const folder of Object.values(made)) {
        await mkdir(folder, { recursive: true })
        await world.sandboxes.giveAway(folder)
      }
      const driver = parseUserName("alice")
      if (!driver) throw new Error("alice is a name")
      const identity = { displayName: "Alice", email: "alice@loopat.local" }
      return { loop, driver, folders: made, objects: {}, network: "open", nested: false, identity, ...over }
    },
    async started(spec) {
      const outcome = await world.sandboxes.start(spec)
      if (outcome.kind === "ready") return outcome.box
      throw new Error(`${outcome.reason}: ${outcome.detail}\n${lines.join("\n")}`)
    },
    async restart() {
      await world.sandboxes[Symbol.asyncDispose]()
      world.sandboxes = createSandboxes(needs)
      return world.sandboxes
    },
    async [Symbol.asyncDispose]() {
      await needs.background[Symbol.asyncDispose]()
      await world.sandboxes[Symbol.asyncDispose]()
      const left = await podman("ps", "--all", "--quiet", `--filter=label=loopat.workspace=${workspace}`)
      for (const id of left.split("\n").filter(Boolean)) await removeContainer(processes, "podman", id)
      const images = await podman("images", "--quiet", `--filter=label=loopat.workspace=${workspace}`)
      for (const id of new Set(images.split("\n").filter(Boolean))) await podman("rmi", "--force", id)
      await processes[Symbol.asyncDispose]()
      await temp[Symbol.asyncDispose]()
    },
  }
  return world
}

/** The guest bundled out of the sources and run by this bun; the product mounts its one executable instead. */
export async function testHost(folder: string): Promise<SandboxNeeds["host"]> {
  const bundle = join(folder, "guest.js")
  const built = await Bun.build({ entrypoints: [join(import.meta.dirname, "guest-entry.ts")], target: "bun" })
  await Bun.write(bundle, built.outputs[0] ?? "")
  await chmod(bundle, 0o644)
  const agent = join(import.meta.dirname, "../../node_modules/@anthropic-ai/claude-agent-sdk-linux-x64/claude")
  return {
    uid: process.getuid?.() ?? 0,
    gid: process.getgid?.() ?? 0,
    arch: process.arch,
    executable: process.execPath,
    guestArguments: ["/opt/loopat/guest.js", "guest"],
    guestMounts: { [bundle]: "/opt/loopat/guest.js" },
    claude: agent,
    build: "test",
  }
}

/** Inside, `loopat` is one program that is called as the product's own is: ssh gets out of an allow-list by it. */
export async function asOneProgram(host: SandboxNeeds["host"], folder: string): Promise<SandboxNeeds["host"]> {
  const program = join(folder, "loopat")
  await Bun.write(program, '#!/bin/sh\nexec /opt/loopat/bun /opt/loopat/guest.js "$@"\n')
  await chmod(program, 0o755)
  const guestMounts = { ...host.guestMounts, [host.executable]: "/opt/loopat/bun" }
  return { ...host, executable: program, guestArguments: ["guest"], guestMounts }
}
