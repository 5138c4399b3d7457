import type { Child } from "../../src/lib/jsx/jsx-runtime.ts"
import { languageTag } from "../../src/lib/i18n/locale.ts"
import type { DocumentView } from "../props/frame.ts"

/** The page opens again, or another in its place, as soon as the server is back; without script after so many seconds. */
export interface Reload {
  after: number
  url?: string | undefined
}

interface DocumentProps {
  page: DocumentView
  /** Shown in the tab before the title, as the number of loops that wait. */
  titlePrefix?: string
  class?: string
  reload?: Reload | undefined
  /** The address of a style sheet that not every page needs. */
  style?: string | undefined
  children?: Child
}

/** `<html>` with everything in its head. The doctype comes from whoever makes the response. */
export function Document({ page, titlePrefix = "", reload, style, children, ...rest }: DocumentProps) {
  const { reader, assets } = page
  return (
    <html lang={languageTag[reader.locale]} data-theme={page.theme} data-now={String(reader.now)}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content" />
        <meta name="color-scheme" content="light dark" />
        <meta name="htmx-config" content={htmxConfig} />
        {reload !== undefined && (
          <noscript>
            <meta http-equiv="refresh" content={refresh(reload)} />
          </noscript>
        )}
        <title>{`${titlePrefix}${page.title} · ${page.workspace}`}</title>
        <link rel="icon" href={assets.icon} type="image/svg+xml" />
        <link rel="stylesheet" href={assets.style} />
        {style !== undefined && <link rel="stylesheet" href={style} />}
        {page.also?.style !== undefined && <link rel="stylesheet" href={page.also.style} />}
        <script type="module" src={assets.script} />
        {page.also !== undefined && <script type="module" src={page.also.script} />}
      </head>
      <body class={rest.class} data-reopen={reload && (reload.url ?? "")}>
        {children}
      </body>
    </html>
  )
}

const refresh = ({ after, url }: Reload) => (url === undefined ? String(after) : `${after}; url=${url}`)

/** No history snapshots, no expressions in attributes, requests to our own origin only. */
const htmxConfig = "history:false includeIndicatorCSS:false mode:same-origin defaultTimeout:30000"
