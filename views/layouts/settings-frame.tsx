import { commonWords } from "../../src/lib/i18n/common.ts"
import type { Child } from "../../src/lib/jsx/jsx-runtime.ts"
import { SettingsNav } from "../components/settings-nav.tsx"
import type { FrameView } from "../props/frame.ts"
import { Frame } from "./frame.tsx"

interface SettingsFrameProps {
  page: FrameView
  /** Its own address. */
  at: string
  style?: string | undefined
  /** What the page is for, and what can be done with all of it. */
  lead?: string
  act?: Child
  /** What just happened. */
  notice?: string | undefined
  children?: Child
}

/** Every page of Settings: its heading, the way to the others, and what it is for. */
export function SettingsFrame({ page, at, style, lead, act, notice, children }: SettingsFrameProps) {
  return (
    <Frame page={page} style={style} class="settings-page">
      <div class="page-head">
        <h1>{commonWords(page.reader.locale).settings}</h1>
      </div>
      <SettingsNav at={at} reader={page.reader} admin={page.user.admin} />
      {lead !== undefined && (
        <div class="settings-lead">
          <p class="lead">{lead}</p>
          {act}
        </div>
      )}
      {notice !== undefined && (
        <p class="notice" role="status">
          {notice}
        </p>
      )}
      {children}
    </Frame>
  )
}
