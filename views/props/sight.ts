import type { PanelPageView } from "./panels.ts"
import type { FieldErrors } from "./reader.ts"

/** One thing that a loop has: what, how, and where it comes from. */
export interface SightRow {
  name: string
  /** Written as programs write it. */
  isCode?: boolean
  how?: string
  from: string
  /** Posts `context`: brings it to what is newest. */
  pull?: { url: string; context: string }
}

export interface SightSection {
  id: string
  title: string
  lead?: string
  rows: SightRow[]
  /** In the place of rows that are not there. */
  empty?: string
}

/** The loop's own hosts. Posts `host`, to add and to remove. */
export interface OwnHostsView {
  hosts: { host: string; by: string; at: number }[]
  /** The reader may add and remove. */
  mayChange: boolean
  /** The workspace lets drivers add some. */
  permitted: boolean
  typed: string
  error?: string
}

/** Posts `cpus` and `memory`; empty means as usual. */
export interface OwnLimitsView {
  values: { cpus: string; memory: string }
  usual: { cpus: string; memory: string }
  most: { cpus: string; memory: string }
  errors: FieldErrors
}

/** Posts `hardening` and `network`. */
export interface StrictnessView {
  hardening: "standard" | "strict" | "nested"
  /** Those that the reader may choose; one alone is the workspace's own. */
  hardenings: ("standard" | "strict" | "nested")[]
  network: "open" | "allow-list" | "gateway-only"
  /** Those that the workspace permits, the widest first. */
  networks: ("open" | "allow-list" | "gateway-only")[]
}

/** What is inside right now, looked at when somebody asks. */
export interface InsideView {
  state: "running" | "resting" | "failed"
  facts: SightRow[]
  tools: SightSection
  variables?: SightSection
  /** Made before something changed. */
  stale: boolean
}

export interface SightView extends PanelPageView {
  /** Why there can be no sandbox now. */
  missing?: string
  notice?: string
  sections: SightSection[]
  hosts?: OwnHostsView
  /** For the driver alone. */
  strictness?: StrictnessView
  /** Where the workspace lets drivers raise them. */
  limits?: OwnLimitsView
  /** Absent until it is asked for. */
  inside?: InsideView
  running: boolean
  mayRestart: boolean
}
