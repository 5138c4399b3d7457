import { hostname } from "node:os"
import { join } from "node:path"
import { diskSpace, sandboxHost, sandboxSettings, socketsFolder } from "../app/defaults.ts"
import { parseServeOptions, type ServeOptions } from "../app/options.ts"
import { diskView } from "../app/system/state.ts"
import { doctorWords } from "../lib/i18n/doctor.ts"
import { environmentLocale, type Locale } from "../lib/i18n/locale.ts"
import { systemWords } from "../lib/i18n/system.ts"
import { relativeTime } from "../lib/time.ts"
import { systemClock, systemIds } from "../platform/clock.ts"
import { createDisk } from "../platform/disk/disk.ts"
import { lockHolder } from "../platform/disk/lock.ts"
import { createProcesses } from "../platform/process/processes.ts"
import { findings, findingView, imageRunView, lookAround, type SandboxHealth } from "../sandbox/index.ts"
import { readWorkspace, type WorkspaceConfig } from "../settings/index.ts"
import { findingStates } from "../../views/components/findings.tsx"
import type { FindingState, FindingView } from "../../views/props/system.ts"
import type { Surroundings } from "./command.ts"
import { hostEnvironment } from "./environment.ts"
import { homeView, portView, previewView, standingFolder } from "./place.ts"

/**
 * `loopat doctor [--json] [flags of serve]`: what a server with the same flags would find, with what to do. It only looks,
 * whether a server runs on this home or not. Exit codes: 0 nothing stands in the way and everything is there, 1 something
 * has yet to come, 2 usage, 3 something blocks.
 */
export async function doctor(around: Surroundings): Promise<number> {
  const { env, terminal, print, complain } = around
  const asJson = around.args.includes("--json")
  const args = around.args.filter((arg) => arg !== "--json")
  const parsed = parseServeOptions(args, env, terminal)
  if (parsed.kind === "usage") {
    complain(parsed.problem)
    return 2
  }
  for (const warning of parsed.warnings) complain(`loopat: ${warning}`)
  const locale = environmentLocale(env)
  const views = await examine(around, parsed.options, locale)
  if (asJson) print(JSON.stringify(views))
  else for (const line of report(views, parsed.options.home, locale)) print(line)
  return exitCodes[worstOf(views)]
}

const exitCodes: Record<FindingState, number> = { ok: 0, warning: 0, working: 1, waiting: 1, blocking: 3 }

const worstOf = (views: readonly FindingView[]): FindingState =>
  (["blocking", "waiting", "working", "warning"] as const).find((state) => views.some((one) => one.state === state)) ??
  "ok"

async function examine(around: Surroundings, options: ServeOptions, locale: Locale): Promise<FindingView[]> {
  const { home } = options
  const place = await homeView(home, around.uid, locale)
  // In a folder that is not ours nothing else can be known.
  if (place.state === "blocking") return [place]
  const pid = await lockHolder(join(home, "lock"))
  const words = doctorWords(locale)
  const server = pid === undefined ? words.serverRests : words.serverRuns(pid)
  const { config, workspace } = await readConfig(home, locale)
  return [
    place,
    config,
    diskView(await diskSpace(await standingFolder(home)), locale),
    { id: "lock", state: "ok", title: words.server, sentence: server },
    ...(options.port === 0 ? [] : [await portView(options, pid !== undefined, locale)]),
    await previewView(options, pid !== undefined, locale),
    ...(workspace ? await sandboxViews(around, { options, workspace, isRunning: pid !== undefined }, locale) : []),
  ]
}

