import { CommandFailed, lastLine } from "../platform/process/command.ts"
import { withoutPasswords } from "./build-log.ts"
import type { ToolsFault } from "./contract.ts"

/** What tools below say in such cases; the first that fits counts. */
const signs: readonly [RegExp, ToolsFault["code"]][] = [
  [/no space left on device|disk quota exceeded/i, "no-space"],
  [/holds no mise/, "no-installer"],
  [/dns error|failed to lookup|could not resolve|temporary failure in name|network is unreachable/i, "no-network"],
]

/** Why the build ended, by what it said last. `lines`: the end of its log; `tool`: what it was installing. */
export function toolsFault(error: unknown, lines: readonly string[], tool: string | undefined): ToolsFault {
  const stderr = error instanceof CommandFailed ? error.stderr : ""
  const words = error instanceof Error ? error.message : String(error)
  const detail = withoutPasswords(errorLine(lines) ?? (lastLine(stderr) || words))
  if (error instanceof CommandFailed && error.kind === "timeout") return { code: "timeout", detail }
  const said = `${lines.join("\n")}\n${stderr || words}`
  const sign = signs.find(([pattern]) => pattern.test(said))
  if (sign) return { code: sign[1], detail }
  return { code: tool === undefined ? "other" : "not-installed", detail }
}

/** The line in which mise says what went wrong; below it, it names only itself. */
const errorLine = (lines: readonly string[]) =>
  lines.find((line) => /\bERROR\b/.test(line) && !/ERROR (Version:|Run with)/.test(line))
