import { z } from "zod"
import type { Command } from "../platform/process/command.ts"
import { sandboxUid } from "./args.ts"
import { toolEnvironment } from "./environment.ts"

export interface Installing {
  name: string
  script: string
  tools: readonly string[]
  config: string
  lock?: string
}

/** Both files go in by standard input: nothing of them stands in a list of processes. */
export const installTools = (podman: string, { name, script, tools, config, lock }: Installing): Command => ({
  argv: [
    podman,
    "exec",
    "--interactive",
    `--user=${sandboxUid}:${sandboxUid}`,
    ...Object.entries(toolEnvironment).map(([variable, value]) => `--env=${variable}=${value}`),
    name,
    "sh",
    "-c",
    script,
    "sh",
    ...tools,
  ],
  stdin: `${[config, lock ?? ""].map((text) => Buffer.from(text).toString("base64")).join("\n")}\n`,
  timeoutMs: 20 * 60_000,
  maxOutput: 64 << 20,
})

/** Where tools lie, in every image. */
const toolsFolder = toolEnvironment.MISE_DATA_DIR

/** Only the tools, and all of them as the sandbox user's: whatever else the build has changed is left behind. */
export const copyTools = (podman: string, from: string, to: string): Command => ({
  argv: [podman, "cp", "--archive=true", `${from}:${toolsFolder}/.`, `${to}:${toolsFolder}`],
  timeoutMs: 10 * 60_000,
})

export interface ToolsCommit {
  name: string
  tag: string
  base: string
  /** Milliseconds from the first step to here. */
  took: number
  /** Their versions, as they were installed. */
  versions: ReadonlyMap<string, string>
}

const versionsLabel = "loopat.tools"

/** What `commitTools` has written on an image, out of what podman says of it; empty where it has written nothing. */
export function versionsOf(inspected: string): ReadonlyMap<string, string> {
  const read = Inspected.safeParse(parsed(inspected))
  const label = read.success ? read.data[0]?.Labels?.[versionsLabel] : undefined
  const versions = Versions.safeParse(parsed(Buffer.from(label ?? "", "base64url").toString("utf8")))
  return new Map(versions.success ? versions.data : [])
}

const Inspected = z.array(z.looseObject({ Labels: z.record(z.string(), z.string()).nullish() }))
const Versions = z.array(z.tuple([z.string(), z.string()]))

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Only its system layer: the base below it is shared. */
export const commitTools = (podman: string, { name, tag, base, took, versions }: ToolsCommit): Command => ({
  argv: [
    podman,
    "commit",
    "--quiet",
    "--change=LABEL loopat.image=tools",
    `--change=LABEL loopat.base=${base}`,
    `--change=LABEL loopat.took=${took}`,
    `--change=LABEL ${versionsLabel}=${Buffer.from(JSON.stringify([...versions])).toString("base64url")}`,
    "--change=LABEL loopat.build=",
    name,
    tag,
  ],
  timeoutMs: 10 * 60_000,
})
