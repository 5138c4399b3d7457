import { describe, expect, test } from "bun:test"
import { mkdir, readdir, stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { createDisk } from "../platform/disk/disk.ts"
import { silentLog } from "../platform/log.ts"
import { createProcesses } from "../platform/process/processes.ts"
import { testClock } from "../testing/clock.ts"
import { scriptedProcesses } from "../testing/scripted-processes.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import type { AgentHealth } from "./contract.ts"
import { type AgentNeeds, type AgentPin, ensureAgent, pinFor } from "./agent-binary.ts"

const binary = "#!/bin/sh\necho agent\n"
const pin: AgentPin = {
  version: "9.9.9",
  package: "@agent/linux-x64",
  packageVersion: "1.2.3",
  sha256: new Bun.CryptoHasher("sha256").update(binary).digest("hex"),
  bytes: binary.length,
}

async function agentWorld(over: (folder: string) => Partial<AgentNeeds> = () => ({})) {
  const temp = await tempFolder()
  const told: AgentHealth[] = []
  const needs: AgentNeeds = {
    processes: createProcesses({ PATH: "/usr/bin:/bin", HOME: temp.path }),
    disk: createDisk(),
    clock: testClock(),
    log: silentLog,
    runtimeFolder: join(temp.path, "runtime"),
    server: {
      uid: process.getuid?.() ?? 0,
      gid: process.getgid?.() ?? 0,
      arch: "x64",
      executable: "/opt/loopat",
      guestArguments: [],
      build: "b",
    },
    pin,
    tell: (health) => told.push(health),
    ...over(temp.path),
  }
  return { needs, told, path: temp.path, [Symbol.asyncDispose]: () => temp[Symbol.asyncDispose]() }
}

const nearby = (folder: string, needs: AgentNeeds) => ({
  ...needs,
  server: { ...needs.server, claudeNearby: join(folder, "claude") },
})

/** An `add` that leaves a package with this content, as the real one would. */
const registryWith = (content: string) =>
  scriptedProcesses(async ({ argv, cwd = "" }) => {
    if (argv[1] !== "add") return { code: 1, stderr: "not expected" }
    await mkdir(join(cwd, "node_modules", pin.package), { recursive: true })
    await writeFile(join(cwd, "node_modules", pin.package, "claude"), content)
    return {}
  })

describe("the agent binary", () => {
  test("that is given is used as it is, and said to be nobody's but the operator's", async () => {
    await using world = await agentWorld()
    const claude = join(world.path, "my-claude")
    const given = { ...world.needs, server: { ...world.needs.server, claude } }
    expect(await ensureAgent(given)).toMatchObject({ kind: "failed", fault: { code: "no-binary" } })
    await writeFile(claude, "anything")
    expect(await ensureAgent(given)).toEqual({ kind: "ready", path: claude })
    expect(world.told.at(-1)).toEqual({ state: "ready", path: claude, proof: "given" })
  })

  test("that lies nearby is taken when its checksum is the published one, and is executable for sandboxes", async () => {
    await using world = await agentWorld()
    await writeFile(join(world.path, "claude"), binary)
    const outcome = await ensureAgent(nearby(world.path, world.needs))
    const final = join(world.path, "runtime/agent/9.9.9/claude")
    expect(outcome).toEqual({ kind: "ready", path: final })
    expect((await stat(final)).mode & 0o777).toBe(0o755)
    expect(await readdir(join(world.path, "runtime/agent"))).toEqual(["9.9.9"])
  })

  test("is fetched through this executable acting as bun, at its pinned version, once", async () => {
    const processes = registryWith(binary)
    await using world = await agentWorld(() => ({ processes }))
    const first = await ensureAgent(world.needs)
    expect(first.kind).toBe("ready")
    expect(await ensureAgent(world.needs)).toEqual(first)
    expect(processes.calls).toHaveLength(1)
    expect(processes.calls[0]?.argv).toEqual([
      "/opt/loopat",
      "add",
      "--exact",
      "--ignore-scripts",
      "--no-progress",
      "@agent/linux-x64@1.2.3",
    ])
    expect(processes.calls[0]?.env).toEqual({ BUN_BE_BUN: "1" })
    expect(world.told.map(({ state }) => state)).toEqual(["fetching", "ready", "ready"])
  })

  test("with another content never gets its final name, wherever it came from", async () => {
    await using world = await agentWorld(() => ({ processes: registryWith(binary.replace("agent", "other")) }))
    const outcome = await ensureAgent(world.needs)
    expect(outcome).toMatchObject({
      kind: "failed",
      fault: { code: "checksum", detail: "@agent/linux-x64 1.2.3 does not have the published checksum" },
    })
    expect(await readdir(join(world.path, "runtime/agent/9.9.9"))).toEqual([])
    expect(await readdir(join(world.path, "runtime/agent"))).toEqual(["9.9.9"])
  })

  test("that cannot be fetched says why", async () => {
    const processes = scriptedProcesses(() => ({ code: 1, stderr: "error: no route to the registry" }))
    await using world = await agentWorld(() => ({ processes }))
    const outcome = await ensureAgent(world.needs)
    const fault = { code: "not-fetched", detail: "error: no route to the registry" } as const
    expect(outcome).toEqual({ kind: "failed", fault })
    expect(world.told.at(-1)).toEqual({ state: "failed", version: "9.9.9", fault })
  })
})

test("fetching the agent leaves nothing behind, not even what a server that was killed on the way had fetched", async () => {
  await using world = await agentWorld(() => ({ processes: registryWith(binary) }))
  const half = join(world.path, "runtime/agent/incoming/package")
  await mkdir(half, { recursive: true })
  await writeFile(join(half, "claude.part"), "half of it")
  await ensureAgent(world.needs)
  expect(await readdir(join(world.path, "runtime/agent"))).toEqual(["9.9.9"])
})

test("each processor has the binary that the SDK published for it", () => {
  expect(pinFor("x64")?.package).toBe("@anthropic-ai/claude-agent-sdk-linux-x64")
  expect(pinFor("arm64")?.package).toBe("@anthropic-ai/claude-agent-sdk-linux-arm64")
  expect(pinFor("x64")?.sha256).toMatch(/^[0-9a-f]{64}$/)
  expect(pinFor("x64")?.sha256).not.toBe(pinFor("arm64")?.sha256)
  expect(pinFor("mips")).toBeUndefined()
})
