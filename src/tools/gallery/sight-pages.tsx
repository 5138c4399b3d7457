import { SightPage } from "../../../views/pages/sight.tsx"
import type { SightView } from "../../../views/props/sight.ts"
import { parseLoopId, parseUserName, parseVaultName } from "../../lib/ids.ts"
import { networkWords } from "../../lib/i18n/network.ts"
import { insideView, type Sight, sightSections } from "../../loops/sight-present.ts"
import { ownHostsView, ownLimitsView, strictnessView } from "../../loops/sight-own.ts"
import type { SandboxDescription } from "../../sandbox/index.ts"
import { frame, header, loopId, type Setting } from "./samples.ts"

/** What a loop can see: to its driver while it runs, and to a viewer of one that rests where there is no sandbox. */
export const sightGallery = {
  sight: (setting: Setting) => <SightPage page={driverPage(setting)} />,
  "sight-viewer": (setting: Setting) => <SightPage page={viewerPage(setting)} />,
}

const id = loopId(3)
const folder = `/loopat/loop/${id}`
const description: SandboxDescription = {
  mounts: [
    { to: "/home/loopat", mode: "rw", origin: "home" },
    { to: `${folder}/.claude`, mode: "rw", origin: "agent-state" },
    { to: `${folder}/workdir`, mode: "rw", origin: "workdir" },
    { to: "/opt/loopat/objects/billing", mode: "ro", origin: "repository", name: "billing" },
    { to: "/opt/loopat/bin/claude", mode: "ro", origin: "agent" },
    { to: "/tmp", mode: "rw", origin: "memory", size: "1g" },
  ],
  variables: ["ANTHROPIC_BASE_URL", "HOME", "HTTPS_PROXY", "PATH"],
  limits: { cpus: 2, memory: 4 * 2 ** 30, openFiles: 65_536, tmp: "1g" },
  hardening: "standard",
  hostname: "loop-3f0c1d2e",
  image: "localhost/loopat-9f8e7d6c-base:0123456789abcdef",
  identity: { displayName: "Alice Chen", email: "alice@loopat.local" },
}

function sightOf(drives: boolean, found: SandboxDescription | undefined): Sight {
  const [loop, name, vault] = [parseLoopId(id), parseUserName("alice"), parseVaultName("default")]
  if (!loop || !name || !vault) throw new Error("the samples parse")
  const at = "2026-01-15T12:00:00.000Z"
  const record = {
    ...{ version: 1 as const, id: loop, kind: "work" as const, title: "x", titleBy: "person" as const, createdAt: at },
    ...{ createdBy: name, driver: name, drivers: [], state: { kind: "driven" as const }, vault },
    ...{ visibility: "workspace" as const, profiles: [], network: "allow-list" as const, rules: [], warnings: [] },
    ...{ flags: { crossLoop: false, nested: false }, permissionMode: "default" as const, thinking: "auto" },
    allowHosts: [{ host: "db.example.org:5432", by: "alice", at }],
  }
  const workspace = { mode: "allow-list" as const, allowHosts: ["github.com", "*.npmjs.org"], driversMayAllow: true }
  return {
    loop: { record, viewer: name, drives, owns: drives },
    network: "allow-list",
    workspace: { ...workspace, blockRanges: ["10.0.0.0/8"] },
    description: found,
    toolVersions: new Map([
      ["node", "24.11.0"],
      ["npm:prettier", "3.7.4"],
    ]),
    versions: [
      { context: "knowledge", commit: "3f0c1d2e5a6b4c7d8e9f", behind: 3, more: false },
      { context: "notes", commit: "9a8b7c6d5e4f3a2b1c0d", behind: 0, more: false },
    ],
    entries: [],
    files: { files: drives ? [{ path: ".ssh/id_ed25519" }, { path: ".gitconfig" }] : [], leftOut: [] },
  }
}

function driverPage(setting: Setting): SightView {
  const { locale } = setting
  const sight = sightOf(true, description)
  const look = {
    tools: [
      { name: "git", version: "git version 2.43.0", path: "/usr/bin/git" },
      { name: "node", version: "v24.11.0", path: "/opt/loopat-mise/shims/node" },
    ],
    variables: ["HOSTNAME", "PATH"],
    memory: 812_000_000,
    processes: 31,
    containers: { kind: "missing" as const, detail: "" },
  }
  return {
    ...frame(setting),
    ...{ panel: "sandbox", header: header(locale), running: true, mayRestart: true },
    sections: sightSections(sight, locale),
    hosts: ownHostsView(sight, { typed: "http://x", error: networkWords(locale).notAHost }),
    strictness: strictnessView(sight, { hardening: "standard", nested: "everyone" }, { role: "member" }),
    limits: ownLimitsView(
      sight,
      { limits: { cpus: 2, memory: "4g" }, limitsMax: { cpus: 8, memory: "16g" } },
      undefined,
    ),
    inside: insideView({ look, stale: true, description, drives: true }, locale),
  }
}

function viewerPage(setting: Setting): SightView {
  const sight = sightOf(false, undefined)
  return {
    ...frame(setting),
    ...{ panel: "sandbox", header: header(setting.locale), running: false, mayRestart: false },
    sections: sightSections(sight, setting.locale),
    hosts: ownHostsView(sight, { typed: "" }),
  }
}
