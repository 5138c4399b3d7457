import { parseWorkspaceId } from "../lib/ids.ts"
import { systemClock } from "../platform/clock.ts"
import { createDisk } from "../platform/disk/disk.ts"
import { silentLog } from "../platform/log.ts"
import { createProcesses, type HostEnvironment } from "../platform/process/processes.ts"
import { ensureImage } from "../sandbox/image.ts"
import type { SandboxSettings } from "../sandbox/index.ts"
import { probePodman } from "../sandbox/podman-host.ts"
import { sampleSettings } from "./sandbox-samples.ts"
import { tempFolder } from "./temp-folder.ts"

/** All tests share one image: its workspace is nobody's. */
const workspace = parseWorkspaceId("00000000-0000-4000-8000-00000000ba5e")

/** What real containers can live with. */
export const testSettings: SandboxSettings = {
  ...sampleSettings,
  limits: { cpus: 2, memory: "1g", pids: 512, openFiles: 4_096, tmp: "64m" },
  containerIdleMs: 600_000,
}

export function podmanEnvironment(): HostEnvironment {
  const { PATH = "/usr/bin:/bin", HOME = "/root", CONTAINERS_CONF, XDG_RUNTIME_DIR } = process.env
  return { PATH: `${PATH}:/usr/sbin:/sbin`, HOME, CONTAINERS_CONF, XDG_RUNTIME_DIR }
}

/**
 * The tag of a base image out of this machine's packages, for `LOOPAT_SANDBOX_IMAGE` and for tests: made once per
 * machine and recipe, then found in a few milliseconds.
 */
export async function testBaseImage(): Promise<string> {
  if (!workspace) throw new Error("the workspace of the image does not parse")
  await using temp = await tempFolder()
  await using processes = createProcesses(podmanEnvironment())
  const server = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
  const host = { ...server, arch: process.arch, executable: process.execPath, guestArguments: [], build: "test" }
  const probe = await probePodman(processes, testSettings, host)
  if (probe.kind !== "usable") throw new Error(`podman: ${probe.obstacle.detail}`)
  const needs = { processes, disk: createDisk(), clock: systemClock, log: silentLog, workspace, server: host }
  const wanted = { settings: testSettings, baseImage: "host", mise: undefined, runtimeFolder: temp.path }
  const { signal } = new AbortController()
  const image = await ensureImage({ ...needs, ...wanted, signal, tell: () => undefined }, probe.host)
  if (image.kind === "failed") throw new Error(`base image: ${image.fault.detail}`)
  return image.tag
}
