import type { InsideView, SightRow, SightSection } from "../../views/props/sight.ts"
import { shownPath } from "../lib/file-path.ts"
import { byteSize } from "../lib/bytes.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import { strictnessWords } from "../lib/i18n/strictness.ts"
import { sightWords } from "../lib/i18n/sight.ts"
import { toolsWords } from "../lib/i18n/tools.ts"
import { workbenchUrls } from "../lib/workbench-urls.ts"
import type { SandboxDescription, SandboxSpec } from "../sandbox/index.ts"
import type { HomeFiles, VaultEntry } from "../vault/index.ts"
import type { ContextVersion } from "./checkouts/versions.ts"
import type { ViewedLoop } from "./contract.ts"
import type { InsideLook } from "./inside.ts"
import type { WorkspaceNetwork } from "./outbound.ts"
import { mayWrite } from "./workbench.ts"

type Words = ReturnType<typeof sightWords>

/** What is known of a loop's sandbox without looking into it. */
export interface Sight {
  loop: ViewedLoop
  network: SandboxSpec["network"]
  workspace: WorkspaceNetwork & { blockRanges: readonly string[] }
  description: SandboxDescription | undefined
  /** Of its tool chain, by name. */
  toolVersions: ReadonlyMap<string, string>
  /** What its contexts began with. */
  versions: ContextVersion[]
  /** Of the vault that the loop was given; of nobody but its driver's eyes. */
  entries: VaultEntry[]
  /** What of it is in the home, and what could not be. */
  files: HomeNames
}

export interface HomeNames {
  files: Pick<HomeFiles["files"][number], "path">[]
  leftOut: Pick<HomeFiles["leftOut"][number], "path">[]
}

/** Rows about files; a person may have a thousand. */
const mostFiles = 100

/** Personal parts are the driver's: home, the agent's own state, names of variables and of what is in a vault. */
export function sightSections(sight: Sight, locale: Locale): SightSection[] {
  const words = sightWords(locale)
  const { description, loop } = sight
  return [
    ...(description ? [places(description, loop, words)] : []),
    ...(sight.versions.length > 0 ? [versions(sight, words)] : []),
    network(sight, words),
    ...(description ? [limits(description, loop, locale), identity(description, loop, words)] : []),
    ...(sight.toolVersions.size > 0 ? [toolChain(sight, locale)] : []),
    credentials(sight, words),
    ...(description && loop.drives ? [variables(description, words)] : []),
  ]
}

const shortId = 12

const versions = (sight: Sight, words: Words): SightSection => ({
  id: "versions",
  title: words.versions,
  lead: words.versionsLead,
  rows: sight.versions.map(({ context, commit, behind, more }) => ({
    ...{ name: context, isCode: true, from: commit.slice(0, shortId) },
    how: behind === 0 ? words.newestVersion : words.behind(behind, more),
    ...(context !== "personal" &&
      mayWrite(sight.loop) && { pull: { url: workbenchUrls.pullNow(sight.loop.record.id), context } }),
  })),
})

const personal = new Set(["home", "agent-state", "personal"])

function places({ mounts }: SandboxDescription, { record, drives }: ViewedLoop, words: Words): SightSection {
  const seen = mounts.filter(({ origin }) => drives || !personal.has(origin))
  const origins = {
    workdir: words.fromWorkdir,
    "agent-state": words.fromAgentState,
    knowledge: words.fromKnowledge,
    notes: words.fromNotes,
    personal: words.fromPersonal(record.driver),
    repos: words.fromRepos,
    loops: words.fromLoops,
    snapshot: words.fromSnapshot,
    home: words.fromHome(record.driver),
    link: words.fromLink,
    agent: words.fromAgent,
    settings: words.fromSettings,
    identity: words.fromIdentity,
    tools: words.fromTools,
    loopat: words.fromLoopat,
    memory: words.fromMemory,
  }
  const rows = seen.map(({ to, mode, origin, name = "", size }): SightRow => {
    const rights = mode === "rw" ? words.readWrite : words.readOnly
    const how = size === undefined ? rights : words.memoryFor(size)
    return { name: to, isCode: true, how, from: origin === "repository" ? words.fromRepository(name) : origins[origin] }
  })
  return { id: "places", title: words.places, lead: words.placesLead, rows }
}

