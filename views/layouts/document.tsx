import type { Child } from "../../src/lib/jsx/jsx-runtime.ts"
import { languageTag } from "../../src/lib/i18n/locale.ts"
import type { DocumentView } from "../props/frame.ts"

interface DocumentProps {
  page: DocumentView
  /** Shown in the tab before the title, as the number of loops that wait. */
  titlePrefix?: string
  class?: string
  /** Seconds after which the browser asks for the page again. */
  reloadAfter?: number
  children?: Child
}

/** `<html>` with everything in its head. The doctype comes from whoever makes the response. */
export function Document({ page, titlePrefix = "", reloadAfter, children, ...rest }: DocumentProps) {
  const { reader, assets } = page
  return (
    <html lang={languageTag[reader.locale]} data-theme={page.theme} data-now={String(reader.now)}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content" />
        <meta name="color-scheme" content="light dark" />
        <meta name="htmx-config" content={htmxConfig} />
        {reloadAfter !== undefined && <meta http-equiv="refresh" content={String(reloadAfter)} />}
        <title>{`${titlePrefix}${page.title} · ${page.workspace}`}</title>
        <link rel="icon" href={assets.icon} type="image/svg+xml" />
        <link rel="stylesheet" href={assets.style} />
        <script type="module" src={assets.script} />
      </head>
      <body class={rest.class}>{children}</body>
    </html>
  )
}

/** No history snapshots, no expressions in attributes, requests to our own origin only. */
const htmxConfig = "history:false includeIndicatorCSS:false mode:same-origin defaultTimeout:30000"
