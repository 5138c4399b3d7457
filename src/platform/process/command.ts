import type { Secret } from "../secret.ts"

/** A program call as data. Built by pure functions, compared whole in tests, run in one place. */
export interface Command {
  argv: readonly [program: string, ...args: string[]]
  cwd?: string
  /** Added to a closed environment (PATH, HOME, LANG of the server and nothing else). */
  env?: Readonly<Record<string, string | Secret>>
  stdin?: string | Uint8Array
  /** Exit codes that are answers, not failures. Default: [0]. */
  answers?: readonly number[]
  /** TERM after this many milliseconds, KILL two seconds later. Default 30,000. */
  timeoutMs?: number
  /** Bytes of stdout kept; more ends the program with a failure. Default 4 MiB. */
  maxOutput?: number
}

export interface Finished {
  code: number
  stdout: Uint8Array
  /** stdout as UTF-8. */
  text: string
  /** The last 64 KiB of stderr as UTF-8. */
  stderr: string
}

/** Why a program did not give an answer. `stderr` holds its last lines. */
export class CommandFailed extends Error {
  override readonly name = "CommandFailed"

  readonly code: number | undefined
  readonly stderr: string

  constructor(
    readonly kind: "missing" | "exit" | "timeout" | "output" | "aborted",
    readonly program: string,
    { code, stderr = "" }: { code?: number; stderr?: string } = {},
  ) {
    super(`${program}: ${kind}${code === undefined ? "" : ` ${code}`}${stderr ? `: ${lastLine(stderr)}` : ""}`)
    this.code = code
    this.stderr = stderr
  }
}

export function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1)?.slice(0, 400) ?? ""
}
