import { printVersion } from "./version.ts"
import { usage } from "./usage.ts"

/** The outside, as `main` sees it. */
export interface Surroundings {
  command: string
  args: string[]
  env: Readonly<Record<string, string | undefined>>
  program: Program
  /** Standard output is a terminal. */
  terminal: boolean
  print(line: string): void
  complain(line: string): void
  /** One line from the terminal, hidden, or from standard input. */
  readLine(prompt: string): Promise<string>
  uid: number
  gid: number
  onSignal(react: () => void): void
  /** Something failed that nobody waited for: a bug, but no reason to end everybody's work. */
  onFailure(react: (error: unknown) => void): void
  /** Ends at once; only for a second signal. */
  exit(code: number): void
}

export interface Program {
  /** Folder of templates, sandbox recipes and assets. */
  root: string
  /** Folder of the built assets, below `root`. */
  assets: string
  /** argv that starts this program again. */
  self: readonly string[]
  compiled: boolean
  executable: string
  arch: string
  build: string
  nearby: string
}

/** Exit codes: 0 fine, 1 failed, 2 usage, 3 the doctor found something that blocks, 4 another server holds this home, 78 configuration unreadable or newer. */
export async function runCommand(around: Surroundings): Promise<number> {
  switch (around.command) {
    case "serve":
      return (await import("./serve.ts")).serve(around)
    case "user":
      return (await import("./user.ts")).user(around)
    case "token":
      return (await import("./user.ts")).token(around)
    case "doctor":
      return (await import("./doctor.ts")).doctor(around)
    case "version":
    case "--version":
      around.print(printVersion(around.args))
      return 0
    case "help":
    case "--help":
      around.print(usage)
      return 0
    default:
      around.complain(`loopat ${around.command}: no such command\n\n${usage}`)
      return 2
  }
}
