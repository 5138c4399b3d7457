import type { SafeHtml } from "../../src/lib/jsx/safe-html.ts"

/** A command that a person ran beside the agent, with its output. */
export interface ShellItem {
  kind: "shell"
  /** DOM id. */
  id: string
  seq: number
  by: string
  /** Milliseconds. */
  at: number
  clientId: string
  command: string
  output?: SafeHtml
  /** The end of a long output. */
  end?: SafeHtml
  /** The sentence in the place of what is left out between the two. */
  leftOut?: string
  /** How it ended, in words; `failure` where it is more than that. */
  outcome: string
  failure?: string
  ok: boolean
  ms?: number
  agentSees: boolean
}

/** One that has not ended. */
export interface RunningShellView {
  run: string
  by: string
  clientId: string
  command: string
  /** The end of what it has printed. */
  output: SafeHtml
  /** It printed more than is shown. */
  onlyEnd: boolean
  state: "starting" | "running" | "stopping"
  /** Milliseconds. */
  since: number
  agentSees: boolean
}

export interface RunningShellsView {
  loop: string
  running: RunningShellView[]
  /** The driver. */
  mayStop: boolean
  formToken?: string
}
