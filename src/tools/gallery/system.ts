import type { ImageHealth, SandboxHealth } from "../../sandbox/index.ts"
import { findings, findingView, imageRunView } from "../../sandbox/index.ts"
import { diskView } from "../../app/system/state.ts"
import { systemWords } from "../../lib/i18n/system.ts"
import type { SystemView } from "../../../views/props/system.ts"
import { frame, now, type Setting } from "./samples.ts"

const podman: SandboxHealth["podman"] = { state: "ok", version: "5.2.1", rootless: true, unlimited: [] }
const agent: SandboxHealth["agent"] = { state: "ready", version: "2.1.330", path: "/a/claude", proof: "verified" }

const unreachable = {
  source: "registry",
  from: "ubuntu:24.04",
  fault: {
    code: "unreachable",
    detail: "Error: initializing source docker://ubuntu:24.04: pinging container registry: no such host",
  },
} as const
const noMirror = {
  source: "mirror",
  fault: {
    code: "no-program",
    detail: "mmdebstrap is not installed: sudo apt-get install mmdebstrap",
    command: "sudo apt-get install mmdebstrap",
  },
} as const
const log = [
  "registry: ubuntu:24.04",
  "[1/11] get",
  "registry: Error: initializing source docker://ubuntu:24.04: pinging container registry: no such host",
  "mirror",
  "[1/11] collect",
  "I: automatically chosen format: tar",
  "I: running apt-get update...",
  "I: downloading packages with apt...",
]

const building: ImageHealth = {
  state: "building",
  startedAt: now - 42_000,
  tries: [unreachable, { source: "mirror" }],
  step: { name: "collect", number: 1, of: 11, at: now - 31_000 },
  lastTook: 96_000,
  log,
}
const ready: ImageHealth = {
  state: "ready",
  source: "host",
  tag: "localhost/loopat-3f0c1d2e-base:50b50af086f7594a",
  id: "ab0e79758cb6",
  madeAt: now - 3_700_000,
  took: 48_000,
  tries: [unreachable, noMirror, { source: "host" }],
  log: [...log, "ready"],
}
const failed: ImageHealth = {
  state: "failed",
  at: now,
  fault: noMirror.fault,
  tries: [
    unreachable,
    noMirror,
    { source: "host", fault: { code: "no-space", detail: "tar: root.tar: Cannot write: No space left on device" } },
  ],
  log: [...log, "tar: root.tar: Cannot write: No space left on device"],
}

export const imageBuilding = ({ locale }: Setting) => imageRunView(building, locale)
export const systemReady = (setting: Setting) => system(setting, { podman, agent, image: ready }, 3)
export const systemFailed = (setting: Setting) => system(setting, { podman, agent, image: failed })

export function systemWithoutIds(setting: Setting): SystemView {
  const obstacle = {
    code: "ids-missing",
    detail: "user 1000 has fewer than 65536 subordinate ids",
    command:
      'sudo usermod --add-subuids 200000-265535 --add-subgids 200000-265535 "$(id -un 1000)" && podman system migrate',
  } as const
  const podman = { state: "unusable", version: "5.2.1", obstacle } as const
  return system(setting, { podman, agent, image: { state: "waiting" } })
}

function system(setting: Setting, health: SandboxHealth, running = 0): SystemView {
  const { locale } = setting
  const words = systemWords(locale)
  return {
    ...frame(setting),
    title: words.systemTitle,
    section: "settings",
    findings: [
      ...findings(health).map((finding) => findingView(finding, locale)),
      {
        id: "sandboxes",
        state: "ok",
        title: words.running,
        sentence: running === 0 ? words.runningNone : words.runningNow(running),
      },
      diskView({ free: 60e9, total: 252e9 }, locale),
    ],
    image: imageRunView(health.image, locale),
  }
}
