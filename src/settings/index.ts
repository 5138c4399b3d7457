import { basename, join } from "node:path"
import { z } from "zod"
import type { NewId, UserName } from "../lib/ids.ts"
import { newWorkspaceId } from "../lib/ids.ts"
import { remembered } from "../lib/jsx/remembered.ts"
import type { Disk } from "../platform/disk/disk.ts"
import { createSerial } from "../platform/disk/serial.ts"
import type { Log } from "../platform/log.ts"
import { migrate, newestVersion, upgraded } from "./migrate.ts"
import { PersonalConfig } from "./personal-config.ts"
import { parsePresets, type Preset } from "./presets.ts"
import { createSettingsFile, type ChangeOutcome, type FileFault, type ReadOutcome } from "./settings-file.ts"
import { unknownKeys, WorkspaceConfig } from "./workspace-config.ts"

export type { PersonalConfig } from "./personal-config.ts"
export { type Preset, presetFor } from "./presets.ts"
export {
  defaultBaseUrl,
  KeyKind,
  type Model,
  parseDefault,
  type Price,
  type Provider,
  ProviderEntry,
  readProviders,
  variable,
  variablesOf,
} from "./provider.ts"
export type { ChangeOutcome, FileFault } from "./settings-file.ts"
export { durationMs, type WorkspaceConfig } from "./workspace-config.ts"

export interface Settings {
  /** The last good `config.json`, without looking at the disk. */
  workspace(): WorkspaceConfig
  /** Looks whether somebody edited `config.json`; one that does not parse leaves the last good one in force. */
  freshWorkspace(): Promise<WorkspaceConfig>
  changeWorkspace(change: (current: WorkspaceConfig) => WorkspaceConfig): Promise<ChangeOutcome<WorkspaceConfig>>
  /** What is wrong with `config.json` since it was last good, for admins. */
  fault(): FileFault | undefined
  /** A missing file reads as `{}`. */
  personal(user: UserName): Promise<Exclude<ReadOutcome<PersonalConfig>, { kind: "missing" }>>
  changePersonal(
    user: UserName,
    change: (current: PersonalConfig) => PersonalConfig,
  ): Promise<ChangeOutcome<PersonalConfig>>
  readonly presets: readonly Preset[]
}

export interface SettingsNeeds {
  disk: Disk
  /** The workspace's folder; it exists. */
  home: string
  ids: NewId
  log: Log
  /** Text of `templates/presets.json`. */
  presets: string
}

export type OpenedSettings = { kind: "opened"; settings: Settings } | FileFault | Newer

/** Written by a newer program than this one. */
interface Newer {
  kind: "newer"
  path: string
  version: number
  known: number
}

/**
 * What a server would start with, without writing anything: an older file is read as it would be brought up to date, and
 * one that is not there yet as the first one would be. `warnings` name settings that nobody knows.
 */
export async function readWorkspace({
  disk,
  home,
  ids,
}: Pick<SettingsNeeds, "disk" | "home" | "ids">): Promise<
  { kind: "read"; workspace: WorkspaceConfig; warnings: string[] } | FileFault | Newer
> {
  const path = join(home, "config.json")
  const version = await versionIn(disk, path)
  if (version !== undefined && version > newestVersion) return { kind: "newer", path, version, known: newestVersion }
  const text = (await disk.readText(path)) ?? firstConfig(home, ids)
  const current = upgraded(text, version ?? newestVersion)
  const still: typeof disk = {
    ...disk,
    readText: async () => current,
    readParsed: async (_, parse) => parse(new TextEncoder().encode(current)),
  }
  const outcome = await createSettingsFile({
    disk: still,
    serial: createSerial(),
    path,
    schema: WorkspaceConfig,
  }).read()
  if (outcome.kind === "missing") throw new Error(`${path} has a text and was not read`)
  if (outcome.kind === "unreadable") return outcome
  return { kind: "read", workspace: outcome.value, warnings: unknownKeys(outcome.raw) }
}

/** Reads `config.json`, or makes one for a new home. A file that cannot be used is reported and stays as it is. */
export async function createSettings(needs: SettingsNeeds): Promise<OpenedSettings> {
  const { disk, home, ids, log } = needs
  const path = join(home, "config.json")
  const serial = createSerial()
  if (!(await disk.exists(path))) await disk.write(path, firstConfig(home, ids))
  const version = await versionIn(disk, path)
  if (version !== undefined && version > newestVersion) return { kind: "newer", path, version, known: newestVersion }
  if (version !== undefined && version < newestVersion) await migrate(disk, path, version)

  const file = createSettingsFile({ disk, serial, path, schema: WorkspaceConfig })
  const first = await file.read()
  if (first.kind === "missing") throw new Error(`${path} vanished while it was opened`)
  if (first.kind === "unreadable") return first
  for (const warning of unknownKeys(first.raw)) log.warn(warning, { file: path })

  let good = first.value
  let fault: FileFault | undefined
  const personalFile = remembered((user) => {
    const own = join(home, "personal", user, ".loopat", "config.json")
    return createSettingsFile({ disk, serial, path: own, schema: PersonalConfig })
  })
  const takeOver = (outcome: ReadOutcome<WorkspaceConfig> | ChangeOutcome<WorkspaceConfig>) => {
    if (outcome.kind === "unreadable" && outcome.why !== fault?.why)
      log.error("config.json does not parse", { ...outcome })
    fault = outcome.kind === "unreadable" ? outcome : undefined
    if (outcome.kind === "read" || outcome.kind === "changed") good = outcome.value
  }
  return {
    kind: "opened",
    settings: {
      workspace: () => good,
      async freshWorkspace() {
        takeOver(await file.read())
        return good
      },
      async changeWorkspace(change) {
        const outcome = await file.change(change)
        takeOver(outcome)
        return outcome
      },
      fault: () => fault,
      async personal(user) {
        const outcome = await personalFile(user).read()
        return outcome.kind === "missing" ? { kind: "read", value: {}, raw: {} } : outcome
      },
      changePersonal: (user, change) => personalFile(user).change(change),
      presets: parsePresets(needs.presets),
    },
  }
}

const firstConfig = (home: string, ids: NewId) =>
  `${JSON.stringify({ version: newestVersion, id: newWorkspaceId(ids), name: folderName(home) }, null, 2)}\n`

const folderName = (home: string) => basename(home).replace(/^\.+/, "").slice(0, 80) || "loopat"

/** Undefined when the file does not say: its fault is then found and placed by the schema. */
async function versionIn(disk: Disk, path: string): Promise<number | undefined> {
  try {
    return z.object({ version: z.number().int().nonnegative() }).parse(JSON.parse((await disk.readText(path)) ?? ""))
      .version
  } catch {
    return undefined
  }
}
