import { join } from "node:path"
import manifest from "../../node_modules/@anthropic-ai/claude-agent-sdk/manifest.json" with { type: "json" }
import sdk from "../../node_modules/@anthropic-ai/claude-agent-sdk/package.json" with { type: "json" }
import type { Clock } from "../platform/clock.ts"
import { isDiskFull } from "../platform/disk/calls.ts"
import type { Disk } from "../platform/disk/disk.ts"
import type { Log } from "../platform/log.ts"
import { type Command, CommandFailed, lastLine } from "../platform/process/command.ts"
import type { Processes } from "../platform/process/processes.ts"
import type { AgentHealth } from "./contract.ts"
import type { SandboxHost } from "./needs.ts"
import { installPackage } from "./npm-package.ts"

export type AgentOutcome = { kind: "ready"; path: string } | { kind: "failed"; fault: AgentFault }
type AgentFault = Extract<AgentHealth, { state: "failed" }>["fault"]

/** The one binary that belongs to the SDK of this program, by the SDK's own published checksum. */
export interface AgentPin {
  version: string
  package: string
  packageVersion: string
  sha256: string
  bytes: number
}

export interface AgentNeeds {
  processes: Processes
  disk: Disk
  clock: Clock
  log: Log
  runtimeFolder: string
  server: SandboxHost
  pin: AgentPin | undefined
  tell(health: AgentHealth): void
}

/** Undefined: the SDK has no binary for this processor. Sandboxes are glibc systems, so the musl builds are not asked. */
export function pinFor(arch: string): AgentPin | undefined {
  const platform = arch === "arm64" ? manifest.platforms["linux-arm64"] : manifest.platforms["linux-x64"]
  if (arch !== "arm64" && arch !== "x64") return undefined
  return {
    version: manifest.version,
    package: `@anthropic-ai/claude-agent-sdk-linux-${arch}`,
    packageVersion: sdk.version,
    sha256: platform.checksum,
    bytes: platform.size,
  }
}

/** Makes sure that the agent binary lies in the runtime folder. Only what has the published checksum gets its final name. */
export async function ensureAgent(needs: AgentNeeds): Promise<AgentOutcome> {
  const { disk, server, pin } = needs
  const there = await lookForAgent(needs)
  if (there.state === "failed") return failed(needs, there.fault)
  if (there.state === "ready") return ready(needs, there)
  if (!pin) throw new Error("an agent without a pin cannot be looked for")
  const { folder, final } = placeOf(needs.runtimeFolder, pin)
  needs.tell({ state: "fetching", version: pin.version, startedAt: needs.clock.now() })
  // Always the same: what a server that was killed left in it, hundreds of megabytes, goes before the next try.
  const work = join(needs.runtimeFolder, "agent", "incoming")
  try {
    await disk.remove(work)
    await disk.makeFolder(folder)
    await disk.makeFolder(work)
    const found = (await takeNearby(needs, pin, work)) ?? (await fetch(needs, pin, work))
    if (typeof found !== "string") return failed(needs, found)
    await disk.own(found, server, 0o755)
    await disk.move(found, final)
    return ready(needs, { version: pin.version, path: final, proof: "verified" })
  } catch (error) {
    if (isDiskFull(error)) return failed(needs, { code: "no-space", detail: "no space left on device" })
    if (!(error instanceof CommandFailed)) throw error
    return failed(needs, { code: "not-fetched", detail: lastLine(error.stderr) || error.message })
  } finally {
    await disk.remove(work)
  }
}

/** What is there, without fetching anything; `waiting`: nothing yet. */
export async function lookForAgent({
  disk,
  server,
  pin,
  runtimeFolder,
}: Pick<AgentNeeds, "disk" | "server" | "pin" | "runtimeFolder">): Promise<
  Extract<AgentHealth, { state: "waiting" | "ready" | "failed" }>
> {
  const without = (detail: string) => ({ state: "failed", fault: { code: "no-binary", detail } }) as const
  if (server.claude) {
    const exists = await disk.exists(server.claude)
    return exists ? { state: "ready", path: server.claude, proof: "given" } : without(`${server.claude} does not exist`)
  }
  if (!pin) return without(`there is no agent binary for ${server.arch}`)
  const path = placeOf(runtimeFolder, pin).final
  // Only what has the published checksum ever gets this name.
  if (!(await disk.exists(path))) return { state: "waiting" }
  return { state: "ready", version: pin.version, path, proof: "verified" }
}

function placeOf(runtimeFolder: string, { version }: AgentPin) {
  const folder = join(runtimeFolder, "agent", version)
  return { folder, final: join(folder, "claude") }
}

async function takeNearby(
  { processes, disk, log, server }: AgentNeeds,
  pin: AgentPin,
  work: string,
): Promise<string | undefined> {
  const nearby = server.claudeNearby
  if (!nearby || !(await disk.exists(nearby))) return undefined
  const copy = join(work, "claude")
  await processes.run(copyFile(nearby, copy))
  if (await matches(copy, pin)) return copy
  log.warn("the agent binary nearby is not the one this program was built with", { nearby, wanted: pin.version })
  return undefined
}

/** Through this executable acting as bun, so that the person's own npm configuration says where packages come from. */
async function fetch({ processes, disk, server }: AgentNeeds, pin: AgentPin, work: string) {
  const place = join(work, "package")
  await disk.makeFolder(place)
  await disk.write(join(place, "package.json"), '{"private":true}\n')
  await processes.run(installPackage(server.executable, place, `${pin.package}@${pin.packageVersion}`))
  const fetched = join(place, "node_modules", pin.package, "claude")
  if (await matches(fetched, pin)) return fetched
  const detail = `${pin.package} ${pin.packageVersion} does not have the published checksum`
  return { code: "checksum", detail } as const
}

const copyFile = (from: string, to: string): Command => ({
  argv: ["cp", "--reflink=auto", "--", from, to],
  timeoutMs: 120_000,
})

async function matches(path: string, pin: AgentPin): Promise<boolean> {
  const file = Bun.file(path)
  if (!(await file.exists()) || file.size !== pin.bytes) return false
  const hasher = new Bun.CryptoHasher("sha256")
  for await (const piece of file.stream()) hasher.update(piece)
  return hasher.digest("hex") === pin.sha256
}

function ready(
  { log, tell }: AgentNeeds,
  { path, proof, version }: Omit<Extract<AgentHealth, { state: "ready" }>, "state">,
): AgentOutcome {
  const found = { path, proof, ...(version !== undefined && { version }) }
  log.info("the agent binary is ready", { ...found })
  tell({ state: "ready", ...found })
  return { kind: "ready", path: found.path }
}

function failed({ log, tell, pin }: AgentNeeds, fault: AgentFault): AgentOutcome {
  log.warn("there is no agent binary", { code: fault.code, detail: fault.detail })
  tell({ state: "failed", ...(pin && { version: pin.version }), fault })
  return { kind: "failed", fault }
}
