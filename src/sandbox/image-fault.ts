import { isDiskFull } from "../platform/disk/calls.ts"
import { CommandFailed, lastLine } from "../platform/process/command.ts"
import { withoutPasswords } from "./build-log.ts"
import type { ImageFault } from "./contract.ts"

type Code = ImageFault["code"]

/** What tools below say in such cases; the first that fits counts. */
const signs: readonly [RegExp, Code][] = [
  [/no space left on device|disk quota exceeded/i, "no-space"],
  [/does not have the pinned checksum/, "checksum"],
  [/unauthorized|authentication required|denied/i, "refused"],
  [/manifest unknown|not found: manifest|name unknown/i, "unknown-image"],
  [/no such file|does not exist/i, "no-file"],
  [/pinging container registry|no such host|lookup |connection refused|i\/o timeout|unreachable/i, "unreachable"],
  [/(temporary failure resolving|could not (resolve|connect)|unable to connect|failed to fetch)/i, "unreachable"],
]

/** Why a source gave no image. */
export function imageFault(error: unknown): ImageFault {
  if (isDiskFull(error)) return { code: "no-space", detail: "no space left on device" }
  if (!(error instanceof CommandFailed)) {
    return { code: "other", detail: withoutPasswords(error instanceof Error ? error.message : String(error)) }
  }
  const detail = withoutPasswords(lastLine(error.stderr) || error.message)
  if (error.kind === "missing") return { code: "no-program", detail, command: `sudo apt-get install ${error.program}` }
  const program = /^(\S+) is not installed: (.+)$/.exec(detail)
  if (program) return { code: "no-program", detail, ...(program[2] && { command: program[2] }) }
  if (error.kind === "timeout") return { code: "timeout", detail }
  const sign = signs.find(([pattern]) => pattern.test(error.stderr))
  return { code: sign?.[1] ?? "other", detail }
}
