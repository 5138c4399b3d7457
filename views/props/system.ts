import type { FrameView } from "./frame.ts"

export type FindingState = "ok" | "working" | "waiting" | "warning" | "blocking"

/** One thing that loops need of this server. */
export interface FindingView {
  id: string
  state: FindingState
  title: string
  sentence: string
  /** What to do, and the shell line for it. */
  remedy?: string
  command?: string
  /** As the program below said it. */
  detail?: string
}

export interface TriedSourceView {
  source: string
  from?: string
  sentence: string
  command?: string
  detail: string
}

/** How far the making of an image is. */
export interface BuildView {
  startedAt?: number
  step?: { text: string; number: number; of: number; since: number }
  /** No output for a minute or longer. */
  quiet: boolean
  /** Milliseconds. */
  lastTook?: number
  /** The newest lines. */
  lines: string[]
}

/** How the base image comes about, for the page of a loop that waits for it and for the state of the server. */
export interface ImageRunView extends BuildView {
  state: "waiting" | "building" | "ready" | "failed"
  /** What is tried right now, or what it became. */
  source?: string
  from?: string
  /** Milliseconds. */
  took?: number
  madeAt?: number
  tag?: string
  /** First digits of podman's id. */
  id?: string
  /** Made of this machine's packages: it lacks some. */
  reduced: boolean
  tried: TriedSourceView[]
  logUrl?: string
}

export interface SystemView extends FrameView {
  findings: FindingView[]
  image: ImageRunView
}
