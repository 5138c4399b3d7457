import type { Locale } from "../../src/lib/i18n/locale.ts"
import type { DocumentView, FrameView } from "./frame.ts"
import type { PanelPageView, UnplacedView } from "./panels.ts"
import type { FieldErrors } from "./reader.ts"

/** A page of ours on a preview's host name: nothing of the app, not even its script. */
export interface OutsideView {
  locale: Locale
  workspace: string
  styleUrl: string
  title: string
  text: string
  /** Where the app lets somebody in who may. */
  openUrl?: string | undefined
  /** Ports that do listen. */
  ports?: readonly number[]
  /** The page asks again after so many seconds. */
  reloadS?: number
}

export interface ShareTabView {
  id: string
  name: string
  url: string
  current: boolean
}

export type ShareAccess = "driver" | "workspace" | "link"

/** The share that is shown. */
export interface ShareView {
  id: string
  name: string
  /** Scheme and host, without a path. */
  origin: string
  /** What of it is looked at. */
  path: string
  /** In pixels; absent: as wide as there is room. */
  width?: number
  /** Good once, for half a minute: lets the frame in. */
  ticket: string
  enterUrl: string
  label: string
  access: ShareAccess
  alias: string
  /** Whole days until it ends, as the choice nearest to it. */
  days: number
  dayChoices: readonly number[]
  endsAt: number
  visits: number
  /** Only with access by link. */
  link?: string
}

export interface PreviewPageView extends PanelPageView {
  tabs: ShareTabView[]
  share?: ShareView
  /** Ports that listen; absent while the sandbox rests. */
  ports?: readonly number[]
  off?: { title: string; lead: string }
  linksAllowed: boolean
  unplaced?: UnplacedView
  errors: FieldErrors
  values: { port: string; folder: string }
}

/** Leads from the app to a preview's host name. */
export interface EnteringView extends DocumentView {
  name: string
  enterUrl: string
  ticket: string
}

export interface ShareRowView {
  id: string
  name: string
  address: string
  /** Absent: a private loop of somebody else. */
  loop?: { title: string; url: string }
  owner: string
  access: ShareAccess
  endsAt: number
  visits: number
}

export interface SharesPageView extends FrameView {
  shares: ShareRowView[]
  linksAllowed: boolean
  errors: FieldErrors
}