async function readConfig(
  home: string,
  locale: Locale,
): Promise<{ config: FindingView; workspace?: WorkspaceConfig | undefined }> {
  const words = doctorWords(locale)
  const [disk, path] = [createDisk(), join(home, "config.json")]
  const config = (state: FindingState, sentence: string, more: Partial<FindingView> = {}): FindingView => ({
    ...{ id: "config", state, title: words.config, sentence },
    ...more,
  })
  const read = await readWorkspace({ disk, home, ids: systemIds })
  switch (read.kind) {
    case "newer":
      return { config: config("blocking", words.configNewer(path), { remedy: words.configNewerRemedy }) }
    case "unreadable": {
      const sentence = words.configUnreadable(`${path}:${read.line}:${read.column}`)
      return { config: config("blocking", sentence, { remedy: words.configUnreadableRemedy, detail: read.why }) }
    }
    case "read": {
      const { workspace, warnings } = read
      const unknown = { remedy: words.configUnknownRemedy, detail: warnings.join("; ") }
      if (warnings.length > 0) return { config: config("warning", words.configUnknown, unknown), workspace }
      const isThere = await disk.exists(path)
      return { config: config("ok", isThere ? words.configRead : words.configFirst), workspace }
    }
  }
}

interface Examined {
  options: ServeOptions
  workspace: WorkspaceConfig
  isRunning: boolean
}

async function sandboxViews(
  { env, program, uid, gid }: Surroundings,
  { options, workspace, isRunning }: Examined,
  locale: Locale,
): Promise<FindingView[]> {
  const machine = { uid, gid, hostname: hostname(), environment: hostEnvironment(env) }
  await using processes = createProcesses(machine.environment)
  const health = await lookAround({
    ...{ processes, disk: createDisk(), clock: systemClock, workspace: workspace.id },
    runtimeFolder: join(options.home, "runtime"),
    socketsFolder: socketsFolder({ options, machine }, workspace),
    settings: sandboxSettings(options, workspace),
    baseImage: workspace.sandbox.baseImage,
    host: sandboxHost({ options, program, machine }),
  })
  return findings(health).map((finding) => {
    const view = findingView(finding, locale)
    if (finding.id === "image") return { ...view, ...imageSaid(health, isRunning, locale) }
    if (finding.id === "agent" && finding.state === "waiting") return { ...view, ...absent(isRunning, locale) }
    return view
  })
}

function absent(isRunning: boolean, locale: Locale): Pick<FindingView, "sentence" | "remedy"> {
  const words = doctorWords(locale)
  return { sentence: words.absent, remedy: isRunning ? words.absentRuns : words.absentRests }
}

/** The page has a card for the image; here a line says as much. */
function imageSaid({ podman, image }: SandboxHealth, isRunning: boolean, locale: Locale): Partial<FindingView> {
  const words = doctorWords(locale)
  if (image.state === "waiting") return podman.state === "ok" ? absent(isRunning, locale) : {}
  if (image.state === "failed") {
    const { fault, remedy } = systemWords(locale)
    return { sentence: fault(image.fault.code), remedy: remedy("other"), detail: image.fault.detail }
  }
  const { source = "", tag = "", madeAt } = imageRunView(image, locale)
  if (madeAt === undefined) return { sentence: words.imageReady(source, tag) }
  return { sentence: words.imageMade(source, tag, relativeTime(madeAt, systemClock.now(), locale)) }
}

/** A verdict, then one line for each finding, with what to do below those that are not well. */
export function report(views: readonly FindingView[], home: string, locale: Locale): string[] {
  const words = systemWords(locale)
  const states = findingStates(locale)
  const { blocking, notYet } = doctorWords(locale)
  const verdicts = { ok: words.allWell, working: notYet, waiting: notYet, warning: words.someWarning, blocking }
  const stateWidth = widest(views.map(({ state }) => states[state]))
  const titleWidth = widest(views.map(({ title }) => title))
  const indent = " ".repeat(stateWidth + titleWidth + 4)
  const lines = views.flatMap(({ state, title, sentence, remedy, command, detail }) => [
    `${padded(states[state], stateWidth)}  ${padded(title, titleWidth)}  ${sentence}`,
    ...[remedy, command && `$ ${command}`, detail && `(${detail})`].flatMap((said) => (said ? [indent + said] : [])),
  ])
  return [`loopat doctor   ${home}`, verdicts[worstOf(views)], "", ...lines].map(printable)
}

const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => Bun.stringWidth(text)))
const padded = (text: string, width: number): string => text + " ".repeat(width - Bun.stringWidth(text))
/** What programs below said may not steer the terminal. */
const printable = (line: string): string => line.replace(/\p{Cc}/gu, " ")
