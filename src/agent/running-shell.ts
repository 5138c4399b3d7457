import type { StopWhy } from "./run-shell.ts"
import type { Begun } from "./shell-file.ts"

/** A person's command that has not ended. */
export interface RunningShell {
  begun: Begun
  state: "starting" | "running" | "stopping"
  /** The end of what it printed. */
  tail: string
  /** All that it printed, in characters. */
  printed: number
  /** Aborts when it is to end, for this reason. */
  stop: AbortController
  why: StopWhy
}