function network({ network: mode, workspace, loop }: Sight, words: Words): SightSection {
  const modes = { open: words.modeOpen, "allow-list": words.modeAllowList, "gateway-only": words.modeGatewayOnly }
  const from = mode === workspace.mode ? words.fromWorkspaceNetwork : words.fromLoopNetwork
  const listed = mode === "allow-list" ? workspace.allowHosts : []
  const own = mode === "allow-list" && workspace.driversMayAllow ? (loop.record.allowHosts ?? []) : []
  const ranges = mode === "gateway-only" ? [] : workspace.blockRanges
  return {
    id: "network",
    title: words.network,
    rows: [
      { name: words.reach, how: modes[mode], from },
      ...listed.map((host) => ({ name: host, isCode: true, how: words.host, from: words.fromWorkspaceNetwork })),
      ...own.map(({ host, by }) => ({ name: host, isCode: true, how: words.host, from: words.allowedBy(by) })),
      { name: words.blocked, how: words.blockedAlways, from: words.fromAlways },
      ...ranges.map((range) => ({ name: range, isCode: true, how: words.blocked, from: words.fromWorkspaceNetwork })),
      { name: words.gateway, how: words.gatewayHow, from: words.fromGateway },
    ],
  }
}

function limits(
  { limits: limit, hardening }: SandboxDescription,
  { record }: ViewedLoop,
  locale: Locale,
): SightSection {
  const words = sightWords(locale)
  const own = record.limits ?? {}
  const row = (name: string, value: string | undefined, isOwn = false): SightRow =>
    value === undefined
      ? { name, how: words.notEnforced, from: words.fromHost }
      : { name, how: value, from: isOwn ? words.fromLoop : words.fromLimits }
  return {
    id: "limits",
    title: words.limits,
    rows: [
      row(
        words.processors,
        limit.cpus === undefined ? undefined : words.processorsCount(String(limit.cpus)),
        own.cpus !== undefined,
      ),
      row(words.memory, limit.memory === undefined ? undefined : words.atMost(byteSize(limit.memory, locale))),
      row(words.processes, limit.pids === undefined ? undefined : String(limit.pids)),
      row(words.openFiles, String(limit.openFiles)),
      row(words.tmp, words.atMost(limit.tmp)),
      row(words.hardening, words[hardening], record.hardening === "strict" || hardening === "nested"),
    ],
  }
}

function identity(description: SandboxDescription, { drives }: ViewedLoop, words: Words): SightSection {
  const { hostname, image, identity: who, hardening } = description
  const commits = { name: words.commits, how: `${who.displayName} <${who.email}>`, from: words.fromIdentity }
  return {
    id: "identity",
    title: words.identity,
    rows: [
      { name: words.userName, how: hardening === "strict" ? words.userStrict : words.userHow, from: words.fromLoopat },
      { name: words.hostName, how: hostname, from: words.fromLoopat },
      ...(drives ? [commits] : []),
      { name: words.image, how: image, from: words.fromHost },
    ],
  }
}

function toolChain({ toolVersions }: Sight, locale: Locale): SightSection {
  const [words, tools] = [sightWords(locale), toolsWords(locale)]
  const rows = [...toolVersions].map(([name, version]) => ({
    ...{ name, isCode: true, how: version },
    from: words.fromTools,
  }))
  return { id: "tool-chain", title: tools.toolChain, lead: tools.toolChainLead, rows }
}

function credentials({ loop, entries, files }: Sight, words: Words): SightSection {
  const { vault, driver } = loop.record
  const kept = ({ set, withheld }: VaultEntry) => {
    if (!set) return words.unset
    return withheld === "provider-key" ? words.withheldProvider : words.keptHere
  }
  return {
    id: "credentials",
    title: words.credentials,
    lead: words.credentialsLead,
    rows: [
      { name: vault, isCode: true, how: words.vaultHow, from: words.fromVault(driver) },
      ...entries.map((entry) => ({
        name: entry.name,
        isCode: true,
        how: kept(entry),
        from: `${words.vault} ${vault}`,
      })),
      ...fileRows(files, { vault, words }),
      { name: "ANTHROPIC_API_KEY", isCode: true, how: words.placeholder, from: words.fromLoopat },
    ],
  }
}

