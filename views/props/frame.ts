import type { LoopStatus } from "./loops.ts"
import type { Reader, Theme } from "./reader.ts"

/** Addresses of the built script and style. */
export interface AssetUrls {
  script: string
  style: string
  icon: string
  /** The style of a loop's panels and of the page about the server, which no first visit loads. */
  panels?: string
}

/** What every page needs, signed in or not. */
export interface DocumentView {
  reader: Reader
  theme: Theme
  assets: AssetUrls
  workspace: string
  /** Where you are, without the workspace's name. */
  title: string
  /** Loaded besides what every page has. */
  also?: { script: string; style?: string }
  /** Put into every form when the browser may send neither Origin nor Sec-Fetch-Site. */
  formToken?: string
}

/** A page with the sidebar: somebody is signed in. */
export interface FrameView extends DocumentView {
  user: PersonView
  section: "loops" | "context" | "settings"
  /** Number of own loops that wait for this person. */
  needsYou: number
  /** The one live stream of this page. */
  streamUrl?: string
  /** It comes at the end of what the page has to show. */
  streamFollows?: true
  /** A few loops to jump to, shown in the sidebar of wide windows. */
  recent?: RecentLoopView[]
  currentLoop?: string
}

export interface RecentLoopView {
  id: string
  title: string
  status: LoopStatus
}

export interface PersonView {
  name: string
  displayName: string
  admin: boolean
}

/** Also the address bar's words for a refusal; `detail` is folded. */
export interface ErrorView extends DocumentView {
  status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 421 | 422 | 429 | 500 | 503 | 507
  requestId?: string
  /** Seconds until it makes sense to try again. */
  retryAfter?: number
  /** More exact than the status' own sentence. */
  sentence?: string
  detail?: string
  signedIn: boolean
  /** The page that was asked for, when asking again may help. */
  again?: string
  /** The page whose form or button was refused. */
  from?: string
}