function fileRows({ files, leftOut }: HomeNames, { vault, words }: { vault: string; words: Words }): SightRow[] {
  const row = ({ path }: { path: string }, how: string): SightRow => ({
    ...{ name: `~/${shownPath(path)}`, isCode: true, how },
    from: `${words.vault} ${vault}`,
  })
  const rows = [...files.map((file) => row(file, words.inHome)), ...leftOut.map((one) => row(one, words.notInHome))]
  const more = rows.length - mostFiles
  return more > 0
    ? [...rows.slice(0, mostFiles), { name: words.moreFiles(more), from: `${words.vault} ${vault}` }]
    : rows
}

function variables({ variables: names }: SandboxDescription, words: Words): SightSection {
  const rows = names.map((name) => ({
    ...{ name, isCode: true },
    from: /proxy$/i.test(name) || name === "NODE_USE_ENV_PROXY" ? words.fromProxy : words.fromVariables,
  }))
  return { id: "variables", title: words.variables, lead: words.variablesLead, rows }
}

interface Looked {
  look: InsideLook | "resting" | "failed"
  stale: boolean
  description: SandboxDescription | undefined
  /** Names of variables are the driver's. */
  drives: boolean
}

/** What was found inside, in the words of whoever asks. */
export function insideView({ look, stale, description, drives }: Looked, locale: Locale): InsideView {
  const words = sightWords(locale)
  const tools = { id: "tools", title: words.tools, lead: words.toolsLead }
  if (look === "failed") return { state: look, facts: [], tools: { ...tools, rows: [] }, stale }
  if (look === "resting") return { state: look, facts: [], tools: { ...tools, rows: [], empty: words.noTools }, stale }
  const known = new Set(description?.variables)
  const others = look.variables.filter((name) => !known.has(name))
  return {
    state: "running",
    stale,
    facts: usage(look, description, locale),
    tools: {
      ...tools,
      rows: look.tools.map(({ name, version, path }) => ({
        name,
        isCode: true,
        how: version,
        from: toolOrigin(path, words),
      })),
    },
    ...(drives &&
      others.length > 0 && {
        variables: {
          ...{ id: "other-variables", title: words.variables, lead: words.variablesLead },
          rows: others.map((name) => ({ name, isCode: true, from: words.fromImage })),
        },
      }),
  }
}

function usage(look: InsideLook, description: SandboxDescription | undefined, locale: Locale): SightRow[] {
  const words = sightWords(locale)
  const limit = description?.limits
  const of = (used: string, most: string | undefined) =>
    most === undefined ? words.used(used) : words.inUse(used, most)
  const memory = look.memory === undefined ? [] : [look.memory]
  return [
    ...memory.map((bytes) => ({
      name: words.memory,
      how: of(byteSize(bytes, locale), limit?.memory === undefined ? undefined : byteSize(limit.memory, locale)),
      from: words.now,
    })),
    { name: words.processes, how: of(String(look.processes), limit?.pids?.toString()), from: words.now },
    ...(look.containers ? [containersRow(look.containers, locale)] : []),
  ]
}

/** Whether they work is tried, not promised: it depends on the image and on this machine's kernel. */
function containersRow(containers: NonNullable<InsideLook["containers"]>, locale: Locale): SightRow {
  const words = strictnessWords(locale)
  const how = { work: words.nestedWorks, missing: words.nestedMissing, fail: words.nestedFails(containers.detail) }
  return { name: words.nested, how: how[containers.kind], from: sightWords(locale).now }
}

function toolOrigin(path: string, words: Words): string {
  if (path.startsWith("/opt/loopat-mise/")) return words.fromToolChain
  if (path.startsWith("/opt/loopat/")) return words.fromLoopat
  if (path.startsWith("/home/")) return words.fromOwnHome
  return path.startsWith("/loopat/") ? words.fromWork : words.fromBaseImage
}
